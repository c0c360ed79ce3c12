// The colours that canvases draw with. Stylesheets use the theme's variables of the same meaning;
// canvases read them once from the element they stand in, so that a theme change reaches both.

export interface Palette {
  readonly low: string;
  readonly mid: string;
  readonly high: string;
  readonly ground: string;
  readonly line: string;
  readonly text: string;
  readonly dim: string;
  readonly deckA: string;
  readonly deckB: string;
  readonly deckC: string;
  readonly deckD: string;
  readonly green: string;
  readonly yellow: string;
  readonly red: string;
}

const DEFAULTS: Palette = {
  low: '#f4603a',
  mid: '#3fc37c',
  high: '#5aa2ff',
  ground: '#0d0f13',
  line: '#5a6272',
  text: '#e8ebf0',
  dim: '#8b93a1',
  deckA: '#35c6dd',
  deckB: '#f2a33a',
  deckC: '#9aa5ff',
  deckD: '#ff8ab5',
  green: '#37c871',
  yellow: '#f0c23c',
  red: '#f25555',
};

const VARIABLES: Record<keyof Palette, string> = {
  low: '--dju-band-low',
  mid: '--dju-band-mid',
  high: '--dju-band-high',
  ground: '--dju-canvas',
  line: '--dju-canvas-line',
  text: '--dju-text',
  dim: '--dju-text-dim',
  deckA: '--dju-deck-a',
  deckB: '--dju-deck-b',
  deckC: '--dju-deck-c',
  deckD: '--dju-deck-d',
  green: '--dju-level-safe',
  yellow: '--dju-level-warm',
  red: '--dju-level-hot',
};

export function paletteOf(element: Element): Palette {
  const style = getComputedStyle(element);
  const entries = Object.entries(VARIABLES).map(([name, variable]) => [
    name,
    style.getPropertyValue(variable).trim() || DEFAULTS[name as keyof Palette],
  ]);
  return Object.fromEntries(entries) as unknown as Palette;
}

/** One colour for each hot cue, told apart by their numbers too. */
export const HOT_CUE_COLOURS: readonly string[] = [
  '#ff5c7a',
  '#ff9a3c',
  '#ffd23f',
  '#5fe08a',
  '#3fd6d0',
  '#5aa2ff',
  '#a582ff',
  '#f27fd6',
];

export function deckColour(palette: Palette, deck: string): string {
  return { A: palette.deckA, B: palette.deckB, C: palette.deckC, D: palette.deckD }[deck] ?? palette.deckA;
}
