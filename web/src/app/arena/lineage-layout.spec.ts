import type { LineageMixer, LineageRound } from './arena-api';
import { COLUMN, neighbour, picture } from './lineage-layout';

const mixer = (id: string, generation: number, points?: number, parents: string[] = []): LineageMixer => ({
  id,
  name: `club@${id}`,
  generation,
  birth: parents.length > 0 ? 'mutation' : 'founder',
  parents,
  heardIn: [generation],
  ...(points === undefined ? {} : { rating: { points, interval: [points - 50, points + 50] as const } }),
});
const round = (generation: number, champion: string) => ({ generation, champion }) as LineageRound;

const drawn = picture({
  mixers: [mixer('a', 0, 1400), mixer('b', 0, 1600), mixer('c', 1, undefined, ['b', 'gone']), mixer('d', 1, 1700, ['a'])],
  rounds: [round(0, 'b'), round(1, 'b'), round(2, 'd')],
});
const node = (id: string) => drawn.nodes.find(({ mixer: each }) => each.id === id)!;

describe('the picture of a lineage', () => {
  it('has a column a generation, the better above', () => {
    expect(drawn.nodes.map(({ mixer: { id } }) => id)).toEqual(['b', 'a', 'd', 'c']);
    expect(node('d').x).toBe(COLUMN);
    expect(node('b').y).toBeLessThan(node('a').y);
  });

  it('marks champions, and the lines between them', () => {
    expect(node('b').won).toEqual([0, 1]);
    expect(drawn.edges.map(({ from, to, champion }) => [from, to, champion])).toEqual([
      ['a', 'd', false],
      ['b', 'c', false],
    ]);
    const line = picture({ mixers: [mixer('a', 0, 1), mixer('b', 1, 2, ['a'])], rounds: [round(0, 'a'), round(1, 'b')] });
    expect(line.edges[0].champion).toBe(true);
  });

  it('is walked with the arrows', () => {
    expect(neighbour(drawn.nodes, node('b'), 'ArrowDown')).toBe(node('a'));
    expect(neighbour(drawn.nodes, node('a'), 'ArrowDown')).toBe(node('a'));
    expect(neighbour(drawn.nodes, node('a'), 'ArrowRight')).toBe(node('c'));
    expect(neighbour(drawn.nodes, node('c'), 'ArrowLeft')).toBe(node('a'));
  });

  it('is empty before anybody is born', () => {
    expect(picture({ mixers: [], rounds: [] }).nodes).toEqual([]);
  });
});
