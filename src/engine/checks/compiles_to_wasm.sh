#!/bin/sh
# compiles_to_wasm.sh SOURCE_DIR BUILD_DIR: compiles the engine and what it needs of core/ to
# WebAssembly objects with emscripten. Skipped (77) without em++. Objects only: what links them, and
# how a page talks to them, is for the day on which the engine runs in a browser.
set -eu
source=$1 build=$2
command -v em++ >/dev/null || { echo "skipped: em++ not found (Debian package emscripten)"; exit 77; }
out=$build/wasm
mkdir -p "$out"
cd "$out"
files="$source/src/core/hash.cpp $source/src/core/error.cpp
  $(find "$source/src/engine" -name '*.cpp' ! -name '*_test.cpp')"
# shellcheck disable=SC2086  # a list of files without blanks
em++ -c -std=c++20 -O2 -msimd128 -ffp-contract=off -fexceptions -Wall -Wextra -Werror \
  -isystem "$build/wasm_include" -I "$source/src" -I "$build/generated" $files
ls -l ./*.o
