// A file that is replaced as a whole or not at all: written beside, forced to the disk, moved into
// place. Any thread, one writer a file.
#pragma once

#include <filesystem>
#include <string_view>

namespace dju::learning {

// Throws Error naming the file and the reason when the disk refuses; what stood there still does.
void writeWholeFile(const std::filesystem::path& file, std::string_view bytes);

}  // namespace dju::learning
