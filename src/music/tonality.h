// Whether there is music in a key at all. The key model gives each of the 24 keys its share of the
// odds, whatever it is shown; a voice, a drum with a pitch or a siren gets one too. What it takes
// to be in a key: tones that keep to one tuning, several pitch classes, and not the same ones all
// the time, as the partials of a single tone are. Callers: the key estimator. Pure, any thread.
#pragma once

#include <span>

#include "music/key_view.h"

namespace dju::music {

// 0 to 1. tuningAgreement: of tuningOf().
double tonalityOf(std::span<const TonesAt> tones, double tuningAgreement);

}  // namespace dju::music
