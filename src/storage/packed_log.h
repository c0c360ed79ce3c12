// A battle log at rest: the same text, compressed by Zstandard. Mixes are kept so, because most of
// a log are its marks, and a log should weigh little beside the sound that it stands for. What
// people play stays plain text, since a log that is written as it happens has to be readable after
// any cut. Pure; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/error.h"

namespace dju::storage {

// Behind the name of the plain file: "ID.djlog.zst".
inline constexpr std::string_view kPackedEnding = ".zst";
// What a log may have as text (engine/battle_log.h).
inline constexpr std::size_t kMostLogBytes = std::size_t{512} << 20;

// Throws Error (kInternal) where there is no memory for it.
std::string packLog(std::string_view text);

// The text again. Fails with kInvalid for what is no whole frame of Zstandard or has been damaged,
// and with kTooLarge beyond `mostBytes` of text; memory grows with the text that is really there,
// whatever its head promises.
Result<std::string> unpackLog(std::string_view packed, std::size_t mostBytes = kMostLogBytes);

}  // namespace dju::storage
