// Where mixers stand in the picture of a lineage: a column a generation, in each the better above the others, and the
// lines from parents to children. Pure.

import type { Evolution, LineageMixer } from './arena-api';

export const COLUMN = 118;
export const ROW = 40;
export const NODE_WIDTH = 84;
export const NODE_HEIGHT = 30;

export interface LineageNode {
  readonly mixer: LineageMixer;
  readonly x: number;
  readonly y: number;
  /** Numbers of the rounds that it won. */
  readonly won: readonly number[];
}

export interface LineageEdge {
  readonly from: string;
  readonly to: string;
  readonly path: string;
  /** Between two champions. */
  readonly champion: boolean;
}

export interface LineagePicture {
  readonly nodes: readonly LineageNode[];
  readonly edges: readonly LineageEdge[];
  readonly width: number;
  readonly height: number;
}

export function picture({ mixers, rounds }: Pick<Evolution, 'mixers' | 'rounds'>): LineagePicture {
  const won = new Map<string, number[]>();
  for (const { champion, generation } of rounds) won.set(champion, [...(won.get(champion) ?? []), generation]);
  const generations = Math.max(0, ...mixers.map(({ generation }) => generation)) + 1;
  const columns = Array.from({ length: generations }, (_, generation) =>
    mixers.filter((mixer) => mixer.generation === generation).sort((a, b) => points(b) - points(a)),
  );
  const nodes = columns.flatMap((column, generation) =>
    column.map((mixer, row) => ({ mixer, x: generation * COLUMN, y: row * ROW, won: won.get(mixer.id) ?? [] })),
  );
  const places = new Map(nodes.map((node) => [node.mixer.id, node]));
  const edges = nodes.flatMap((node) =>
    node.mixer.parents.flatMap((parent) => {
      const from = places.get(parent);
      return from ? [edge(from, node)] : [];
    }),
  );
  const rows = Math.max(1, ...columns.map(({ length }) => length));
  return {
    nodes,
    edges,
    width: (generations - 1) * COLUMN + NODE_WIDTH,
    height: (rows - 1) * ROW + NODE_HEIGHT,
  };
}

/** The node that an arrow key leads to; the same where there is none. */
export function neighbour(nodes: readonly LineageNode[], from: LineageNode, key: string): LineageNode {
  const column = nodes.filter(({ x }) => x === from.x);
  const place = column.indexOf(from);
  if (key === 'ArrowDown') return column[place + 1] ?? from;
  if (key === 'ArrowUp') return column[place - 1] ?? from;
  const next = nodes.filter(({ x }) => x === from.x + (key === 'ArrowRight' ? COLUMN : -COLUMN));
  return next[Math.min(place, next.length - 1)] ?? from;
}

function points(mixer: LineageMixer): number {
  return mixer.rating?.points ?? -Infinity;
}

function edge(from: LineageNode, to: LineageNode): LineageEdge {
  const [x1, y1] = [from.x + NODE_WIDTH, from.y + NODE_HEIGHT / 2];
  const [x2, y2] = [to.x, to.y + NODE_HEIGHT / 2];
  const bend = Math.max(20, (x2 - x1) / 2);
  return {
    from: from.mixer.id,
    to: to.mixer.id,
    path: `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`,
    champion: from.won.length > 0 && to.won.length > 0,
  };
}
