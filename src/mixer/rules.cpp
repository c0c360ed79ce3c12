// rules@1: of all candidates the cheapest. What a model says is added to what the rules say.
#include <algorithm>
#include <optional>

#include "mixer/candidates.h"
#include "mixer/contestants.h"
#include "mixer/mixer_model.h"

namespace dju::mixer {
namespace {

// Places that a network chooses among, for each style and length.
constexpr std::size_t kPlacesToWeigh = 4;

BlendShape together(const BlendShape& prior, const BlendShape& said) {
  BlendShape shape;
  for (const ShapeField& field : kShapeFields)
    shape.*field.member = std::clamp(prior.*field.member + said.*field.member, -1.0, 1.0);
  return shape;
}

}  // namespace

Transition writeByModel(const MixerModel& model, const TrackView& outgoing,
                        const TrackView& incoming, const Situation& situation,
                        const MixParameters& parameters) {
  const CandidateBook book(outgoing, incoming, situation, parameters, model.priors);
  std::optional<Candidate> best;
  BlendShape shape;
  for (const Candidate& candidate : book.candidates(model.head.empty() ? 1 : kPlacesToWeigh)) {
    HeadOpinion opinion;
    if (!model.head.empty()) opinion = model.head.opinion(book.featuresOf(candidate));
    const double cost =
        candidate.cost + opinion.styleCost[static_cast<std::size_t>(candidate.style)];
    if (best && cost >= best->cost) continue;
    best = candidate;
    best->cost = cost;
    shape = opinion.shape;
  }
  return best ? book.written(*best, together(model.priors.shape, shape)) : book.lastResort();
}

Transition writeByRules(const TrackView& outgoing, const TrackView& incoming,
                        const Situation& situation, const MixParameters& parameters) {
  return writeByModel({}, outgoing, incoming, situation, parameters);
}

}  // namespace dju::mixer
