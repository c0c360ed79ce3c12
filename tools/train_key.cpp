// Fits the weights of music/key_model.h and measures the key estimator that they were built into:
//   dju_train_key fit FOLDER HEADER [L2-PLAIN L2-BARS]   writes HEADER, music/key_weights.h
//   dju_train_key choose FOLDER                          on tracks to choose constants by
//   dju_train_key measure FOLDER                         on tracks that no fit and no choice has
//   seen
// FOLDER keeps what was heard of the tracks (200 MB). docs/features.md has the method and figures.
//
// A softmax regression over the 24 keys on synthesised tracks: convex, so the same tracks give the
// same weights from any start. L2 holds the weights near profiles counted on real dance music for
// what any music has, and near 0 for what bars and phrases tell, so that as little as possible is
// learnt of the generator's own chord progressions.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "demo/genres.h"
#include "key_pieces.h"
#include "music/key_estimate.h"
#include "music/key_model.h"

namespace {

namespace fs = std::filesystem;
using namespace dju;
using music::Key;
using music::KeyInputs;
using music::KeyScores;
using music::KeyView;
using music::KeyWeights;
using music::kKeyInputs;
using music::kKeys;
using tools::KeyPiece;
using tools::PieceSet;
using tools::Variety;

const std::vector<PieceSet> kFitSets = {{"fit-60", 51001, 18, 60, Variety::kGenerator},
                                        {"fit-100", 51002, 12, 100, Variety::kGenerator},
                                        {"wide-60", 51003, 18, 60, Variety::kWide},
                                        {"wide-100", 51004, 8, 100, Variety::kWide}};
const PieceSet kChoiceSet = {"choice", 52001, 12, 60, Variety::kGenerator};
const PieceSet kTestSet = {"test", 53001, 52, 60, Variety::kGenerator};

constexpr double kWide = 0.5;         // weight of a wide track
constexpr double kWideMajor = 0.18;   // and of one in a major key, for as few as the genres have
constexpr double kWithoutPart = 0.5;  // weight of a track without its phrases, or beats either
constexpr double kPlainL2 = 0.1, kBarL2 = 0.3;
constexpr int kSteps = 400;
constexpr double kRate = 0.05;

// How often each degree sounds in electronic dance music, major and minor ("edma"; Faraldo et al.,
// "Key estimation in electronic dance music", ECIR 2016), and how much its contrast weighs.
constexpr std::array<music::Chroma, 2> kCounted = {
    {{0.16519551, 0.04749026, 0.08293076, 0.06687112, 0.09994645, 0.09274123, 0.05294487,
      0.13159476, 0.05218986, 0.07443653, 0.06940723, 0.0642515},
     {0.17235348, 0.05336489, 0.0761009, 0.10043649, 0.05621498, 0.08527853, 0.0497915, 0.13451001,
      0.07458916, 0.05003023, 0.09187879, 0.05545106}}};
constexpr double kCountedWeight = 2;

struct Example {
  std::array<KeyInputs, 12> seen;
  KeyView view;
  std::size_t key = 0;
  double weight = 1;
};

std::size_t indexOf(const Key& key) {
  return static_cast<std::size_t>(key.tonic) + (key.mode == music::KeyMode::kMinor ? 12 : 0);
}

Key keyAt(std::size_t index) {
  return {static_cast<int>(index % 12),
          index < 12 ? music::KeyMode::kMajor : music::KeyMode::kMinor};
}

Example exampleOf(const KeyView& view, const Key& key, double weight) {
  Example out;
  out.view = view;
  out.key = indexOf(key);
  out.weight = weight;
  for (std::size_t tonic = 0; tonic < 12; ++tonic) out.seen[tonic] = music::seenFrom(view, tonic);
  return out;
}

KeyView viewOf(const KeyPiece& piece) {
  const auto tones = music::tonesOf(piece.frames, music::tuningOf(piece.frames).offset);
  return music::viewOf(tones, piece.grid, piece.phrases);
}

// A track as it is, without its phrases, and without beats.
void addExamples(const KeyPiece& piece, double weight, std::vector<Example>& examples) {
  const auto tones = music::tonesOf(piece.frames, music::tuningOf(piece.frames).offset);
  examples.push_back(exampleOf(viewOf(piece), piece.key, weight));
  weight *= kWithoutPart;
  examples.push_back(exampleOf(music::viewOf(tones, piece.grid, {}), piece.key, weight));
  examples.push_back(exampleOf(music::viewOf(tones, {}, {}), piece.key, weight));
}

std::vector<Example> readExamples(const fs::path& folder) {
  std::vector<Example> examples;
  for (const PieceSet& set : kFitSets) {
    for (const KeyPiece& piece : piecesOf(set, folder)) {
      double weight = 1;
      if (set.variety == Variety::kWide)
        weight = kWide * (piece.key.mode == music::KeyMode::kMajor ? kWideMajor : 1);
      addExamples(piece, weight, examples);
    }
  }
  double sum = 0;
  for (const Example& one : examples) sum += one.weight;
  for (Example& one : examples) one.weight /= sum;
  return examples;
}

KeyWeights startingPoint() {
  KeyWeights out;
  for (std::size_t mode = 0; mode < 2; ++mode) {
    const music::Chroma contrast = music::contrastOf(kCounted[mode]);
    for (std::size_t degree = 0; degree < 12; ++degree)
      out.weights[mode][degree] = static_cast<float>(kCountedWeight * contrast[degree]);
  }
  return out;
}

// Of the scores of all keys: how likely each is.
std::array<double, kKeys> sharesOf(const KeyScores& scores) {
  std::array<double, kKeys> shares;
  const double best = *std::max_element(scores.begin(), scores.end());
  double sum = 0;
  for (std::size_t key = 0; key < kKeys; ++key) sum += shares[key] = std::exp(scores[key] - best);
  for (double& share : shares) share /= sum;
  return shares;
}

// Adds the gradient of -log of the true key's share.
void addGradient(const Example& example, const KeyWeights& model, KeyWeights& gradient) {
  const std::array<double, kKeys> shares = sharesOf(scoreKeys(example.view, model));
  for (std::size_t key = 0; key < kKeys; ++key) {
    const auto slope =
        static_cast<float>(example.weight * (shares[key] - (key == example.key ? 1 : 0)));
    const KeyInputs& seen = example.seen[key % 12];
    KeyInputs& weights = gradient.weights[key / 12];
    for (std::size_t i = 0; i < kKeyInputs; ++i) weights[i] += slope * seen[i];
    gradient.bias[key / 12] += slope;
  }
}

// Adam (Kingma and Ba, 2015) for one array.
struct Adam {
  std::vector<double> first, second;
  void step(std::span<float> values, std::span<const float> gradient, double rate, int time) {
    first.resize(values.size());
    second.resize(values.size());
    const double one = 1 - std::pow(0.9, time), two = 1 - std::pow(0.999, time);
    for (std::size_t i = 0; i < values.size(); ++i) {
      const auto g = static_cast<double>(gradient[i]);
      first[i] = 0.9 * first[i] + 0.1 * g;
      second[i] = 0.999 * second[i] + 0.001 * g * g;
      values[i] -= static_cast<float>(rate * first[i] / one / (std::sqrt(second[i] / two) + 1e-8));
    }
  }
};

KeyWeights fit(const std::vector<Example>& examples, double plainL2, double barL2) {
  const KeyWeights start = startingPoint();
  KeyWeights model = start;
  std::array<Adam, 3> adam;
  for (int time = 1; time <= kSteps; ++time) {
    KeyWeights gradient;
    for (const Example& one : examples) addGradient(one, model, gradient);
    const double rate = kRate * std::min(1.0, (kSteps - time + 1) / (0.5 * kSteps));
    for (std::size_t mode = 0; mode < 2; ++mode) {
      for (std::size_t i = 0; i < kKeyInputs; ++i) {
        const double l2 = i < 12 * music::kPlainBlocks ? plainL2 : barL2;
        gradient.weights[mode][i] +=
            static_cast<float>(l2) * (model.weights[mode][i] - start.weights[mode][i]);
      }
      adam[mode].step(model.weights[mode], gradient.weights[mode], rate, time);
    }
    adam[2].step(model.bias, gradient.bias, rate, time);
  }
  return model;
}

struct Tally {
  double score = 0, squares = 0, right = 0;
  int count = 0;
  void add(const Key& truth, const Key* found) {
    const double one = found != nullptr ? music::mirexScore(truth, *found) : 0;
    score += one;
    squares += one * one;
    right += found != nullptr && *found == truth ? 1 : 0;
    ++count;
  }
  std::string text() const {
    const double scale = 1.0 / std::max(1, count), mean = score * scale;
    // Of the mean, at 95 %: tracks are drawn independently of each other.
    const double interval = 1.96 * std::sqrt(std::max(0.0, squares * scale - mean * mean) * scale);
    return fmt::format("MIREX {:.4f} ± {:.4f}, right {:.3f} of {}", mean, interval, right * scale,
                       count);
  }
};

std::string numbers(const KeyInputs& values) {
  std::string out;
  for (std::size_t i = 0; i < kKeyInputs; ++i)
    out += fmt::format("{}{:.3f}F,", i % 12 == 0 ? "\n     " : " ", values[i]);
  return out;
}

void writeHeader(const fs::path& path, const KeyWeights& model) {
  std::ofstream file(path);
  file << fmt::format(
      "// Weights of key_model.h, a line a block of KeyView. Written by tools/train_key.cpp, not "
      "by "
      "hand.\n// Any thread.\n#pragma once\n\n#include \"music/key_model.h\"\n\n"
      "namespace dju::music {{\n\n// clang-format off\n"
      "inline constexpr KeyWeights kKeyWeights = {{\n    {{{{{{{{{}\n    }}}}, {{{{{}\n    "
      "}}}}}}}},\n"
      "    {{{{{:.3f}F, {:.3f}F}}}}}};\n// clang-format on\n\n}}  // namespace dju::music\n",
      numbers(model.weights[0]), numbers(model.weights[1]), model.bias[0], model.bias[1]);
}

int fitAndWrite(const fs::path& folder, const fs::path& header, double plainL2, double barL2) {
  const std::vector<Example> examples = readExamples(folder);
  const KeyWeights model = fit(examples, plainL2, barL2);
  Tally whole, plain;
  for (const KeyPiece& piece : piecesOf(kChoiceSet, folder)) {
    const auto best = [&](const KeyView& view) {
      const KeyScores scores = scoreKeys(view, model);
      return keyAt(static_cast<std::size_t>(std::max_element(scores.begin(), scores.end()) -
                                            scores.begin()));
    };
    const Key found = best(viewOf(piece));
    const Key foundPlain = best(
        music::viewOf(music::tonesOf(piece.frames, music::tuningOf(piece.frames).offset), {}, {}));
    whole.add(piece.key, &found);
    plain.add(piece.key, &foundPlain);
  }
  fmt::print("{} examples; tracks to choose by: {}; by their tones alone: {}\n", examples.size(),
             whole.text(), plain.text());
  writeHeader(header, model);
  return 0;
}

// Two tracks one after the other. The second one's bars go on from its first downbeat; its phrases
// need not begin where those of the first would.
KeyPiece joined(const KeyPiece& first, const KeyPiece& second) {
  KeyPiece out = first;
  const double offset = first.frames.back().seconds;
  for (music::PitchFrame frame : second.frames) {
    frame.seconds += offset;
    out.frames.push_back(std::move(frame));
  }
  for (music::Phrase phrase : second.phrases) {
    phrase.start += offset;
    phrase.end += offset;
    out.phrases.push_back(phrase);
  }
  if (!first.grid.valid() || !second.grid.valid()) {
    out.grid = {};
    return out;
  }
  const double bar = 4 * std::ceil(second.grid.beatAt(0) / 4);
  const double frame = second.grid.frameAt(bar) + offset * kSampleRate;
  const double beat = 4 * std::ceil(first.grid.beatAt(frame) / 4);
  if (!out.grid.addChange({beat, frame, second.grid.framesPerBeat})) out.grid = {};
  return out;
}

// How changes of key are noted, in tracks that have none and in pairs of tracks of one genre joined
// end to end in different keys.
struct ChangeTally {
  int tracks = 0, falsely = 0, pairs = 0, noted = 0, right = 0, claimed = 0, claimedRightly = 0;

  void addTrack(const std::vector<music::KeySegment>& found) {
    ++tracks;
    falsely += found.size() > 1 ? 1 : 0;
    claimed += static_cast<int>(found.size()) - std::min(1, static_cast<int>(found.size()));
  }
  void addPair(const std::vector<music::KeySegment>& found, double joint, const Key& first,
               const Key& second) {
    constexpr double kNear = 12;  // seconds
    ++pairs;
    bool any = false;
    for (std::size_t i = 1; i < found.size(); ++i) {
      ++claimed;
      any = any || std::fabs(found[i].startSeconds - joint) <= kNear;
    }
    claimedRightly += any ? 1 : 0;
    if (found.size() != 2) return;
    noted += any ? 1 : 0;
    right += any && found[0].key == first && found[1].key == second ? 1 : 0;
  }
  std::string text() const {
    return fmt::format(
        "{} of {} tracks have a change that is none; of {} joined pairs {} are noted once and "
        "within 12 s, {} of them with both keys right; precision {:.3f}, recall {:.3f}",
        falsely, tracks, pairs, noted, right,
        claimedRightly / static_cast<double>(std::max(1, claimed)),
        claimedRightly / static_cast<double>(std::max(1, pairs)));
  }
};

void measureChanges(const std::vector<KeyPiece>& pieces) {
  ChangeTally whole, tones;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const KeyPiece& piece = pieces[i];
    whole.addTrack(music::estimateKey(piece.frames, piece.grid, piece.phrases).segments);
    tones.addTrack(music::estimateKey(piece.frames, {}, {}).segments);
    const std::size_t next = i + demo::kGenreCount;
    if (next >= pieces.size() || piece.key == pieces[next].key) continue;
    const KeyPiece pair = joined(piece, pieces[next]);
    const double joint = piece.frames.back().seconds;
    whole.addPair(music::estimateKey(pair.frames, pair.grid, pair.phrases).segments, joint,
                  piece.key, pieces[next].key);
    tones.addPair(music::estimateKey(pair.frames, {}, {}).segments, joint, piece.key,
                  pieces[next].key);
  }
  fmt::print("changes: {}\nby tones alone: {}\n", whole.text(), tones.text());
}

int measure(const fs::path& folder, const PieceSet& set) {
  const std::vector<KeyPiece> pieces = piecesOf(set, folder);
  Tally all, tones;
  std::map<int, Tally> genres;
  std::vector<std::pair<double, bool>> confidences;
  for (const KeyPiece& piece : pieces) {
    const auto found = music::estimateKey(piece.frames, piece.grid, piece.phrases);
    const auto alone = music::estimateKey(piece.frames, {}, {});
    const Key* key = found.key ? &*found.key : nullptr;
    all.add(piece.key, key);
    genres[piece.genre].add(piece.key, key);
    tones.add(piece.key, alone.key ? &*alone.key : nullptr);
    confidences.emplace_back(found.confidence, found.key == piece.key);
  }
  fmt::print("{}: {}; by their tones alone: {}\n", set.name, all.text(), tones.text());
  for (const auto& [genre, tally] : genres)
    fmt::print("  {}: {}\n", demo::genreSpec(static_cast<demo::Genre>(genre)).id, tally.text());
  std::sort(confidences.begin(), confidences.end());
  for (std::size_t quarter = 0; quarter < 4; ++quarter) {
    double mean = 0, right = 0;
    const std::size_t from = quarter * confidences.size() / 4;
    const std::size_t to = (quarter + 1) * confidences.size() / 4;
    for (std::size_t i = from; i < to; ++i) {
      mean += confidences[i].first;
      right += confidences[i].second ? 1 : 0;
    }
    const auto count = static_cast<double>(to - from);
    fmt::print("  confidence {:.2f}: right {:.2f}\n", mean / count, right / count);
  }
  measureChanges(pieces);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() == 2 && words[0] == "choose") return measure(words[1], kChoiceSet);
  if (words.size() == 2 && words[0] == "measure") return measure(words[1], kTestSet);
  if (words.size() == 3 && words[0] == "fit")
    return fitAndWrite(words[1], words[2], kPlainL2, kBarL2);
  if (words.size() == 5 && words[0] == "fit")
    return fitAndWrite(words[1], words[2], std::stod(words[3]), std::stod(words[4]));
  fmt::print(
      "usage: dju_train_key fit FOLDER HEADER [L2-PLAIN L2-BARS]\n"
      "       dju_train_key choose FOLDER\n"
      "       dju_train_key measure FOLDER\n");
  return 2;
}
