#include "server/battle/visual.h"

#include <fftw3.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>
#include <numbers>

namespace dju::server {
namespace {

constexpr float kBinHz = static_cast<float>(kSampleRate) / Visual::kFft;

float decibels(float amplitude) {
  return 20.0F * std::log10(std::max(amplitude, 1e-6F));
}
float decibelsOfPower(float power) {
  return 10.0F * std::log10(std::max(power, 1e-12F));
}

// dBFS × −100 as an unsigned 16-bit number; 12000 is silence.
std::uint16_t packLevel(float amplitude) {
  return static_cast<std::uint16_t>(
      std::clamp(std::lround(-100.0F * decibels(amplitude)), 0L, 12000L));
}

// dBTP × 100; −12000 is silence. May exceed full scale.
std::int16_t packTruePeak(float amplitude) {
  return static_cast<std::int16_t>(
      std::clamp(std::lround(100.0F * decibels(amplitude)), -12000L, 12000L));
}

template <typename T>
void append(std::string& out, T value) {
  char bytes[sizeof value];
  std::memcpy(bytes, &value, sizeof value);
  out.append(bytes, sizeof value);
}

}  // namespace

// What is the same for every battle, made once.
struct Visual::Tables {
  std::array<float, kFft> window{};
  // Bin b shows the loudest of the FFT's bins [first[b], last[b]).
  std::array<int, kBins> first{}, last{};

  Tables() {
    for (int i = 0; i < kFft; ++i)
      window[i] =
          0.5F - 0.5F * std::cos(2.0F * std::numbers::pi_v<float> * static_cast<float>(i) / kFft);
    for (int bin = 0; bin < kBins; ++bin) {
      const float low = 20.0F * std::pow(1000.0F, static_cast<float>(bin) / kBins);
      const float high = 20.0F * std::pow(1000.0F, static_cast<float>(bin + 1) / kBins);
      first[bin] = std::clamp(static_cast<int>(std::lround(low / kBinHz)), 1, kFft / 2);
      last[bin] =
          std::clamp(static_cast<int>(std::lround(high / kBinHz)), first[bin] + 1, kFft / 2 + 1);
    }
  }
  static const Tables& shared() {
    static const Tables tables;
    return tables;
  }
};

struct Visual::Fft {
  float* in = fftwf_alloc_real(kFft);
  fftwf_complex* out = fftwf_alloc_complex(kFft / 2 + 1);
  fftwf_plan plan = fftwf_plan_dft_r2c_1d(kFft, in, out, FFTW_ESTIMATE);

  Fft() = default;
  Fft(const Fft&) = delete;
  Fft& operator=(const Fft&) = delete;
  ~Fft() {
    fftwf_destroy_plan(plan);
    fftwf_free(in);
    fftwf_free(out);
  }
};

Visual::Visual() : fft_(std::make_unique<Fft>()) {}
Visual::~Visual() = default;

void Visual::add(const RenderedBlock& frame) {
  latest_ = frame.telemetry;
  for (int i = 0; i < kBlockFrames; ++i) {
    const float left = frame.master[2 * i];
    const float right = frame.master[2 * i + 1];
    mono_[head_] = 0.5F * (left + right);
    head_ = (head_ + 1) % kFft;
    peak_[0] = std::max(peak_[0], std::abs(left));
    peak_[1] = std::max(peak_[1], std::abs(right));
    power_[0] += left * left;
    power_[1] += right * right;
  }
  truePeak_ = std::max(truePeak_, frame.telemetry.masterTruePeak);
  limiterGain_ = std::min(limiterGain_, frame.telemetry.limiterGain);
  samples_ += kBlockFrames;
}

void Visual::analyse() {
  const auto& window = Tables::shared().window;
  const std::size_t older = kFft - head_;  // samples from head_ to the end of the ring
  for (std::size_t i = 0; i < older; ++i) fft_->in[i] = mono_[head_ + i] * window[i];
  for (std::size_t i = older; i < kFft; ++i) fft_->in[i] = mono_[i - older] * window[i];
  fftwf_execute(fft_->plan);
  constexpr float kScale = 4.0F / kFft;  // two sides, Hann's mean of one half
  for (int k = 0; k <= kFft / 2; ++k) {
    const float re = kScale * fft_->out[k][0], im = kScale * fft_->out[k][1];
    spectrum_[k] = re * re + im * im;
  }
  for (int c = 0; c < 2; ++c) {
    shownPeak_[c] = peak_[c];
    shownRms_[c] = samples_ > 0 ? std::sqrt(power_[c] / static_cast<float>(samples_)) : 0.0F;
  }
  shownTruePeak_ = truePeak_;
  shownLimiterGain_ = limiterGain_;
  peak_ = power_ = {};
  truePeak_ = 0;
  limiterGain_ = 1;
  samples_ = 0;
}

std::string Visual::pack() {
  analyse();
  std::string out;
  out.reserve(26 + 24 * latest_.deckCount + kBins);
  append<std::uint8_t>(out, 2);
  append<std::uint8_t>(out, latest_.deckCount);
  append<std::uint16_t>(out, kBins);
  append<std::int64_t>(out, latest_.frame.index());
  for (float level : {shownPeak_[0], shownPeak_[1], shownRms_[0], shownRms_[1]})
    append(out, packLevel(level));
  append(out, static_cast<std::uint16_t>(
                  std::min(65535L, std::lround(-100.0F * decibels(shownLimiterGain_)))));
  append(out, packTruePeak(shownTruePeak_));
  append<std::uint8_t>(out, latest_.samplers);
  append<std::uint8_t>(out, 0);
  for (int i = 0; i < latest_.deckCount; ++i) {
    const engine::DeckTelemetry& deck = latest_.decks[i];
    append(out, static_cast<std::int64_t>(deck.position * 256.0));
    append(out, static_cast<std::int32_t>(deck.rate * 1048576.0F));
    append(out, static_cast<std::uint16_t>(std::min(65535.0F, deck.beatPhase * 65536.0F)));
    append(out, static_cast<std::uint16_t>(deck.barBeat * 4096.0F));
    append(out, packLevel(deck.peak));
    append(out, static_cast<std::uint16_t>(deck.audibleShare * 65535.0F));
    append(out, deck.flags);
  }
  const Tables& tables = Tables::shared();
  for (int bin = 0; bin < kBins; ++bin) {
    const float top = *std::max_element(spectrum_.begin() + tables.first[bin],
                                        spectrum_.begin() + tables.last[bin]);
    const float share = (decibelsOfPower(top) - kFloorDb) / (kCeilingDb - kFloorDb);
    append(out, static_cast<std::uint8_t>(std::lround(255.0F * std::clamp(share, 0.0F, 1.0F))));
  }
  return out;
}

nlohmann::json Visual::audioVisualization() const {
  constexpr int kPoints = 128;
  constexpr int kStride = 16;  // 2,048 samples in all
  nlohmann::json waveform = nlohmann::json::array();
  for (int i = 0; i < kPoints; ++i) {
    const std::size_t back = static_cast<std::size_t>((kPoints - i) * kStride);
    waveform.push_back(std::round(1000.0F * mono_[(head_ + kFft - back) % kFft]) / 1000.0F);
  }
  return {{"frame", latest_.frame.index()},
          {"waveform", waveform},
          {"peak", {decibels(shownPeak_[0]), decibels(shownPeak_[1])}},
          {"rms", {decibels(shownRms_[0]), decibels(shownRms_[1])}}};
}

}  // namespace dju::server
