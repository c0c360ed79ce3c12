// What a link to the studio asks for: a mixer, a preset, parameters on top. Links are written by hand, too, so what is
// not known is left out. Pure.

import type { MixerInfo, MixParameters, MixPreset } from '../../core/mixes';

export interface Wish {
  readonly model?: string;
  readonly preset?: MixPreset;
  readonly parameters: Partial<MixParameters>;
}

export function wishFrom(asked: { get(name: string): string | null }, mixer: MixerInfo): Wish {
  const model = asked.get('model');
  const preset = mixer.presets.find(({ id }) => id === asked.get('preset'));
  return {
    ...(model && /^[a-z0-9-]{1,32}@[0-9a-z]{1,12}$/.test(model) ? { model } : {}),
    ...(preset ? { preset } : {}),
    parameters: parametersFrom(asked.get('parameters'), mixer),
  };
}

function parametersFrom(text: string | null, mixer: MixerInfo): Partial<MixParameters> {
  try {
    const asked: unknown = JSON.parse(text ?? '{}');
    if (typeof asked !== 'object' || asked === null || Array.isArray(asked)) return {};
    const known = new Set<string>(mixer.parameters.map(({ name }) => name));
    return Object.fromEntries(Object.entries(asked).filter(([name]) => known.has(name))) as Partial<MixParameters>;
  } catch {
    return {};
  }
}
