// Speech for the tests of PESQ: words by espeak-ng where it is installed, else a synthetic voice of
// vowels and pauses that is always there. Callers: tests. Any thread.
#pragma once

#include <optional>

#include "quality/sound.h"

namespace dju::quality::testing {

// Vowels by formants over a falling pitch, in syllables with pauses; mono, 48 kHz.
Sound syntheticVoice(double seconds);

// About ten seconds of a host's talk-over, mono at 48 kHz; nothing without the program espeak-ng.
std::optional<Sound> spokenByEspeak();

}  // namespace dju::quality::testing
