#!/bin/sh
# compiles_to_wasm.sh SOURCE_DIR BUILD_DIR: compiles the engine and what it needs of core/ with
# emscripten and links the fingerprint program with it. Skipped (77) without em++. If node is there,
# the program is run too; its number is printed for information, since WebAssembly cannot flush
# denormals and therefore promises no equal bits.
set -eu
source=$1 build=$2
command -v em++ >/dev/null || { echo "skipped: em++ not found (Debian package emscripten)"; exit 77; }
out=$build/wasm
mkdir -p "$out"
files="$source/tools/engine_fingerprint.cpp $source/src/core/hash.cpp $source/src/core/error.cpp
  $(find "$source/src/engine" -name '*.cpp' ! -name '*_test.cpp')"
# shellcheck disable=SC2086  # a list of files without blanks
em++ -std=c++20 -O2 -msimd128 -ffp-contract=off -fexceptions -Wall -Wextra -Werror \
  -isystem "$build/wasm_include" -I "$source/src" -I "$build/generated" \
  -sALLOW_MEMORY_GROWTH=1 $files -o "$out/engine_fingerprint.js"
ls -l "$out/engine_fingerprint.wasm"
if command -v node >/dev/null; then node "$out/engine_fingerprint.js"; fi
