// A file that somebody chose, as the samples that models hear.

const RATE = 48_000;
/** Whole recordings are held in memory, 0.4 MB a second. */
export const LONGEST_MINUTES = 30;

export class RecordingError extends Error {
  constructor(readonly reason: 'unreadable' | 'tooLong' | 'tooShort') {
    super(reason);
  }
}

/** Mono at 48 kHz. Rejects with a RecordingError. */
export async function monoOf(file: File): Promise<Float32Array> {
  if ((await secondsOf(file)) > LONGEST_MINUTES * 60) throw new RecordingError('tooLong');
  const sound = await new OfflineAudioContext(1, 1, RATE)
    .decodeAudioData(await file.arrayBuffer())
    .catch(() => Promise.reject(new RecordingError('unreadable')));
  const mono = sound.getChannelData(0).slice();
  if (sound.numberOfChannels > 1) {
    const right = sound.getChannelData(1);
    for (let i = 0; i < mono.length; ++i) mono[i] = (mono[i] + right[i]) / 2;
  }
  return mono;
}

/** As its header says, before anything is decoded; 0 where it does not. */
function secondsOf(file: File): Promise<number> {
  return new Promise((resolve, reject) => {
    const audio = new Audio();
    const url = URL.createObjectURL(file);
    const done = (act: () => void) => {
      URL.revokeObjectURL(url);
      act();
    };
    audio.preload = 'metadata';
    audio.onloadedmetadata = () =>
      done(() => resolve(Number.isFinite(audio.duration) ? audio.duration : 0));
    audio.onerror = () => done(() => reject(new RecordingError('unreadable')));
    audio.src = url;
  });
}
