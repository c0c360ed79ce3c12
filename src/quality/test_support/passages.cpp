#include "quality/test_support/passages.h"

#include <opus/opus.h>

#include <array>
#include <cmath>
#include <memory>
#include <numbers>

#include "core/error.h"
#include "core/random.h"

namespace dju::quality::testing {
namespace {

constexpr double kTau = 2 * std::numbers::pi;

void addChord(std::vector<float>& to, std::size_t from, double hz, double gain) {
  for (std::size_t i = 0; i < 40000 && from + i < to.size(); ++i) {
    const double t = static_cast<double>(i) / kSampleRate;
    double value = 0;
    for (int h = 1; h <= 6; ++h) value += std::sin(kTau * hz * h * t) / h;
    to[from + i] += static_cast<float>(gain * std::exp(-5 * t) * value);
  }
}

void addBurst(std::vector<float>& to, std::size_t from, Random& random) {
  for (std::size_t i = 0; i < 6000 && from + i < to.size(); ++i) {
    const double fall = std::exp(-static_cast<double>(i) / 900);
    to[from + i] += static_cast<float>(0.2 * fall * random.uniform(-1, 1));
  }
}

struct Biquad {
  double b0, b1, b2, a1, a2;
  double z1 = 0, z2 = 0;
  float next(float x) {
    const double y = b0 * x + z1;
    z1 = b1 * x - a1 * y + z2;
    z2 = b2 * x - a2 * y;
    return static_cast<float>(y);
  }
};

Biquad lowPass(double hz, double q) {
  const double w = kTau * hz / kSampleRate, alpha = std::sin(w) / (2 * q), c = std::cos(w);
  const double a0 = 1 + alpha;
  return {(1 - c) / 2 / a0, (1 - c) / a0, (1 - c) / 2 / a0, -2 * c / a0, (1 - alpha) / a0};
}

}  // namespace

Sound musicalPassage(double seconds, std::uint64_t seed) {
  const auto frames = static_cast<std::size_t>(seconds * kSampleRate);
  Sound sound;
  for (std::uint64_t c = 0; c < 2; ++c) {
    Random random = Random(seed).fork(c);
    std::vector<float>& channel = sound.channels.emplace_back(frames);
    for (std::size_t from = 0; from < frames; from += kSampleRate / 4)
      addChord(channel, from + static_cast<std::size_t>(random.below(6000)),
               random.uniform(60, 2500), 0.08);
    for (std::size_t from = 0; from < frames; from += kSampleRate / 2)
      addBurst(channel, from, random);
  }
  return sound;
}

Sound withNoise(Sound sound, double rms, std::uint64_t seed) {
  Random random(seed);
  for (auto& channel : sound.channels) {
    for (float& x : channel) x += static_cast<float>(rms * std::sqrt(3.0) * random.uniform(-1, 1));
  }
  return sound;
}

Sound shifted(const Sound& sound, std::int64_t frames) {
  Sound out{sound.sampleRate, {}};
  const auto length = static_cast<std::int64_t>(sound.frames());
  for (const auto& channel : sound.channels) {
    std::vector<float>& to = out.channels.emplace_back(channel.size());
    for (std::int64_t i = 0; i < length; ++i) {
      if (i - frames >= 0 && i - frames < length) to[i] = channel[i - frames];
    }
  }
  return out;
}

Sound scaled(Sound sound, double gain) {
  for (auto& channel : sound.channels) {
    for (float& x : channel) x = static_cast<float>(x * gain);
  }
  return sound;
}

Sound lowPassed(Sound sound, double hz) {
  for (auto& channel : sound.channels) {
    for (const double q : {0.5412, 1.3066}) {
      Biquad filter = lowPass(hz, q);
      for (float& x : channel) x = filter.next(x);
    }
  }
  return sound;
}

Sound throughOpus(const Sound& sound, int kilobits) {
  constexpr std::size_t kFrame = 960;
  const auto channels = static_cast<int>(sound.channels.size());
  int error = 0;
  const std::unique_ptr<OpusEncoder, void (*)(OpusEncoder*)> encoder(
      opus_encoder_create(kSampleRate, channels, OPUS_APPLICATION_AUDIO, &error),
      opus_encoder_destroy);
  const std::unique_ptr<OpusDecoder, void (*)(OpusDecoder*)> decoder(
      opus_decoder_create(kSampleRate, channels, &error), opus_decoder_destroy);
  opus_encoder_ctl(encoder.get(), OPUS_SET_BITRATE(kilobits * 1000));
  opus_int32 late = 0;
  opus_encoder_ctl(encoder.get(), OPUS_GET_LOOKAHEAD(&late));
  Sound decoded{sound.sampleRate, std::vector<std::vector<float>>(sound.channels.size())};
  std::array<unsigned char, 4000> packet{};
  std::vector<float> frame(kFrame * sound.channels.size());
  for (std::size_t at = 0; at < sound.frames() + kFrame; at += kFrame) {
    for (std::size_t i = 0; i < frame.size(); ++i) {
      const std::size_t from = at + i / sound.channels.size();
      frame[i] = from < sound.frames() ? sound.channels[i % sound.channels.size()][from] : 0;
    }
    const int bytes = opus_encode_float(encoder.get(), frame.data(), kFrame, packet.data(),
                                        static_cast<opus_int32>(packet.size()));
    if (opus_decode_float(decoder.get(), packet.data(), bytes, frame.data(), kFrame, 0) < 0)
      throw Error(ErrorCode::kInternal, "libopus does not decode what it encoded");
    for (std::size_t i = 0; i < frame.size(); ++i)
      decoded.channels[i % sound.channels.size()].push_back(frame[i]);
  }
  Sound out = shifted(decoded, -late);
  for (auto& channel : out.channels) channel.resize(sound.frames());
  return out;
}

}  // namespace dju::quality::testing
