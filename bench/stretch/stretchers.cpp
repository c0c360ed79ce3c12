#include "stretch/stretchers.h"

#include <algorithm>
#include <cmath>

#include "core/time.h"
#include "engine/dsp/stretch.h"

#ifdef DJU_WITH_RUBBERBAND
#include <rubberband/RubberBandStretcher.h>
#endif
#ifdef DJU_WITH_SOUNDTOUCH
#include <SoundTouch.h>
#endif

namespace dju::bench {
namespace {

constexpr int kBlock = kBlockFrames;

Stereo ours(const engine::TrackAudio& track, double speed, double semitones,
            engine::KeyVoice voice) {
  engine::StretchReader reader(engine::VarispeedBank::shared());
  reader.lock(true);
  reader.setVoice(voice);
  if (semitones != 0) reader.shift(semitones, 20);
  const auto frames = static_cast<std::int64_t>(static_cast<double>(track.frames) / speed);
  Stereo out;
  out.left.resize(frames + kBlock + 8);
  out.right.resize(frames + kBlock + 8);
  std::vector<double> positions(kBlock), speeds(kBlock, speed);
  for (std::int64_t done = 0; done < frames; done += kBlock) {
    for (int i = 0; i < kBlock; ++i) positions[i] = speed * static_cast<double>(done + i);
    reader.read(track, positions.data(), speeds.data(), kBlock, engine::Hold::kMotor,
                out.left.data() + done, out.right.data() + done);
  }
  out.left.resize(frames);
  out.right.resize(frames);
  for (std::int64_t i = 0; i < frames; ++i) {
    out.left[i] *= track.scale;
    out.right[i] *= track.scale;
  }
  return out;
}

// Only the peers want floats, and none of them need be installed.
[[maybe_unused]] Stereo floats(const engine::TrackAudio& track) {
  Stereo in;
  for (std::int64_t i = 0; i < track.frames; ++i) {
    in.left.push_back(static_cast<float>(track.samples[2 * i]) * track.scale);
    in.right.push_back(static_cast<float>(track.samples[2 * i + 1]) * track.scale);
  }
  return in;
}

#ifdef DJU_WITH_RUBBERBAND
enum class Mode { kRealTime, kOffline };

void retrieve(RubberBand::RubberBandStretcher& band, Stereo& out) {
  for (int ready = band.available(); ready > 0; ready = band.available()) {
    const std::size_t at = out.left.size();
    out.left.resize(at + ready);
    out.right.resize(at + ready);
    float* to[] = {out.left.data() + at, out.right.data() + at};
    band.retrieve(to, ready);
  }
}

Stereo rubberBand(const engine::TrackAudio& track, double speed, double semitones, int options,
                  Mode mode) {
  using Band = RubberBand::RubberBandStretcher;
  const Stereo in = floats(track);
  options |= mode == Mode::kOffline ? Band::OptionProcessOffline : Band::OptionProcessRealTime;
  Band band(kSampleRate, 2, options, 1 / speed, std::exp2(semitones / 12));
  const float* all[] = {in.left.data(), in.right.data()};
  Stereo out;
  std::size_t delay = 0;
  if (mode == Mode::kOffline) {
    band.study(all, in.left.size(), true);
  } else {
    const std::vector<float> silence(band.getPreferredStartPad());
    delay = band.getStartDelay();
    const float* pad[] = {silence.data(), silence.data()};
    if (!silence.empty()) band.process(pad, silence.size(), false);
  }
  band.setMaxProcessSize(kBlock);
  for (std::size_t done = 0; done < in.left.size(); done += kBlock) {
    const std::size_t n = std::min<std::size_t>(kBlock, in.left.size() - done);
    const float* part[] = {in.left.data() + done, in.right.data() + done};
    band.process(part, n, done + n == in.left.size());
    retrieve(band, out);
  }
  const auto late = static_cast<std::ptrdiff_t>(std::min(delay, out.left.size()));
  out.left.erase(out.left.begin(), out.left.begin() + late);
  out.right.erase(out.right.begin(), out.right.begin() + late);
  return out;
}
#endif

#ifdef DJU_WITH_SOUNDTOUCH
Stereo soundTouch(const engine::TrackAudio& track, double speed, double semitones) {
  soundtouch::SoundTouch touch;
  touch.setSampleRate(kSampleRate);
  touch.setChannels(2);
  touch.setTempo(speed);
  touch.setPitchSemiTones(semitones);
  std::vector<float> block(2 * kBlock), got(2 * kBlock);
  Stereo out;
  const auto take = [&] {
    for (unsigned n = touch.receiveSamples(got.data(), kBlock); n > 0;
         n = touch.receiveSamples(got.data(), kBlock)) {
      for (unsigned i = 0; i < n; ++i) {
        out.left.push_back(got[2 * i]);
        out.right.push_back(got[2 * i + 1]);
      }
    }
  };
  for (std::int64_t done = 0; done < track.frames; done += kBlock) {
    const auto n = static_cast<int>(std::min<std::int64_t>(kBlock, track.frames - done));
    for (int i = 0; i < 2 * n; ++i) {
      block[i] = static_cast<float>(track.samples[2 * done + i]) * track.scale;
    }
    touch.putSamples(block.data(), n);
    take();
  }
  touch.flush();
  take();
  return out;
}
#endif

}  // namespace

std::vector<Stretcher> stretchers() {
  const auto voice = [](engine::KeyVoice which) {
    return [which](const engine::TrackAudio& track, double speed, double semitones) {
      return ours(track, speed, semitones, which);
    };
  };
  std::vector<Stretcher> all{{"ours, fast", voice(engine::KeyVoice::kFast)},
                             {"ours, fine", voice(engine::KeyVoice::kFine)}};
#ifdef DJU_WITH_SOUNDTOUCH
  all.push_back({"SoundTouch " DJU_WITH_SOUNDTOUCH, soundTouch});
#endif
#ifdef DJU_WITH_RUBBERBAND
  all.push_back({"Rubber Band " DJU_WITH_RUBBERBAND " R2, real time",
                 [](const engine::TrackAudio& track, double speed, double semitones) {
                   return rubberBand(track, speed, semitones,
                                     RubberBand::RubberBandStretcher::OptionEngineFaster,
                                     Mode::kRealTime);
                 }});
#endif
  return all;
}

Stretcher referenceStretcher() {
#ifdef DJU_WITH_RUBBERBAND
  return {"Rubber Band " DJU_WITH_RUBBERBAND " R3, offline",
          [](const engine::TrackAudio& track, double speed, double semitones) {
            return rubberBand(track, speed, semitones,
                              RubberBand::RubberBandStretcher::OptionEngineFiner, Mode::kOffline);
          }};
#else
  return {};
#endif
}

}  // namespace dju::bench
