// Fits the weights of music/metre.h: `dju_train_metre HEADER SEED… -- FOLDER[:WEIGHT]…`
//
// A folder holds sound files, or the library's .pcm, with their truth beside them: NAME.beats and
// NAME.downbeats, a time in seconds a line, or NAME.beats.json of `dju demo-tracks`. The weights in
// the product come from scripts/train-metre (docs/beat-analysis.md), never from the pieces that
// figures are measured on. With DJU_HOLD_OUT=N every N-th piece is left out and scored instead,
// which is how the network's size and its regularisation were chosen.
//
// For each excerpt the network must give the hypotheses with the true beat, and among them the true
// bar, the greatest part of the odds (softmax). Whole bands are left out at random, so that no
// single one is relied on: without that it is right on 7 % fewer pieces that it has not seen.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "audio/decode.h"
#include "audio/pcm_file.h"
#include "core/random.h"
#include "music/metre.h"

namespace {

namespace fs = std::filesystem;
using dju::music::kMetreFeatures;
using dju::music::MetreFeatures;

constexpr int kUnits = 8;  // for each seed
constexpr int kEpochs = 14;
constexpr int kBatch = 16;
constexpr double kRate = 0.003;
constexpr double kLeftOut = 0.3;  // how often a band is
constexpr float kDecayUnits = 1e-2F, kDecayLinear = 3e-2F;
constexpr double kExcerptSeconds[] = {20, 45, 1e9};

struct Truth {
  std::vector<double> beats, downbeats;  // seconds
};

struct Hypothesis {
  MetreFeatures x;
  float prior;
  bool beat, bar;
};

struct Excerpt {
  std::size_t piece;
  bool whole;
  float weight = 1;
  bool barsKnown = false;
  std::vector<Hypothesis> hypotheses;
};

std::vector<double> readTimes(const fs::path& path) {
  std::ifstream file(path);
  return {std::istream_iterator<double>(file), {}};
}

Truth truthOf(const fs::path& sound) {
  const fs::path sidecar = fs::path(sound).replace_extension(".beats.json");
  if (!fs::exists(sidecar)) {
    return {readTimes(fs::path(sound).replace_extension(".beats")),
            readTimes(fs::path(sound).replace_extension(".downbeats"))};
  }
  std::ifstream file(sidecar);
  const auto json = nlohmann::json::parse(file);
  return {json.at("beats").get<std::vector<double>>(),
          json.at("downbeats").get<std::vector<double>>()};
}

std::vector<double> between(const std::vector<double>& times, double from, double to) {
  std::vector<double> out;
  std::copy_if(times.begin(), times.end(), std::back_inserter(out),
               [&](double time) { return time >= from && time < to; });
  return out;
}

// Whether the moment `time` lies on a grid.
bool onGrid(double time, double anchor, double period) {
  return std::fabs(std::remainder(time - anchor, period)) < 0.035;
}

bool steady(const std::vector<double>& beats) {
  std::vector<double> steps;
  for (std::size_t i = 1; i < beats.size(); ++i) steps.push_back(beats[i] - beats[i - 1]);
  std::sort(steps.begin(), steps.end());
  return steps.size() > 8 && steps[steps.size() * 98 / 100] < 1.02 * steps[steps.size() * 2 / 100];
}

Excerpt excerptOf(const dju::audio::PcmView& pcm, double start, const Truth& truth) {
  const double end = start + static_cast<double>(pcm.frames) / dju::kSampleRate;
  const std::vector<double> beats = between(truth.beats, start, end);
  const std::vector<double> bars = between(truth.downbeats, start, end);
  Excerpt out;
  if (beats.size() < 12) return out;
  const double step = (beats.back() - beats.front()) / static_cast<double>(beats.size() - 1);
  bool any = false;
  for (const auto& metre : dju::music::metreHypotheses(dju::music::onsetStrength(pcm))) {
    const double period = metre.period / dju::music::kOnsetRate;
    const double anchor = start + metre.downbeat / dju::music::kOnsetRate;
    Hypothesis one{
        metre.features, static_cast<float>(dju::music::tempoPrior(metre.period)),
        std::fabs(period / step - 1) < 0.01 && onGrid(beats[beats.size() / 2], anchor, period),
        false};
    one.bar = one.beat && !bars.empty() && onGrid(bars[bars.size() / 2], anchor, 4 * period);
    any = any || one.beat;
    out.barsKnown = out.barsKnown || one.bar;
    out.hypotheses.push_back(one);
  }
  if (!any) out.hypotheses.clear();  // not even suggested: nothing to learn here
  return out;
}

std::vector<Excerpt> excerptsOf(const dju::audio::PcmView& pcm, const Truth& truth) {
  std::vector<Excerpt> out;
  for (const double seconds : kExcerptSeconds) {
    const auto frames = static_cast<std::int64_t>(
        std::min(static_cast<double>(pcm.frames), seconds * dju::kSampleRate));
    const std::int64_t count = (pcm.frames + frames - 1) / frames;
    for (std::int64_t i = 0; i < count; ++i) {
      const std::int64_t from = count > 1 ? (pcm.frames - frames) * i / (count - 1) : 0;
      Excerpt one = excerptOf({pcm.samples + 2 * from, frames, pcm.scale},
                              static_cast<double>(from) / dju::kSampleRate, truth);
      one.whole = frames == pcm.frames;
      if (!one.hypotheses.empty()) out.push_back(std::move(one));
    }
    if (frames == pcm.frames) break;
  }
  return out;
}

std::vector<Excerpt> readFolder(const fs::path& folder, float weight,
                                const dju::audio::Decoder& decoder, std::size_t& pieces) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string kind = entry.path().extension().string();
    if (kind == ".flac" || kind == ".wav" || kind == ".ogg" || kind == ".pcm")
      files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  const fs::path pcmPath = fs::temp_directory_path() / "dju-train-metre.pcm";
  std::vector<Excerpt> out;
  for (const fs::path& file : files) {
    const Truth truth = truthOf(file);
    const bool decoded = file.extension() == ".pcm";  // the library's cache file
    if (!steady(truth.beats) || (!decoded && !decoder.decode(file, pcmPath))) continue;
    const auto pcm = dju::audio::PcmFile::open(decoded ? file : pcmPath).valueOrThrow();
    std::vector<Excerpt> some = excerptsOf(pcm.view(), truth);
    for (Excerpt& one : some) {
      one.piece = pieces;
      one.weight = weight / static_cast<float>(some.size());
      out.push_back(std::move(one));
    }
    ++pieces;
  }
  fs::remove(pcmPath);
  return out;
}

struct Network {
  std::vector<float> weights = std::vector<float>(kUnits * kMetreFeatures);
  std::vector<float> bias = std::vector<float>(kUnits), output = std::vector<float>(kUnits);
  std::vector<float> linear = std::vector<float>(kMetreFeatures);

  // Fills `units` with what each says.
  float score(const float* x, float* units) const {
    float sum = 0;
    for (std::size_t i = 0; i < kMetreFeatures; ++i) sum += linear[i] * x[i];
    for (std::size_t u = 0; u < kUnits; ++u) {
      float inner = bias[u];
      const float* w = &weights[u * kMetreFeatures];
      for (std::size_t i = 0; i < kMetreFeatures; ++i) inner += w[i] * x[i];
      units[u] = std::tanh(inner);
      sum += output[u] * units[u];
    }
    return sum;
  }
};

// Adam (Kingma and Ba, 2015) for one array.
struct Adam {
  std::vector<float> first, second;
  void step(std::vector<float>& values, const std::vector<float>& gradient, float decay,
            double rate, int time) {
    first.resize(values.size());
    second.resize(values.size());
    const double one = 1 - std::pow(0.9, time), two = 1 - std::pow(0.999, time);
    for (std::size_t i = 0; i < values.size(); ++i) {
      const float g = gradient[i] + decay * values[i];
      first[i] = 0.9F * first[i] + 0.1F * g;
      second[i] = 0.999F * second[i] + 0.001F * g * g;
      values[i] -= static_cast<float>(rate * first[i] / one / (std::sqrt(second[i] / two) + 1e-8));
    }
  }
};

// Bands and changes that this excerpt goes without this time.
std::array<float, kMetreFeatures> drawMask(dju::Random& random) {
  std::array<float, kMetreFeatures> mask;
  mask.fill(1);
  const std::size_t onsets = dju::music::kOnsetBands * dju::music::kSixteenths;
  const std::size_t changes = dju::music::kChangeSpans * dju::music::kHalfBeats;
  for (std::size_t band = 0; band < dju::music::kOnsetBands; ++band) {
    if (random.chance(kLeftOut))
      std::fill_n(mask.begin() + static_cast<std::ptrdiff_t>(band * dju::music::kSixteenths),
                  dju::music::kSixteenths, 0.0F);
  }
  if (random.chance(kLeftOut))
    std::fill_n(mask.begin() + static_cast<std::ptrdiff_t>(onsets), changes, 0.0F);
  return mask;
}

// Gradient of -log of the share of the odds that true beats have, and that true bars have.
std::vector<float> scoreGradient(const Excerpt& excerpt, const std::vector<float>& scores) {
  const float highest = *std::max_element(scores.begin(), scores.end());
  std::vector<float> odds(scores.size()), out(scores.size());
  float sum = 0, beat = 0, bar = 0;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    odds[i] = std::exp(scores[i] - highest);
    sum += odds[i];
    if (excerpt.hypotheses[i].beat) beat += odds[i];
    if (excerpt.hypotheses[i].bar) bar += odds[i];
  }
  for (std::size_t i = 0; i < scores.size(); ++i) {
    out[i] = (excerpt.barsKnown ? 2 : 1) * odds[i] / sum;
    if (excerpt.hypotheses[i].beat) out[i] -= odds[i] / (beat + 1e-30F);
    if (excerpt.hypotheses[i].bar) out[i] -= odds[i] / (bar + 1e-30F);
    out[i] *= excerpt.weight;
  }
  return out;
}

void addGradient(const Excerpt& excerpt, const Network& network, float scale,
                 const std::array<float, kMetreFeatures>& mask, Network& gradient) {
  const std::size_t count = excerpt.hypotheses.size();
  std::vector<float> x(count * kMetreFeatures), units(count * kUnits), scores(count);
  for (std::size_t h = 0; h < count; ++h) {
    float* row = &x[h * kMetreFeatures];
    for (std::size_t i = 0; i < kMetreFeatures; ++i) row[i] = excerpt.hypotheses[h].x[i] * mask[i];
    scores[h] = network.score(row, &units[h * kUnits]) + excerpt.hypotheses[h].prior;
  }
  const std::vector<float> slope = scoreGradient(excerpt, scores);
  for (std::size_t h = 0; h < count; ++h) {
    const float* row = &x[h * kMetreFeatures];
    const float s = slope[h] * scale;
    for (std::size_t i = 0; i < kMetreFeatures; ++i) gradient.linear[i] += s * row[i];
    for (std::size_t u = 0; u < kUnits; ++u) {
      const float said = units[h * kUnits + u];
      gradient.output[u] += s * said;
      const float inner = s * network.output[u] * (1 - said * said);
      gradient.bias[u] += inner;
      float* w = &gradient.weights[u * kMetreFeatures];
      for (std::size_t i = 0; i < kMetreFeatures; ++i) w[i] += inner * row[i];
    }
  }
}

Network fit(const std::vector<const Excerpt*>& excerpts, std::uint64_t seed) {
  dju::Random random(seed);
  Network network;
  const auto normal = [&random] {  // Irwin-Hall of 12
    double sum = -6;
    for (int i = 0; i < 12; ++i) sum += random.uniform();
    return static_cast<float>(sum);
  };
  for (float& w : network.weights) w = normal() / std::sqrt(static_cast<float>(kMetreFeatures));
  for (float& w : network.output) w = 0.3F * normal() / std::sqrt(static_cast<float>(kUnits));
  double whole = 0;
  for (const Excerpt* one : excerpts) whole += one->weight;
  const auto scale = static_cast<float>(static_cast<double>(excerpts.size()) / whole / kBatch);
  std::vector<const Excerpt*> order = excerpts;
  Adam weights, bias, output, linear;
  int time = 0;
  for (int epoch = 0; epoch < kEpochs; ++epoch) {
    for (std::size_t i = order.size(); i > 1; --i)
      std::swap(order[i - 1], order[static_cast<std::size_t>(random.below(static_cast<int>(i)))]);
    const double rate = kRate * std::min(1.0, (kEpochs - epoch) / (kEpochs * 0.5));
    for (std::size_t begin = 0; begin < order.size(); begin += kBatch) {
      Network gradient;
      for (std::size_t i = begin; i < std::min(order.size(), begin + kBatch); ++i)
        addGradient(*order[i], network, scale, drawMask(random), gradient);
      ++time;
      weights.step(network.weights, gradient.weights, kDecayUnits, rate, time);
      bias.step(network.bias, gradient.bias, 0, rate, time);
      output.step(network.output, gradient.output, kDecayUnits, rate, time);
      linear.step(network.linear, gradient.linear, kDecayLinear, rate, time);
    }
  }
  return network;
}

struct Scaling {
  MetreFeatures mean{}, spread{};
};

// Mean 0, spread 1 over all hypotheses.
Scaling standardise(std::vector<Excerpt>& excerpts) {
  std::array<double, kMetreFeatures> sum{}, squares{};
  double count = 0;
  for (const Excerpt& one : excerpts) {
    for (const Hypothesis& hypothesis : one.hypotheses) {
      count += 1;
      for (std::size_t i = 0; i < kMetreFeatures; ++i) {
        sum[i] += hypothesis.x[i];
        squares[i] += static_cast<double>(hypothesis.x[i]) * hypothesis.x[i];
      }
    }
  }
  Scaling out;
  for (std::size_t i = 0; i < kMetreFeatures; ++i) {
    const double mean = sum[i] / count;
    out.mean[i] = static_cast<float>(mean);
    out.spread[i] =
        static_cast<float>(std::sqrt(std::max(0.0, squares[i] / count - mean * mean)) + 1e-6);
  }
  for (Excerpt& one : excerpts) {
    for (Hypothesis& hypothesis : one.hypotheses) {
      for (std::size_t i = 0; i < kMetreFeatures; ++i)
        hypothesis.x[i] = (hypothesis.x[i] - out.mean[i]) / out.spread[i];
    }
  }
  return out;
}

void report(const std::vector<const Excerpt*>& excerpts, const std::vector<Network>& networks) {
  int count = 0, beats = 0, bars = 0, barsKnown = 0, whole = 0, wholeBeats = 0, wholeBars = 0;
  for (const Excerpt* one : excerpts) {
    float best = -1e30F;
    const Hypothesis* chosen = nullptr;
    for (const Hypothesis& hypothesis : one->hypotheses) {
      float units[kUnits], score = 0;
      for (const Network& network : networks) score += network.score(hypothesis.x.data(), units);
      score = score / static_cast<float>(networks.size()) + hypothesis.prior;
      if (score <= best) continue;
      best = score;
      chosen = &hypothesis;
    }
    ++count;
    beats += chosen->beat ? 1 : 0;
    barsKnown += one->barsKnown ? 1 : 0;
    bars += chosen->bar ? 1 : 0;
    whole += one->whole ? 1 : 0;
    wholeBeats += one->whole && chosen->beat ? 1 : 0;
    wholeBars += one->whole && chosen->bar ? 1 : 0;
  }
  fmt::print("{} excerpts: beat right {}, bar {} of {}; {} whole pieces: beat {}, bar {}\n", count,
             beats, bars, barsKnown, whole, wholeBeats, wholeBars);
}

std::string number(double value) {
  std::string text = fmt::format("{:.3g}", value);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text + "F";
}

std::string numbers(const std::vector<double>& values) {
  std::string out, line = "   ";
  for (const double value : values) {
    const std::string text = fmt::format(" {},", number(value));
    if (line.size() + text.size() > 100) {
      out += line + "\n";
      line = "   ";
    }
    line += text;
  }
  return out + line;
}

// The mean of all networks as one, over features as they are: the scaling is folded in.
void writeHeader(const fs::path& path, const std::vector<Network>& networks,
                 const Scaling& scaling) {
  const auto count = static_cast<double>(networks.size());
  std::vector<double> linear(kMetreFeatures);
  std::string units;
  for (const Network& network : networks) {
    for (std::size_t i = 0; i < kMetreFeatures; ++i)
      linear[i] += static_cast<double>(network.linear[i]) / scaling.spread[i] / count;
    for (std::size_t u = 0; u < kUnits; ++u) {
      std::vector<double> weights;
      double bias = network.bias[u];
      for (std::size_t i = 0; i < kMetreFeatures; ++i) {
        weights.push_back(static_cast<double>(network.weights[u * kMetreFeatures + i]) /
                          scaling.spread[i]);
        bias -= weights.back() * scaling.mean[i];
      }
      units += fmt::format("  {{{{{{\n{}\n  }}}}, {}, {}}},\n", numbers(weights), number(bias),
                           number(network.output[u] / count));
    }
  }
  std::ofstream file(path);
  file << fmt::format(
      "// Weights of the network of metre.h, in the order of describe() in metre.cpp: onsets by "
      "band "
      "and\n// sixteenth, changes by span and half beat, repetition, tempo. The mean of {} "
      "networks "
      "of {} units\n// fitted from different starts. Written by tools/train_metre.cpp, not by "
      "hand; "
      "any thread.\n#pragma once\n\n#include <array>\n\nnamespace dju::music {{\n\n"
      "struct MetreUnit {{\n  std::array<float, {}> weights;\n  float bias;\n  float "
      "output;\n}};\n\n"
      "// clang-format off\ninline constexpr std::array<float, {}> kMetreLinear = {{\n{}\n}};\n\n"
      "inline constexpr std::array<MetreUnit, {}> kMetreUnits = {{{{\n{}}}}};\n"
      "// clang-format on\n\n}}  // namespace dju::music\n",
      networks.size(), kUnits, kMetreFeatures, kMetreFeatures, numbers(linear),
      networks.size() * kUnits, units);
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::uint64_t> seeds;
  int next = 2;
  for (; next < argc && std::string(argv[next]) != "--"; ++next)
    seeds.push_back(std::strtoull(argv[next], nullptr, 10));
  if (seeds.empty() || next + 1 >= argc) {
    fmt::print("usage: dju_train_metre HEADER SEED... -- FOLDER[:WEIGHT]...\n");
    return 2;
  }
  const dju::audio::Decoder decoder(
      {fs::absolute(argv[0]).parent_path() / "dju_decode_worker", {}});
  std::vector<Excerpt> excerpts;
  std::size_t pieces = 0;
  for (++next; next < argc; ++next) {
    const std::string text = argv[next];
    const std::size_t colon = text.rfind(':');
    const float weight = colon == std::string::npos ? 1 : std::stof(text.substr(colon + 1));
    for (Excerpt& one : readFolder(text.substr(0, colon), weight, decoder, pieces))
      excerpts.push_back(std::move(one));
  }
  const Scaling scaling = standardise(excerpts);
  const char* hold = std::getenv("DJU_HOLD_OUT");
  const std::size_t every = hold != nullptr ? std::strtoul(hold, nullptr, 10) : 0;
  std::vector<const Excerpt*> train, test;
  for (const Excerpt& one : excerpts)
    (every > 0 && one.piece % every == every - 1 ? test : train).push_back(&one);
  fmt::print("{} pieces, {} excerpts to fit, {} held out\n", pieces, train.size(), test.size());
  std::vector<Network> networks;
  for (const std::uint64_t seed : seeds) networks.push_back(fit(train, seed));
  report(train, networks);
  if (!test.empty()) report(test, networks);
  writeHeader(argv[1], networks, scaling);
}
