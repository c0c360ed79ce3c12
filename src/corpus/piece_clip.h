// What a beat tracker learns from a piece: its log-mel frames with the places of its beats.
// Callers: the data recipe. Any thread; a minute of music takes about a third of a second.
#pragma once

#include "corpus/piece.h"
#include "learning/data/feature_clips.h"

namespace dju::corpus {

learning::FeatureClip clipOf(const Piece& piece);

}  // namespace dju::corpus
