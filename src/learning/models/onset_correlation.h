// How onsets repeat: running correlations of onset curves, in which two grids of beats that lie
// apart show as a peak at the distance between them, whatever the music's level. From log-mel
// frames alone a small network would have to find this product of a sound with its own past by
// itself; none of ours did.
//
// For each step of `block` samples and each ordered pair of bands (a, b):
//   c[lag] = sum over the block's t of a[t] b[t - lag],  lag = 0 … past samples,
// summed over earlier steps with weights keep, keep^2 …, and divided by the root of both bands'
// energies, summed likewise. Ordered pairs hold both signs of the lag: a kick of one record behind
// a hat of the other is another finding than one before it.
//
// It learns nothing and looks only back. One instance, one thread.
#pragma once

#include <torch/torch.h>

namespace dju::learning {

// Of the onset columns in a data set (music/fine_onsets.h).
inline constexpr std::int64_t kOnsetBands = 5;

struct CorrelationShape {
  std::int64_t block = 64;  // samples of the onset curve a step; 160 ms at 400 a second
  std::int64_t past = 192;  // longest lag; block + past is best a power of two
  double keep = 0.85;       // of a step's sums in the next: a memory of 1 s
};

// onsets: [items, samples, bands], samples a multiple of shape.block.
// Gives [items, samples / block, bands * bands, past + 1], pair (a, b) at a * bands + b.
torch::Tensor onsetCorrelation(const torch::Tensor& onsets, const CorrelationShape& shape);

// Of the same products, once as above and once over the whole window.
struct OnsetCorrelations {
  torch::Tensor running;  // [items, steps, bands * bands, past + 1]
  torch::Tensor whole;    // [items, bands * bands, past + 1]
};
OnsetCorrelations onsetCorrelations(const torch::Tensor& onsets, const CorrelationShape& shape);

}  // namespace dju::learning
