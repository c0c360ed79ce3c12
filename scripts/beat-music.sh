# What scripts/train-beats and scripts/train-metre have in common: music of Debian packages with
# exact beats, made in $folder, 2 GB; what is there already is not made again. Sourced, not run.
# Needs $root and $folder, build/dju_beat_data (-DDJU_LEARNING=ON) and lmms.
modules=$root/src/corpus/beat_modules.tsv
export QT_QPA_PLATFORM=offscreen

# fetch PACKAGE PARENT: unpacks a Debian package to PARENT/PACKAGE without installing it.
fetch() {
  [[ -d "$2/$1" ]] && return
  mkdir -p "$2"
  (cd "$folder" && apt-get download -q "$1" && dpkg -x "$1"_*.deb "$2/$1" && rm -f "$1"_*.deb)
}

# lmms_demo PROJECT BPM FOLDER: renders a project of lmms-common; beat k is at k * 60 / BPM.
lmms_demo() {
  local name out
  name=$(basename "$1" .mmpz)
  out=$folder/$3/$name
  mkdir -p "$folder/$3"
  [[ -s "$out.wav" ]] || lmms --allowroot render "$folder/packages/lmms-common/usr/share/lmms/projects/$1" \
    -f wav -s 48000 -i sincfastest -o "$out.wav" >/dev/null
  awk -v bpm="$2" -v bytes="$(stat -c %s "$out.wav")" \
    'BEGIN { for (k = 0; k * 60 / bpm < bytes / 192000 - 0.5; ++k) printf "%.6f\n", k * 60 / bpm }' >"$out.beats"
  awk 'NR % 4 == 1' "$out.beats" >"$out.downbeats"
}

# fetch_music: the packages of all modules and of LMMS' demos.
fetch_music() {
  local package
  while IFS=$'\t' read -r package _; do
    [[ "$package" == \#* ]] || fetch "$package" "$folder/packages"
  done <"$modules"
  fetch lmms-common "$folder/packages"
}
