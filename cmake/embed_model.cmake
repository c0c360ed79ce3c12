# Build step: puts a model's manifest and weights into a header, so that the program has them wherever
# it is installed. Usage: cmake -DMANIFEST=x.json -DNAME=BeatTracker -DOUT=header.h -P embed_model.cmake
file(READ ${MANIFEST} manifest)
string(JSON file GET "${manifest}" file)
string(JSON expected GET "${manifest}" sha256)
get_filename_component(folder ${MANIFEST} DIRECTORY)
file(SHA256 ${folder}/${file} found)
if(NOT found STREQUAL expected)
  message(FATAL_ERROR "${MANIFEST} names sha256 ${expected}, but ${file} has ${found}: "
    "take both files from one training")
endif()
file(READ ${folder}/${file} words HEX)
# Little-endian floats as the words that hold their bits.
string(REGEX REPLACE "(..)(..)(..)(..)" "0x\\4\\3\\2\\1,\n" words "${words}")
file(WRITE ${OUT} "// Generated from ${file}; train the model to change it.\n#pragma once\n\n"
  "#include <cstdint>\n#include <string_view>\n\nnamespace dju::inference {\n\n"
  "inline constexpr std::string_view k${NAME}Manifest = R\"DJU(${manifest})DJU\";\n"
  "inline constexpr std::uint32_t k${NAME}Words[] = {\n${words}};\n\n"
  "}  // namespace dju::inference\n")
