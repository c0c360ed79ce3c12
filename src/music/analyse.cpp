#include "music/analyse.h"

#include "audio/sha256.h"
#include "music/beat_analysis.h"
#include "music/fingerprint.h"
#include "music/loudness.h"
#include "music/waveform.h"

namespace dju::music {

Analysis analyseTrack(const audio::PcmView& pcm, const std::string& pcmHash) {
  Analysis analysis;
  analysis.waveform = makeWaveform(pcm);
  const BeatEstimate beats = estimateBeats(pcm);
  
  TrackInfo& info = analysis.info;
  info.pcmHash = pcmHash;
  info.frames = pcm.frames;
  info.grid = beats.grid;
  info.gridConfidence = beats.confidence;
  info.loudness = measureLoudness(pcm);
  info.fingerprint = fingerprintText(fingerprintOf(pcm));
  info.waveformHash = sha256Hex(analysis.waveform);
  return analysis;
}

}  // namespace dju::music
