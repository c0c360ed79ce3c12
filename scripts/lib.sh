# Functions that scripts/run and scripts/test share. Sourced by bash with the repository root as
# working directory.
set -euo pipefail

# Exact versions, so that every machine builds with the same: used only where Debian's own Node.js
# is older than what Angular needs.
readonly kNodeMinimum=20.19.0
readonly kNodeVersion=22.23.3
readonly kNpmVersion=10.9.9

readonly startSeconds=$SECONDS
stepNumber=0
stepTotal=${stepTotal:-0}

clock() { printf '%d:%02d' $(($1 / 60)) $(($1 % 60)); }

# step TEXT: announces the next numbered step with the time since the start.
step() {
  stepNumber=$((stepNumber + 1))
  printf '\n[%d/%d] %s  (%s)\n' "$stepNumber" "$stepTotal" "$*" "$(clock $((SECONDS - startSeconds)))"
}

note() { printf '      %s\n' "$*"; }

# fail WHAT WAY_OUT: ends the script with both.
fail() {
  printf '\nerror: %s\n' "$1" >&2
  if [[ -n "${2:-}" ]]; then printf '       %s\n' "$2" >&2; fi
  exit 1
}

asRoot() {
  if [[ $(id -u) -eq 0 ]]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    fail "installing Debian packages needs root, and sudo is not installed" \
      "Run this script as root once; afterwards it needs no rights."
  fi
}

# The names in a package list file, without comments.
packagesIn() { sed -e 's/#.*//' -e 's/[[:space:]]//g' -e '/^$/d' "$@"; }

installed() { [[ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" == installed ]]; }

aptUpdated=no
# installPackages NAME...: installs those that are missing, and touches the network only then.
installPackages() {
  local name missing=()
  command -v dpkg-query >/dev/null ||
    fail "this is not a Debian system (no dpkg-query)" "Install by hand: $*"
  for name in "$@"; do installed "$name" || missing+=("$name"); done
  if [[ ${#missing[@]} -eq 0 ]]; then
    note "all $# Debian packages are installed"
    return
  fi
  note "installing ${#missing[@]} of $# Debian packages: ${missing[*]}"
  if [[ $aptUpdated == no ]]; then
    asRoot apt-get update -q || fail "apt-get update failed" \
      "Is there a network? Missing packages: ${missing[*]}"
    aptUpdated=yes
  fi
  asRoot env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
    "${missing[@]}" || fail "cannot install: ${missing[*]}" \
    "See apt's message above; without a network install them by other means and start again."
}

# atLeast VERSION MINIMUM
atLeast() { dpkg --compare-versions "$1" ge "$2"; }

nodeIsNewEnough() {
  local version
  version=$(node --version 2>/dev/null) && atLeast "${version#v}" "$kNodeMinimum" &&
    command -v npm >/dev/null
}

# Puts a Node.js that Angular accepts first in PATH: the machine's own, else Debian's (13 has 20.19),
# else a pinned one from npm, kept in build/node.
ensureNode() {
  local own="$PWD/build/node/node_modules"
  if [[ -x "$own/.bin/npm" ]]; then export PATH="$own/.bin:$PATH"; fi
  if ! nodeIsNewEnough; then installPackages nodejs npm; fi
  if ! nodeIsNewEnough; then
    local arch
    case $(uname -m) in
      x86_64) arch=x64 ;;
      aarch64) arch=arm64 ;;
      *) fail "Node.js $(node --version) is too old and none is published for $(uname -m)" \
        "Install Node.js $kNodeMinimum or newer and start again." ;;
    esac
    note "Node.js $(node --version) is older than $kNodeMinimum; fetching $kNodeVersion into build/node"
    mkdir -p build/node
    npm install --prefix build/node --no-save --no-audit --no-fund --ignore-scripts \
      "node-linux-$arch@$kNodeVersion" "npm@$kNpmVersion" ||
      fail "cannot fetch Node.js $kNodeVersion from npm" \
        "Is there a network? Else install Node.js $kNodeMinimum or newer by other means."
    mkdir -p "$own/.bin"
    ln -sf "../node-linux-$arch/bin/node" "$own/.bin/node"
    export PATH="$own/.bin:$PATH"
    hash -r
    nodeIsNewEnough || fail "Node.js $kNodeVersion in build/node does not start" \
      "Remove build/node and start again."
  fi
  note "Node.js $(node --version), npm $(npm --version 2>/dev/null)"
}

# buildProgram DIR TARGET [cmake argument...]: configures DIR when needed and builds TARGET in it.
buildProgram() {
  local dir=$1 target=$2
  shift 2
  cmake -S . -B "$dir" -G Ninja "$@" >"$dir.configure.log" 2>&1 || {
    tail -n 30 "$dir.configure.log" >&2
    fail "cmake cannot configure $dir" "The whole output is in $dir.configure.log."
  }
  mv "$dir.configure.log" "$dir/configure.log"
  ninja -C "$dir" "$target" || fail "the build in $dir failed" "The first error above names the file."
}

# One hash over the contents of files; a second argument list of names, not times.
contentHash() { git hash-object --stdin-paths | sha256sum | cut -d' ' -f1; }

# npmPackages DIR: DIR/node_modules as DIR/package-lock.json says, only when that has changed.
npmPackages() {
  local dir=$1 stamp lock
  stamp=build/stamps/npm-$(basename "$dir")
  lock=$(sha256sum "$dir/package-lock.json" | cut -d' ' -f1)
  mkdir -p build/stamps
  if [[ -d "$dir/node_modules" && "$(cat "$stamp" 2>/dev/null)" == "$lock" ]]; then
    note "npm packages of $dir/ are up to date"
    return
  fi
  rm -f "$stamp"
  npm --prefix "$dir" ci --ignore-scripts --no-audit --no-fund ||
    fail "npm ci failed in $dir/" "Is there a network? The packages are in $dir/package-lock.json."
  echo "$lock" >"$stamp"
}

# buildWeb: the client, only when its sources have changed.
buildWeb() {
  local stamps=build/stamps sources
  npmPackages web
  sources=$(find web -type f -not -path '*/node_modules/*' -not -path 'web/dist/*' \
    -not -path 'web/.angular/*' -not -path 'web/test-results/*' -not -path 'web/e2e/*' \
    -not -path 'web/playwright-report/*' | sort | contentHash)
  sources+=$(printf '%s\n' data/controls.json | contentHash)
  if [[ ! -d web/dist || "$(cat $stamps/web 2>/dev/null)" != "$sources" ]]; then
    rm -f "$stamps/web"
    npm --prefix web run build || fail "the web client does not build" "See the message above."
    echo "$sources" >"$stamps/web"
  else
    note "the web client is up to date"
  fi
}

# prepareDemoCrate DATA: real tracks out of Debian packages where they can be fetched, synthesised
# ones beside them, imported into the library once.
prepareDemoCrate() {
  local data=$1 crate=$1/demo
  if [[ -f "$crate/imported" ]]; then
    note "imported before: $(cat "$crate/imported")"
    return
  fi
  mkdir -p "$crate/tracks" "$crate/synthesised"
  scripts/demo-crate "$crate/tracks"
  build/dju demo-tracks "$crate/synthesised" --seed 1 --per-genre 1 ||
    fail "the synthesised tracks were not written to $crate/synthesised" "Is the disk full?"
  build/dju import --data-dir "$data" "$crate/tracks" "$crate/synthesised" ||
    fail "the demo crate $crate cannot be imported" "See above; starting again repeats it."
  printf '%s tracks on %s\n' "$(find "$crate" -name '*.ogg' -o -name '*.flac' | wc -l)" \
    "$(date -u +%Y-%m-%d)" >"$crate/imported"
  note "$(cat "$crate/imported")"
}
