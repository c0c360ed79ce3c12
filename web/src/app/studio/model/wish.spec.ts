import type { MixerInfo } from '../../core/mixes';
import { wishFrom } from './wish';

const mixer = {
  models: ['rules@1'],
  presets: [{ id: 'chill', name: { en: 'Chill', es: 'Calma' }, parameters: {} }],
  parameters: [{ name: 'boldness' }, { name: 'transitionBars' }],
} as unknown as MixerInfo;
const wish = (query: string) => wishFrom(new URLSearchParams(query), mixer);

describe('a link to the studio', () => {
  it('names a mixer, a preset and parameters', () => {
    expect(wish('model=club@0123456789ab&preset=chill&parameters={"boldness":0.9}')).toEqual({
      model: 'club@0123456789ab',
      preset: mixer.presets[0],
      parameters: { boldness: 0.9 },
    });
  });

  it('leaves out what is not known', () => {
    expect(wish('')).toEqual({ parameters: {} });
    expect(wish('model=../x&preset=none&parameters={"colour":1,"transitionBars":8}')).toEqual({ parameters: { transitionBars: 8 } });
    for (const wrong of ['{', '[]', 'null', '3']) expect(wish(`parameters=${wrong}`).parameters).toEqual({});
  });
});
