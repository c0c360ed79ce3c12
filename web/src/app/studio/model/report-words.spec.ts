import type { TransitionReport } from '../../core/mixes';
import { factsOf } from './report-words';
import { plan } from './testing';

function report(change: Partial<TransitionReport> = {}): TransitionReport {
  return {
    ...plan().transitions[0],
    beatOffsetMs: { median: 2.5, p95: 12 },
    phraseAligned: true,
    doubleBassSeconds: 3,
    loudnessStepLu: 0.2,
    heardStepLu: -5,
    keyDistance: 2,
    vocalOverlapSeconds: 0,
    judge: null,
    ...change,
  };
}
const levels = (of: TransitionReport) =>
  Object.fromEntries(factsOf(of).map(({ key, level }) => [key, level]));

describe('a transition in plain words', () => {
  it('says on which side of what one hears each figure lies', () => {
    expect(levels(report())).toEqual({
      beats: 'good',
      onPhrase: 'good',
      doubleBass: 'fair',
      loudness: 'poor',
      keys: 'fair',
      oneVoice: 'good',
      ownTempo: null,
    });
  });

  it('says none where there is none', () => {
    const keys = (of: TransitionReport) => factsOf(of).map(({ key }) => key);
    expect(keys(report({ doubleBassSeconds: 0.01 }))).toContain('oneBass');
    expect(keys(report({ vocalOverlapSeconds: 2, tempoChangePercent: [0, 1] }))).toEqual(
      expect.arrayContaining(['voices', 'tempo']),
    );
  });

  it('is silent about what could not be heard', () => {
    const cut = report({
      beatOffsetMs: { median: null, p95: null },
      doubleBassSeconds: null,
      keyDistance: null,
      heardStepLu: null,
    });
    expect(Object.keys(levels(cut))).toEqual(['onPhrase', 'oneVoice', 'ownTempo']);
    expect(levels(report({ phraseAligned: false }))['offPhrase']).toBe('fair');
    const beatless = Object.keys(levels(report({ phraseAligned: null })));
    expect(beatless.filter((key) => key.endsWith('Phrase'))).toEqual([]);
  });
});
