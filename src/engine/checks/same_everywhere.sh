#!/bin/sh
# same_everywhere.sh PROGRAM...: runs every program (the same source, compiled differently) as it is
# and with the CPU features masked by which glibc would choose other code; all must print the same.
set -eu
masks="
GLIBC_TUNABLES=
GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX2_Usable,-AVX2,-FMA_Usable,-FMA,-FMA4_Usable,-AVX512F_Usable,-AVX512F
GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX2_Usable,-AVX2,-FMA_Usable,-FMA,-AVX_Usable,-AVX,-SSE4_2,-SSE4_1,-SSSE3,-ERMS
"
expected=
for program in "$@"; do
  for mask in $masks; do
    got=$(env "$mask" "$program")
    echo "$got  $(basename "$program") $mask"
    : "${expected:=$got}"
    [ "$got" = "$expected" ] || { echo "differs from $expected" >&2; exit 1; }
  done
done
