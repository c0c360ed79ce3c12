#include "quality/align.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "quality/correlation.h"

namespace dju::quality {
namespace {

constexpr double kExcerptSeconds = 10;
constexpr double kLeastCorrelation = 0.3;
constexpr double kSilence = 1e-9;  // mean square: -90 dBFS

struct Excerpt {
  std::size_t begin = 0, length = 0;
};

// The loudest stretch of the reference: there is most to recognise.
Excerpt loudest(const std::vector<float>& sound, std::size_t length) {
  if (sound.size() <= length) return {0, sound.size()};
  double energy = 0, best = 0;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < sound.size(); ++i) {
    energy += static_cast<double>(sound[i]) * sound[i];
    if (i < length) {
      best = energy;
      continue;
    }
    energy -= static_cast<double>(sound[i - length]) * sound[i - length];
    if (energy > best) {
      best = energy;
      begin = i + 1 - length;
    }
  }
  return {begin, length};
}

struct Match {
  std::size_t lag = 0;
  double correlation = -1;
};

// The lag at which both are most alike, whatever the polarity; of equals (a loop) the one nearest
// to `expected`.
Match bestMatch(std::span<const float> pattern, std::span<const float> sound,
                std::size_t expected) {
  const CrossCorrelation correlation(pattern, sound);
  const std::size_t lags = sound.size() - pattern.size() + 1;
  double patternEnergy = 0, energy = 0;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    patternEnergy += static_cast<double>(pattern[i]) * pattern[i];
    energy += static_cast<double>(sound[i]) * sound[i];
  }
  const double floor = kSilence * static_cast<double>(pattern.size());
  const auto distance = [&](std::size_t lag) {
    return lag > expected ? lag - expected : expected - lag;
  };
  Match best;
  for (std::size_t lag = 0; lag < lags; ++lag) {
    const double likeness = std::abs(correlation.at(static_cast<std::int64_t>(lag))) /
                            std::sqrt(patternEnergy * std::max(energy, floor));
    constexpr double kSame = 1e-4;
    if (likeness > best.correlation + kSame ||
        (likeness > best.correlation - kSame && distance(lag) < distance(best.lag)))
      best = {lag, likeness};
    if (lag + 1 < lags) {
      energy += static_cast<double>(sound[lag + pattern.size()]) * sound[lag + pattern.size()] -
                static_cast<double>(sound[lag]) * sound[lag];
    }
  }
  return best;
}

struct Shared {
  std::size_t referenceBegin = 0, testBegin = 0, frames = 0;
};

Shared sharedPart(const Sound& reference, const Sound& test, std::int64_t delay) {
  Shared part;
  part.referenceBegin = static_cast<std::size_t>(std::max<std::int64_t>(-delay, 0));
  part.testBegin = static_cast<std::size_t>(std::max<std::int64_t>(delay, 0));
  const std::size_t referenceLeft =
      reference.frames() - std::min(part.referenceBegin, reference.frames());
  const std::size_t testLeft = test.frames() - std::min(part.testBegin, test.frames());
  part.frames = std::min(referenceLeft, testLeft);
  return part;
}

// By energy, since a codec keeps the level of noise and not its waveform: by waveform, noisy music
// through Opus would seem 1.5 dB too quiet.
double gainOf(const Sound& reference, const Sound& test, const Shared& part) {
  double crossed = 0, ofReference = 0, ofTest = 0;
  for (std::size_t c = 0; c < reference.channels.size(); ++c) {
    const float* r = reference.channels[c].data() + part.referenceBegin;
    const float* t = test.channels[c].data() + part.testBegin;
    for (std::size_t i = 0; i < part.frames; ++i) {
      crossed += static_cast<double>(r[i]) * t[i];
      ofReference += static_cast<double>(r[i]) * r[i];
      ofTest += static_cast<double>(t[i]) * t[i];
    }
  }
  return std::copysign(std::sqrt(ofTest / ofReference), crossed);
}

std::optional<Error> refusal(const Sound& reference, const Sound& test) {
  const auto invalid = [](const std::string& text) { return Error(ErrorCode::kInvalid, text); };
  if (reference.sampleRate != test.sampleRate)
    return invalid(fmt::format("cannot align: {} Hz against {} Hz; resample one of them",
                               reference.sampleRate, test.sampleRate));
  if (reference.channels.size() != test.channels.size() || reference.channels.empty())
    return invalid(fmt::format("cannot align: {} channels against {}", reference.channels.size(),
                               test.channels.size()));
  for (const auto& [sound, name] : {std::pair(&reference, "reference"), std::pair(&test, "test")}) {
    if (sound->frames() == 0 || meanPower(monoOf(*sound)) < kSilence)
      return invalid(fmt::format("cannot align: the {} is silent", name));
  }
  return std::nullopt;
}

}  // namespace

Result<Alignment> findAlignment(const Sound& reference, const Sound& test) {
  if (const auto error = refusal(reference, test)) return *error;
  const std::vector<float> ofReference = monoOf(reference), ofTest = monoOf(test);
  const double rate = reference.sampleRate;
  const auto reach = static_cast<std::size_t>(kMaxDelaySeconds * rate);
  const std::size_t longest =
      std::min(static_cast<std::size_t>(kExcerptSeconds * rate), ofTest.size());
  const Excerpt excerpt = loudest(ofReference, longest);
  // The stretch of the test in which the excerpt may lie, padded where the test does not reach.
  std::vector<float> field(excerpt.length + 2 * reach);
  for (std::size_t i = 0; i < field.size(); ++i) {
    const std::size_t at = excerpt.begin + i;
    if (at >= reach && at - reach < ofTest.size()) field[i] = ofTest[at - reach];
  }
  const Match match =
      bestMatch(std::span(ofReference).subspan(excerpt.begin, excerpt.length), field, reach);
  if (match.correlation < kLeastCorrelation) {
    return Error(ErrorCode::kInvalid,
                 fmt::format("no alignment: within {:.0f} s both ways the two resemble each other "
                             "by {:.2f} at most, and {:.1f} is needed; is this the same sound?",
                             kMaxDelaySeconds, match.correlation, kLeastCorrelation));
  }
  Alignment out;
  out.delay = static_cast<std::int64_t>(match.lag) - static_cast<std::int64_t>(reach);
  out.correlation = match.correlation;
  out.gain = gainOf(reference, test, sharedPart(reference, test, out.delay));
  return out;
}

Result<Aligned> aligned(const Sound& reference, const Sound& test, const Alignment& alignment) {
  const Shared part = sharedPart(reference, test, alignment.delay);
  if (2 * part.frames < reference.frames()) {
    return Error(ErrorCode::kInvalid,
                 fmt::format("only {:.1f} s of the reference's {:.1f} s are in the test; cut the "
                             "reference to what was played",
                             static_cast<double>(part.frames) / reference.sampleRate,
                             static_cast<double>(reference.frames()) / reference.sampleRate));
  }
  const auto cut = [&](const Sound& sound, std::size_t begin, double factor) {
    Sound out{sound.sampleRate, {}};
    for (const auto& channel : sound.channels) {
      std::vector<float>& to = out.channels.emplace_back(part.frames);
      for (std::size_t i = 0; i < part.frames; ++i)
        to[i] = static_cast<float>(channel[begin + i] * factor);
    }
    return out;
  };
  return Aligned{cut(reference, part.referenceBegin, 1),
                 cut(test, part.testBegin, 1 / alignment.gain)};
}

}  // namespace dju::quality
