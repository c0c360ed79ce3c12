// Trains the model of music/vocals on synthesised music with voices over it, and writes it as code:
//
//   dju_train_vocals OUT.cpp [TRACKS_PER_GENRE [SECONDS]]
//
// Recipe: TRACKS_PER_GENRE (6) tracks of SECONDS (120) of each of our eight genres, seed 2; over
// every second one sings a formant synthesiser, over the others espeak-ng reads sentences, 0 to 6
// dB below the music. Families 0 to 3 are for training, 4 and 5 for the figures it prints.
// Training tracks are used twice, the second time through a random equaliser and gain. Rows within
// 0.3 s of where a voice begins or ends are left out. One hidden layer of 24, binary cross-entropy,
// Adam (Kingma and Ba 2015) over 15 epochs of batches of 32, decoupled weight decay, a tenth of the
// inputs dropped. Every draw is seeded: the same samples give the same model on the same machine.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>
#include <string>

#include "analysis/material.h"
#include "core/random.h"
#include "music/vocal_model.h"

using namespace dju;
using music::FeatureMatrix;
using music::kVocalFeatures;
using music::kVocalHidden;
using music::VocalModel;

namespace {

constexpr int kTestFamily = 4;  // and above
constexpr int kEpochs = 15;
constexpr std::size_t kBatch = 32;
constexpr float kRate = 2e-3F, kDecay = 0.01F;
constexpr double kDropped = 0.1;
constexpr std::size_t kEdgeRows = 3;

struct Take {
  std::string name;
  bool test = false;
  FeatureMatrix rows;
  std::vector<float> voice;  // 1 where somebody sings or speaks
};

// A tilt, a ripple and a gain: another mastering of the same music.
FeatureMatrix equalised(const FeatureMatrix& logMel, Random& random) {
  const double tilt = random.uniform(-8, 8), gain = random.uniform(-9, 3);
  const double ripple = random.uniform(-3, 3), phase = random.uniform(0, 6.28);
  FeatureMatrix out(logMel.rows(), logMel.columns());
  std::vector<float> change;
  for (std::size_t b = 0; b < logMel.columns(); ++b) {
    const auto at = static_cast<double>(b);
    const double share = at / static_cast<double>(logMel.columns()) - 0.5;
    change.push_back(
        static_cast<float>(gain + tilt * share + ripple * std::sin(phase + 0.15 * at)));
  }
  for (std::size_t i = 0; i < logMel.rows(); ++i) {
    for (std::size_t b = 0; b < change.size(); ++b) {
      out.row(i)[b] = std::max(-80.0F, logMel.row(i)[b] + change[b]);
    }
  }
  return out;
}

Take takeOf(const bench::Piece& piece, const FeatureMatrix& logMel, bool test) {
  Take take{piece.name, test, music::vocalFeatures(logMel), {}};
  for (std::size_t r = 0; r < take.rows.rows(); ++r) {
    const double at = static_cast<double>(r) / music::kVocalRowsPerSecond;
    bool voice = false;
    for (const bench::Interval& line : *piece.truth.vocals) {
      voice = voice || (at >= line.start && at < line.end);
    }
    take.voice.push_back(voice ? 1 : 0);
  }
  return take;
}

std::vector<Take> makeTakes(int perGenre, double seconds) {
  std::vector<Take> takes;
  Random random(5);
  demo::DemoOptions options;
  options.seed = 2;
  options.seconds = seconds;
  std::vector<const demo::GenreSpec*> genres;
  for (int i = 0; i < demo::kGenreCount; ++i) {
    genres.push_back(&demo::genreSpec(static_cast<demo::Genre>(i)));
  }
  std::sort(genres.begin(), genres.end(), [](auto* a, auto* b) { return a->id < b->id; });
  for (const demo::GenreSpec* genre : genres) {
    for (int i = 0; i < perGenre; ++i) {
      const auto recipe = demo::drawRecipe(options, genre->genre, i);
      // Neighbouring tracks, and genres among themselves, differ in voice and level.
      const int mixture = i + static_cast<int>(genre->id.size());
      const auto voice = mixture % 2 == 0 ? bench::Voice::kSpoken : bench::Voice::kSung;
      const auto piece = bench::synthesisePiece(recipe, voice, -6 + (mixture + 2 * i) % 7);
      if (!piece) throw std::runtime_error("espeak-ng is needed and not installed");
      const auto features = music::extractFeatures(piece->view(), music::standardDefinition(),
                                                   {music::Feature::kLogMel});
      const FeatureMatrix& logMel = features[music::Feature::kLogMel];
      const bool test = recipe.family >= kTestFamily;
      takes.push_back(takeOf(*piece, logMel, test));
      if (!test) takes.push_back(takeOf(*piece, equalised(logMel, random), false));
      fmt::print(stderr, "{} {:.0f} s, family {}\n", piece->name, piece->seconds(), recipe.family);
    }
  }
  return takes;
}

void measureScales(const std::vector<Take>& takes, VocalModel& model) {
  std::array<double, kVocalFeatures> sums{}, squares{};
  double count = 0;
  for (const Take& take : takes) {
    if (take.test) continue;
    for (std::size_t r = 0; r < take.rows.rows(); ++r, ++count) {
      for (std::size_t d = 0; d < kVocalFeatures; ++d) {
        const auto value = static_cast<double>(take.rows.row(r)[d]);
        sums[d] += value;
        squares[d] += value * value;
      }
    }
  }
  for (std::size_t d = 0; d < kVocalFeatures; ++d) {
    const double mean = sums[d] / count;
    model.mean[d] = static_cast<float>(mean);
    model.deviation[d] =
        static_cast<float>(std::sqrt(std::max(0.0, squares[d] / count - mean * mean)) + 1e-3);
  }
}

struct Example {
  std::array<float, kVocalFeatures> x;
  float voice;
};

std::vector<Example> examplesOf(const std::vector<Take>& takes, const VocalModel& model) {
  std::vector<Example> examples;
  for (const Take& take : takes) {
    if (take.test) continue;
    for (std::size_t r = kEdgeRows; r + kEdgeRows < take.voice.size(); r += 2) {
      const auto around = take.voice.begin() + static_cast<std::ptrdiff_t>(r - kEdgeRows);
      const float voice = take.voice[r];
      if (!std::all_of(around, around + 2 * kEdgeRows + 1,
                       [&](float each) { return each == voice; })) {
        continue;
      }
      Example example{{}, voice};
      for (std::size_t d = 0; d < kVocalFeatures; ++d) {
        example.x[d] =
            std::clamp((take.rows.row(r)[d] - model.mean[d]) / model.deviation[d], -4.0F, 4.0F);
      }
      examples.push_back(example);
    }
  }
  return examples;
}

// The network's parameters in one list, so that Adam need not know what they are.
class Trainer {
 public:
  explicit Trainer(Random& random) : random_(random) {
    weights_.resize(kHiddenEnd + 2 * kVocalHidden + 1);
    gradient_.resize(weights_.size());
    first_.resize(weights_.size());
    second_.resize(weights_.size());
    const double in = std::sqrt(3.0 / kVocalFeatures), out = std::sqrt(3.0 / kVocalHidden);
    for (std::size_t i = 0; i < kHiddenEnd; ++i) draw(i, in);
    for (std::size_t h = 0; h < kVocalHidden; ++h) draw(kHiddenEnd + kVocalHidden + h, out);
  }

  void epoch(std::vector<Example>& examples, float rate) {
    for (std::size_t i = examples.size(); i-- > 1;) {
      std::swap(examples[i], examples[random_.next() % (i + 1)]);
    }
    for (std::size_t i = 0; i < examples.size(); i += kBatch) {
      const std::size_t end = std::min(examples.size(), i + kBatch);
      std::fill(gradient_.begin(), gradient_.end(), 0.0F);
      for (std::size_t k = i; k < end; ++k) learn(examples[k], static_cast<float>(end - i));
      step(rate);
    }
  }

  void store(VocalModel& model) const {
    for (std::size_t h = 0; h < kVocalHidden; ++h) {
      std::copy_n(weights_.begin() + static_cast<std::ptrdiff_t>(h * kVocalFeatures),
                  kVocalFeatures, model.hiddenWeights[h].begin());
      model.hiddenBias[h] = weights_[kHiddenEnd + h];
      model.outputWeights[h] = weights_[kHiddenEnd + kVocalHidden + h];
    }
    model.outputBias = weights_.back();
  }

 private:
  static constexpr std::size_t kHiddenEnd = kVocalHidden * kVocalFeatures;

  void draw(std::size_t i, double size) {
    weights_[i] = static_cast<float>(random_.uniform(-size, size));
  }

  void learn(const Example& example, float batch) {
    std::array<float, kVocalFeatures> x = example.x;
    for (float& value : x) {
      if (random_.chance(kDropped)) value = 0;
    }
    std::array<float, kVocalHidden> active{};
    float z = weights_.back();
    for (std::size_t h = 0; h < kVocalHidden; ++h) {
      float sum = weights_[kHiddenEnd + h];
      for (std::size_t d = 0; d < x.size(); ++d) sum += weights_[h * kVocalFeatures + d] * x[d];
      active[h] = std::max(0.0F, sum);
      z += weights_[kHiddenEnd + kVocalHidden + h] * active[h];
    }
    const float error = (1 / (1 + std::exp(-z)) - example.voice) / batch;
    gradient_.back() += error;
    for (std::size_t h = 0; h < kVocalHidden; ++h) {
      if (active[h] <= 0) continue;
      gradient_[kHiddenEnd + kVocalHidden + h] += error * active[h];
      const float back = error * weights_[kHiddenEnd + kVocalHidden + h];
      gradient_[kHiddenEnd + h] += back;
      for (std::size_t d = 0; d < x.size(); ++d) gradient_[h * kVocalFeatures + d] += back * x[d];
    }
  }

  void step(float rate) {
    ++steps_;
    const float firstScale = 1 - std::pow(0.9F, static_cast<float>(steps_));
    const float secondScale = 1 - std::pow(0.999F, static_cast<float>(steps_));
    for (std::size_t i = 0; i < weights_.size(); ++i) {
      first_[i] = 0.9F * first_[i] + 0.1F * gradient_[i];
      second_[i] = 0.999F * second_[i] + 0.001F * gradient_[i] * gradient_[i];
      const float move = first_[i] / firstScale / (std::sqrt(second_[i] / secondScale) + 1e-8F);
      weights_[i] -= rate * (move + (i < kHiddenEnd ? kDecay * weights_[i] : 0));
    }
  }

  Random& random_;
  std::vector<float> weights_, gradient_, first_, second_;
  int steps_ = 0;
};

// F-measure of time by rows, probabilities averaged over 1.3 s, of what matches.
void report(const std::vector<Take>& takes, const VocalModel& model) {
  struct Count {
    double both = 0, found = 0, truth = 0;
  };
  std::map<std::string, Count> counts;
  for (const Take& take : takes) {
    const std::vector<float> probability = music::vocalProbabilities(model, take.rows);
    const bool sung = take.name.ends_with("-sung");
    Count& count =
        counts[fmt::format("{} {}", take.test ? "test" : "training", sung ? "sung" : "spoken")];
    for (std::size_t r = 0; r < probability.size(); ++r) {
      const std::size_t begin = r > 6 ? r - 6 : 0, end = std::min(probability.size(), r + 7);
      float sum = 0;
      for (std::size_t i = begin; i < end; ++i) sum += probability[i];
      const bool found = sum > 0.5F * static_cast<float>(end - begin);
      count.both += found && take.voice[r] > 0 ? 1 : 0;
      count.found += found ? 1 : 0;
      count.truth += static_cast<double>(take.voice[r]);
    }
  }
  for (const auto& [name, count] : counts) {
    fmt::print("{}: F {:.3f}, precision {:.3f}, recall {:.3f}\n", name,
               2 * count.both / (count.found + count.truth), count.both / count.found,
               count.both / count.truth);
  }
}

template <typename Values>
std::string listOf(const Values& values) {
  std::string text = "{";
  for (const float value : values) text += fmt::format("{:.6e}F, ", value);
  return text + "}";
}

void write(const std::string& path, const VocalModel& model) {
  std::ofstream out(path);
  out << "// Made by tools/train_vocals.cpp; train again instead of editing.\n"
         "#include \"music/vocal_model.h\"\n\nnamespace dju::music {\n\n"
         "const VocalModel& vocalModel() {\n  static constexpr VocalModel kModel{\n";
  out << ".mean = " << listOf(model.mean) << ",\n.deviation = " << listOf(model.deviation)
      << ",\n.hiddenWeights = {{";
  for (const auto& row : model.hiddenWeights) out << "{" << listOf(row) << "},\n";
  out << "}},\n.hiddenBias = " << listOf(model.hiddenBias)
      << ",\n.outputWeights = " << listOf(model.outputWeights)
      << fmt::format(",\n.outputBias = {:.6e}F", model.outputBias)
      << "};\n  return kModel;\n}\n\n}  // namespace dju::music\n";
  if (!out.flush()) throw std::runtime_error(path + ": cannot be written");
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc < 2) {
    std::cerr << "usage: dju_train_vocals OUT.cpp [TRACKS_PER_GENRE [SECONDS]]\n";
    return 2;
  }
  const std::vector<Take> takes =
      makeTakes(argc > 2 ? std::stoi(argv[2]) : 6, argc > 3 ? std::stod(argv[3]) : 120);
  VocalModel model{};
  measureScales(takes, model);
  std::vector<Example> examples = examplesOf(takes, model);
  Random random(7);
  Trainer trainer(random);
  for (int epoch = 0; epoch < kEpochs; ++epoch) {
    trainer.epoch(examples, kRate * (1 - 0.95F * static_cast<float>(epoch) / kEpochs));
  }
  trainer.store(model);
  report(takes, model);
  write(argv[1], model);
  return 0;
} catch (const std::exception& error) {
  std::cerr << error.what() << "\n";
  return 1;
}
