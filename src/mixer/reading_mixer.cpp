#include "mixer/reading_mixer.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>

#include "mixer/candidates.h"

namespace dju::mixer {
namespace {

constexpr std::size_t kVoicesApart = 7;
// Spectral continuity, phrases, levels, and tempo: those parts of the judge's score in which ways
// of one pair differ. Their sum tells ways apart better than the network's own word for the score,
// which mostly knows pairs apart.
constexpr std::size_t kTellingParts[] = {1, 3, 5};
constexpr std::size_t kTempoPart = 2;
// The judge says nothing of the tempo of a roll, so the network never learned what to say; it
// counts as the least of the pair's other ways, or rolls would be favoured for nothing, and where
// there are none as what cuts and echoes of the training have in the mean.
constexpr double kTempoOfRolls = 0.45;
constexpr double kParts = 6;  // of which the score is the mean

constexpr std::array<BlendShape, 9> kShapes = {{
    {},
    {.swap = -0.6},
    {.swap = 0.6},
    {.plateau = -0.7},
    {.plateau = 0.7},
    {.thinning = 0.6},
    {.thinning = -0.6},
    {.swap = 0.6, .plateau = 0.7},
    {.swap = -0.6, .plateau = -0.7},
}};

struct Heard {
  Candidate candidate;
  BlendShape shape;
  double value = 0;
};

class Listener {
 public:
  Listener(const CandidateBook& book, PairReader& reader, const ReadingWeights& weights)
      : book_(book),
        reader_(reader),
        weights_(weights),
        outgoing_(soundOf(book.outgoing())),
        incoming_(soundOf(book.incoming())) {}

  Transition choose() {
    std::vector<Heard> plain;
    for (const Candidate& candidate : shortlist()) plain.push_back({candidate, {}, 0});
    if (plain.empty()) return book_.lastResort();
    hear(plain);
    // What was found first stays before what is no better.
    std::stable_sort(plain.begin(), plain.end(),
                     [](const Heard& a, const Heard& b) { return a.value > b.value; });
    std::vector<Heard> shaped;
    for (std::size_t i = 0; i < std::min(weights_.shaped, plain.size()); ++i) {
      if (!takesShapes(plain[i].candidate)) continue;
      for (const BlendShape& shape : shapesToHear().subspan(1))
        shaped.push_back({plain[i].candidate, shape, 0});
    }
    hear(shaped);
    const Heard* best = &plain.front();
    for (const Heard& heard : shaped)
      if (heard.value > best->value) best = &heard;
    return book_.written(best->candidate, best->shape);
  }

 private:
  std::shared_ptr<const Spectrogram> soundOf(const TrackView& track) {
    auto sound = reader_.spectrogramOf(track.record());
    if (!sound)
      throw Error(ErrorCode::kUnavailable,
                  fmt::format("track {}: its sound has not been heard, and is not in memory",
                              track.record().id.substr(0, 16)));
    return sound;
  }

  std::vector<Candidate> shortlist() const {
    std::vector<Candidate> all = book_.candidates(weights_.places);
    double least = std::numeric_limits<double>::max();
    for (const Candidate& candidate : all) least = std::min(least, candidate.cost);
    std::erase_if(all, [&](const Candidate& candidate) {
      return candidate.cost > least + weights_.mostCost;
    });
    return all;
  }

  static bool takesShapes(const Candidate& candidate) {
    return barsOf(candidate.style, kMostBars) == kMostBars;
  }

  void hear(std::vector<Heard>& candidates) {
    if (candidates.empty()) return;
    const PictureSubject pair{book_.outgoing(), book_.incoming(), *outgoing_, *incoming_};
    std::vector<PairPicture> pictures;
    for (const Heard& heard : candidates)
      pictures.push_back(pictureOf(pair, book_.written(heard.candidate, heard.shape), heard.shape,
                                   book_.featuresOf(heard.candidate)));
    const std::vector<PairOpinion> opinions = reader_.read(std::move(pictures));
    const auto rolls = [&](std::size_t i) {
      return candidates[i].candidate.style == Style::kLoopRoll;
    };
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      if (rolls(i)) continue;
      const auto tempo = static_cast<double>(opinions[i][kTempoPart]);
      leastTempo_ = std::min(leastTempo_.value_or(tempo), tempo);
    }
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      double score = (rolls(i) ? leastTempo_.value_or(kTempoOfRolls)
                               : static_cast<double>(opinions[i][kTempoPart])) /
                     kParts;
      for (const std::size_t part : kTellingParts)
        score += static_cast<double>(opinions[i][part]) / kParts;
      candidates[i].value = score +
                            weights_.voiceWeight * static_cast<double>(opinions[i][kVoicesApart]) -
                            weights_.costWeight * candidates[i].candidate.cost;
    }
  }

  const CandidateBook& book_;
  PairReader& reader_;
  const ReadingWeights& weights_;
  std::shared_ptr<const Spectrogram> outgoing_, incoming_;
  std::optional<double> leastTempo_;  // of the ways that are no rolls
};

}  // namespace

std::span<const BlendShape> shapesToHear() {
  return kShapes;
}

Contestant readingContestant(std::string name, std::string version,
                             std::shared_ptr<PairReader> reader, const ReadingWeights& weights) {
  Contestant contestant;
  contestant.name = std::move(name);
  contestant.version = std::move(version);
  contestant.listen = [reader](const crate::Record& record) {
    return reader->spectrogramOf(record) != nullptr;
  };
  contestant.write = [reader = std::move(reader), weights](
                         const TrackView& outgoing, const TrackView& incoming,
                         const Situation& situation, const MixParameters& parameters) {
    const CandidateBook book(outgoing, incoming, situation, parameters);
    return Listener(book, *reader, weights).choose();
  };
  return contestant;
}

}  // namespace dju::mixer
