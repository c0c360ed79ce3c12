// How a control's value reads, in the reader's language: dB, percent, left and right. Never parsed.

import type { Control } from '../core/controls';
import { formatNumber, formatSigned } from '../widgets/maths/format';

export function controlText(row: Control, value: number, language: string): string {
  switch (row.unit) {
    case 'dB':
      return `${formatSigned(value, 1, language)} dB`;
    case 'knob':
      if (row.law !== 'double') return row.min < 0 ? filterText(value, language) : `${formatNumber(value * 100, 0, language)} %`;
      // The EQ's law: gain is twice the position.
      return value <= 0 ? '−∞ dB' : `${formatSigned(20 * Math.log10(2 * value), 1, language)} dB`;
    case 'semitones':
      return `${formatSigned(value, 1, language)} st`;
    case 's':
      return `${formatNumber(value, 1, language)} s`;
    case 'bpm':
      return `${formatNumber(value, 1, language)} BPM`;
    case 'percent':
      return `${formatSigned(value, 2, language)} %`;
    case 'fader':
      return row.min < 0 ? sides(value, language) : `${formatNumber(value * 100, 0, language)} %`;
    default:
      return formatNumber(value, 2, language);
  }
}

function sides(value: number, language: string): string {
  const share = formatNumber(Math.abs(value) * 100, 0, language);
  return Math.abs(value) < 0.005 ? 'A = B' : value < 0 ? `A ${share} %` : `B ${share} %`;
}

/** Low-pass to the left, high-pass to the right. */
function filterText(value: number, language: string): string {
  if (Math.abs(value) < 0.005) return '0';
  return `${value < 0 ? 'LP' : 'HP'} ${formatNumber(Math.abs(value) * 100, 0, language)} %`;
}
