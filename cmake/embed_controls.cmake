# Build step: puts data/controls.json into a header as text, so that the program can serve it
# wherever it is installed. Usage: cmake -DIN=controls.json -DOUT=header.h -P embed_controls.cmake
file(READ ${IN} text)
file(SHA256 ${IN} hash)
string(SUBSTRING ${hash} 0 16 hash)
file(WRITE ${OUT} "// Generated from data/controls.json; edit that file.\n#pragma once\n\n"
  "#include <string_view>\n\nnamespace dju::server {\n\n"
  "inline constexpr std::string_view kControlRegistryHash = \"${hash}\";\n"
  "inline constexpr std::string_view kControlRegistryJson = R\"DJU(${text})DJU\";\n\n"
  "}  // namespace dju::server\n")
