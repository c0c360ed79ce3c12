# The suites of scripts/test. Each leaves one JUnit file in build/test-results/, also when its
# program died before it could write one. Sourced after lib.sh.
readonly results="$PWD/build/test-results"
# Far above what any suite takes: one that hangs fails with status 124, and the others still run.
readonly limit="timeout --kill-after=10 ${DJU_SUITE_SECONDS:-1500}"

# suite NAME COMMAND...: runs it with its output in NAME.log. The command may write its own
# NAME.xml; what it does not say is taken from its exit status.
suite() {
  local name=$1 status=0 began=$SECONDS
  shift
  "$@" >"$results/$name.log" 2>&1 || status=$?
  node scripts/sum-results.mjs --suite "$results" "$name" "$status" $((SECONDS - began)) || true
}

# unitTests DIR PREFIX [module...]: every *_test program of a build folder, or those of modules, as
# many at a time as there are cores: none of them looks at how long something takes.
unitTests() {
  local dir=$1 prefix=$2 program name cores
  cores=$(nproc)
  shift 2
  for program in "$dir"/*_test; do
    [[ -x "$program" ]] || continue
    name=$(basename "$program" _test)
    if [[ $# -gt 0 && " $* " != *" $name "* ]]; then continue; fi
    while (($(jobs -rp | wc -l) >= cores)); do wait -n || true; done
    # shellcheck disable=SC2086
    suite "$prefix$name" $limit "$program" "--gtest_output=xml:$results/$prefix$name.xml" &
  done
  wait
}

fuzzReplay() {
  local dir=$1 prefix=$2 program name
  for program in "$dir"/fuzz_*; do
    [[ -x "$program" ]] || continue
    name=$(basename "$program")
    # shellcheck disable=SC2086
    suite "$prefix$name" $limit "$program" "fuzz/corpus/${name#fuzz_}"
  done
}

# fuzzing DIR SECONDS: libFuzzer from the kept corpus; new inputs stay in the build folder.
fuzzing() {
  local program name
  for program in "$1"/fuzz_*; do
    [[ -x "$program" ]] || continue
    name=$(basename "$program")
    mkdir -p "$1/corpus/$name" "fuzz/corpus/${name#fuzz_}"
    suite "libfuzzer-$name" "$program" "-max_total_time=$2" -rss_limit_mb=2048 -timeout=10 \
      "-artifact_prefix=$results/" "$1/corpus/$name" "fuzz/corpus/${name#fuzz_}"
  done
}

# integrationTests GLOB NAME: programs of Node's own test runner, which start build/dju themselves.
integrationTests() {
  local files
  files=$(compgen -G "$1" || true)
  if [[ -z "$files" ]]; then
    note "none ($1)"
    return
  fi
  # shellcheck disable=SC2086
  suite "$2" $limit node --test --test-concurrency=1 --test-reporter=spec --test-reporter-destination=stdout \
    --test-reporter=junit "--test-reporter-destination=$results/$2.xml" $files
}

# web/angular.json names the JUnit file of its own runner.
# shellcheck disable=SC2086
webUnit() { $limit npm --prefix web run test:unit; }

# browserTests PROJECT WORKERS: one of web/playwright.config.ts, which names the JUnit file by
# DJU_SUITE; web/e2e/support/server.ts starts build/dju.
browserTests() {
  # shellcheck disable=SC2086
  DJU_SUITE="web-$1" $limit npm --prefix web run test:e2e -- "--project=$1" "--workers=$2"
}
