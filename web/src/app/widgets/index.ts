// The widgets that pages are built from, and the maths that they share.
export { Knob } from './knob/knob';
export { Fader } from './fader/fader';
export { JogWheel } from './jog-wheel/jog-wheel';
export { ScrollWaveform } from './scroll-waveform/scroll-waveform';
export { OverviewWaveform } from './overview-waveform/overview-waveform';
export { Vu } from './vu/vu';
export { PhaseMeter } from './phase-meter/phase-meter';
export { BeatCounter } from './beat-counter/beat-counter';
export { HoldButton } from './hold-button/hold-button';
export { MasterMeter } from './master-meter/master-meter';
export { Pad } from './pad/pad';
export { Spectrum, spectrumAnalyser, SPECTRUM_FFT_SIZE } from './spectrum/spectrum';
export {
  TrackBrowser,
  type BrowserTrack,
  type BrowserCrate,
  TRACK_DRAG_TYPE,
} from './track-browser/track-browser';
export type { WaveformLane } from './drawing/waveform-lane';
export { HOT_CUE_COLOURS } from './drawing/palette';
export { parseWaveform, type Waveform } from './maths/waveform';
export * from './maths/beat-grid';
export * from './maths/marks';
export { platterTurns, RPM } from './maths/jog';
export { amplitudeToDb } from './maths/decibels';
export { BANDS } from './maths/bands';
export { formatBytes, formatNumber, formatSigned, formatTime } from './maths/format';
export { beatsText, BEAT_SIZES } from './maths/beats-text';
export { camelotShifted } from './maths/camelot';
export { TapTempo } from './maths/tap-tempo';
export { HeardIntervals, type Interval } from './maths/heard-intervals';
