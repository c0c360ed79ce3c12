// Hides a band of frequencies and a stretch of time from each item, another one each epoch, so that
// a model cannot lean on any one of them (SpecAugment: Park et al. 2019). Levels are hidden behind
// the item's mean level, onsets behind silence; labels stay, since a mask is short. Any thread.
#pragma once

#include <torch/torch.h>

#include <cstdint>

#include "learning/data/dataset.h"

namespace dju::learning {

// features: [items, frames, columns] on the CPU, changed in place. `masks` of each kind an item,
// up to an eighth of the bands and of the frames wide; which, follows from the seed
// and the item's place in its batch, of which these may be a part: from `firstItem` on.
void hideParts(torch::Tensor& features, const DatasetInfo& info, int masks, std::uint64_t seed,
               std::uint64_t firstItem = 0);

}  // namespace dju::learning
