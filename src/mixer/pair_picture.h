// What a mixer that listens is shown of one way of passing from a record to another: spectrograms
// of both around the transition, beat by beat, how they would sound together behind the genome's
// faders and equalisers, and what else is known. Rows are beats of the outgoing record (two or four
// a row where the transition is longer than 16 bars): 16 rows before the transition, 64 that it may
// take, 16 behind it.
//
// Computed without libm, so that what a network makes of it is the same bits everywhere, given the
// same spectrograms. Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "mixer/situation_features.h"
#include "mixer/spectrogram.h"
#include "mixer/styles.h"

namespace dju::mixer {

inline constexpr std::size_t kPictureRows = 96;

// Names of a row's numbers: mel_out_NN and mel_in_NN, dB against the record's own loudness;
// mel_mix_NN, how both sound together; change, dB by which the mixed spectrum differs within a
// second, as the judge measures it (judge/spectral_change.h) and where it does; curves of the
// genome; who sings; and about_…, which are the same in all rows: the situation, the style, the
// shape, the most change, and by how many dB the faders move the level.
const std::vector<std::string>& pictureColumns();
// SHA-256 of what the rows are computed from: a network is made for one.
const std::string& pictureDefinition();

// kPictureRows rows of the columns.
using PairPicture = std::vector<float>;

struct PictureSubject {
  const TrackView& outgoing;
  const TrackView& incoming;
  const Spectrogram& outgoingSound;
  const Spectrogram& incomingSound;
};
PairPicture pictureOf(const PictureSubject& pair, const Transition& transition,
                      const BlendShape& shape, const SituationFeatures& features);

}  // namespace dju::mixer
