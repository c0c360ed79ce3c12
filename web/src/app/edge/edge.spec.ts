import { describe, expect, it } from 'vitest';
import { Opinion, rulingOf } from './opinion';
import { fileFor, type ModelFile, precisionFor } from './precision';
import { ONSET_BANDS } from './fine-onsets';
import { COLUMNS, rowsIn, SoundRows } from './sound-rows';

const file = (precision: ModelFile['precision'], name = `1-${precision}.onnx`): ModelFile => ({
  precision,
  file: name,
  bytes: 1,
  memoryBytes: 1,
});

describe('the precision that a device takes', () => {
  it('follows its memory by the thresholds of the document', () => {
    expect([8, 2.5, 2, 1.5, 1, 0.5].map(precisionFor)).toEqual([
      'float32',
      'float32',
      'float16',
      'float16',
      'int8',
      'int8',
    ]);
    expect(precisionFor(undefined)).toBe('float16');
  });

  it('is the next more precise one that is there, else the most precise', () => {
    const files = [file('int8'), file('float16'), file('float32', '1-float32.tflite')];
    expect(fileFor(files, 'float16')?.precision).toBe('float16');
    expect(fileFor(files, 'int8')?.precision).toBe('int8');
    expect(fileFor(files, 'float32')?.precision).toBe('float16');
    expect(fileFor([file('float32', '1.tflite')], 'float32')).toBeUndefined();
  });
});

/** `count` rows of a sound. */
function rowsOf(sound: (n: number) => number, count: number): Float32Array[] {
  const mono = Float32Array.from({ length: 480 * count + 2048 }, (_, n) => sound(n));
  const out = new Float32Array(count * COLUMNS);
  new SoundRows(mono).write(out, 0, count);
  return Array.from({ length: count }, (_, row) => out.slice(row * COLUMNS, (row + 1) * COLUMNS));
}

describe('rows of sound', () => {
  it('count as many as have all their samples', () => {
    expect([0, 1023, 1024, 1503, 1504].map(rowsIn)).toEqual([0, 0, 1, 1, 2]);
  });

  it('show a full-scale sine at 0 dB in its mel band, and silence at -80', () => {
    // 1 kHz lies on Slaney's 15th mel; the band whose peak is nearest is loudest.
    const sine = rowsOf((n) => Math.sin((2 * Math.PI * 1031.25 * n) / 48_000), 12)
      .at(-1)!
      .slice(0, 84);
    const loudest = sine.indexOf(Math.max(...sine));
    expect(Math.max(...sine)).toBeGreaterThan(-3);
    expect(Math.max(...sine)).toBeLessThan(2.5);
    expect(loudest).toBeGreaterThan(20);
    expect(loudest).toBeLessThan(40);
    expect(Math.max(...rowsOf(() => 0, 3)[2].slice(0, 84))).toBeCloseTo(-80, 4);
  });

  it('hear a click in the quarter in which it sounds', () => {
    // Row i begins 240 samples before its centre 480 i; sample 4,900 lies 340 into row 10: its third quarter.
    const rows = rowsOf((n) => (n >= 4900 && n < 4940 ? 0.8 : 0), 14);
    const high = (row: number, quarter: number) => rows[row][84 + ONSET_BANDS * quarter + ONSET_BANDS - 1];
    expect(high(10, 2)).toBeGreaterThan(2);
    for (const [row, quarter] of [
      [9, 3],
      [10, 0],
      [10, 1],
      [11, 0],
    ])
      expect(high(row, quarter)).toBeLessThan(0.1);
  });
});

describe('what windows come to', () => {
  it('weighs beats by how much two records are heard, hands not', () => {
    const opinion = new Opinion(
      ['beat_alignment', 'pitch_stability', 'both_heard_share', 'double_bass_share'],
      { 'pearson.beat_alignment': 0.5 },
    );
    opinion.add([0.2, 0.4, 1, 0.5]);
    opinion.add([0.8, 0.8, 0, 0.5]);
    const [beats, hands, ...more] = opinion.heads();
    expect(more).toEqual([]);
    expect(beats.value).toBeCloseTo(0.2);
    expect(beats.confidence).toBeCloseTo(0.25 * (1 - 2 ** -0.1));
    expect(hands).toEqual({ head: 'pitch_stability', value: 0.6000000000000001, confidence: 0 });
  });

  it('gives two recordings a probability, and their exchange the complement', () => {
    const good = [{ head: 'beat_alignment', value: 0.9, confidence: 1 }];
    const bad = [{ head: 'beat_alignment', value: 0.5, confidence: 0.5 }];
    const ruling = rulingOf(good, bad)!;
    // Only .3 of the weights are judged, with half of the confidence.
    expect(ruling.confidence).toBeCloseTo(0.15);
    expect(ruling.probabilityA).toBeGreaterThan(0.55);
    expect(rulingOf(bad, good)!.probabilityA).toBe(1 - ruling.probabilityA);
    expect(rulingOf(good, [{ head: 'pitch_stability', value: 1, confidence: 1 }])).toBeNull();
  });
});
