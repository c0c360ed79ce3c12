// How robust a first place is: so few votes, had their voters chosen the other side, would put
// another contestant first. Such counts are often small where intervals look safe (Broderick,
// Giordano and Meager, 2020; Huang et al., 2025, for rankings of language models). Pure; any
// thread.
#pragma once

#include <optional>
#include <span>

#include "arena/bradley_terry.h"

namespace dju::arena {

// Votes are taken in the order of their influence on the difference between the two, by the fit's
// curvature, and the model is fitted again with them turned round: so the number found does change
// the winner, but it is an upper bound; influence is a first-order guess, and another choice of
// votes might need fewer. Ties stay as they are. `weights`: by vote, as in VoteCells::places().
// Nothing where even all together would not.
std::optional<int> flipsToChangeWinner(const BradleyTerry& model, const VoteCells& votes,
                                       std::span<const double> weights,
                                       const BradleyTerry::Fit& fit);

}  // namespace dju::arena
