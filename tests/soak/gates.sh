#!/usr/bin/env bash
# The gates of a release, each a build of its own or a reader of the sources.
# usage: gates.sh list | gates.sh GATE DIRECTORY      Its last line of output says what it found.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
jobs=$(nproc)

# built DIRECTORY TARGETS OPTION...: configures and builds; "all" for everything.
built() {
  local place=$1 targets=$2
  shift 2
  cmake -S "$root" -B "$place" -G Ninja -DCMAKE_BUILD_TYPE=Debug -DPHARMACY_WERROR=ON "$@" >&2
  # shellcheck disable=SC2086  # a list of words
  cmake --build "$place" --parallel "$jobs" --target $targets >&2
}

# Warnings of the other compiler are errors, and its sanitizers find nothing, late uses of memory
# among it.
gate_clang() {
  built "$1/clang" all -DCMAKE_CXX_COMPILER=clang++ -DCMAKE_CXX_FLAGS_DEBUG="-O1 -g1" \
    -DPHARMACY_SANITIZE=ON
  ASAN_OPTIONS=quarantine_size_mb=256:thread_local_quarantine_size_kb=1024 \
    ctest --test-dir "$1/clang" --output-on-failure --no-tests=error -j "$jobs" >&2
  echo "clang: no warning, every test passes"
}

# Every parser under libFuzzer, PHARMACY_FUZZ_SECONDS each, on a corpus that is kept.
gate_fuzz() {
  local seconds=${PHARMACY_FUZZ_SECONDS:-60} parsers="$1/fuzz/bin/fuzz_parsers" count=0
  built "$1/fuzz" fuzz_parsers -DCMAKE_CXX_COMPILER=clang++ -DPHARMACY_LIBFUZZER=ON \
    -DPHARMACY_SANITIZE=ON -DCMAKE_CXX_FLAGS_DEBUG="-O1 -g1 -fsanitize=fuzzer-no-link"
  for target in $("$parsers"); do
    mkdir -p "$1/corpus/$target"
    PHARMACY_FUZZ_TARGET=$target "$parsers" -max_total_time="$seconds" -timeout=1 \
      -print_final_stats=1 -artifact_prefix="$1/corpus/" "$1/corpus/$target" >&2
    count=$((count + 1))
  done
  [ "$count" -gt 0 ]
  echo "fuzz: nothing found in $count parsers of $seconds s each"
}

# The lines of parsers that the seeds in tests/fuzz/corpus take: nine in ten of each file that is a
# parser and nothing else.
parsers="base/csv_reader base/date base/period base/display base/text db/page_seal db/header_seal
vault/keyring/keyring_file vault/backup/format vault/log/entry vault/transfer/format policy/document
policy/calendar_file"

gate_parsers() {
  local place="$1/parsers" files="$root/apps/cli/config_file.cpp" name
  built "$place" test_fuzz -DCMAKE_CXX_COMPILER=clang++ -DPHARMACY_PRECOMPILE=ON \
    -DCMAKE_CXX_FLAGS_DEBUG="-O0 -g1 -fprofile-instr-generate -fcoverage-mapping"
  LLVM_PROFILE_FILE="$place/fuzz.profraw" PHARMACY_TRIALS=0-0 \
    "$place/bin/test_fuzz" --test-case="no parser breaks*" >&2
  llvm-profdata merge -o "$place/fuzz.profdata" "$place/fuzz.profraw"
  for name in $parsers; do files="$files $root/lib/$name.cpp"; done
  # shellcheck disable=SC2086  # a list of words
  llvm-cov report "$place/bin/test_fuzz" -instr-profile "$place/fuzz.profdata" $files >"$1/parsers.txt"
  awk '$10 ~ /%$/ && $1 != "TOTAL" && $10 + 0 < 90 { print $1 ": " $10; few = 1 }
       END { exit few }' "$1/parsers.txt" >&2
  awk '/^TOTAL/ { print "parsers: the corpus takes " $10 " of their lines, 90 % of each or more" }' \
    "$1/parsers.txt"
}

# What runs in several threads. What gcc 12 warns of once this is woven in is wrong: it takes the
# ends of strings for overflows.
gate_threads() {
  built "$1/threads" "test_db test_faults" -DPHARMACY_PRECOMPILE=ON -DPHARMACY_WERROR=OFF \
    -DCMAKE_CXX_FLAGS_DEBUG="-O1 -g1 -fsanitize=thread"
  "$1/threads/bin/test_db" >&2
  "$1/threads/bin/test_faults" --test-case="after a checkpoint a connection waits*" >&2
  echo "threads: no race in test_db, nor between two who wait"
}

gate_valgrind() {
  built "$1/valgrind" "test_base test_crypto test_db" -DCMAKE_CXX_FLAGS_DEBUG="-O1 -g1"
  for test in base crypto; do
    valgrind --error-exitcode=9 --leak-check=full --errors-for-leak-kinds=definite -q \
      "$1/valgrind/bin/test_$test" >&2
  done
  valgrind --error-exitcode=9 --leak-check=full --errors-for-leak-kinds=definite -q \
    "$1/valgrind/bin/test_db" --test-case-exclude="*process*,*million*,*child*" >&2
  echo "valgrind: no error, nothing lost in test_base, test_crypto, test_db"
}

# The programs as they are installed: hardened, and with no sanitizer that takes over the locking of
# memory, needs files and address space of its own, or is in the way of what the compiler checks.
# What gcc 12 warns of once it optimises is wrong.
gate_plain() {
  built "$1/plain" "store member visit complain report test_faults test_vault test_tidy" \
    -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_FLAGS_RELEASE="-O2 -DNDEBUG" -DPHARMACY_WERROR=OFF \
    -DPHARMACY_PRECOMPILE=ON
  ctest --test-dir "$1/plain" --output-on-failure -j "$jobs" --no-tests=error \
    -R "^(faults|vault|tidy):" >&2
  # Those of memory and of open files, which sanitizers need for themselves.
  PHARMACY_TRIALS=0-100 "$1/plain/bin/test_faults" --test-case="a sale beyond a limit of the system*" >&2
  echo "plain: every test of faults, vault and tidy passes on an optimised build"
}

gate_tidy() {
  built "$1/tidy" all -DCMAKE_CXX_COMPILER=clang++ -DCMAKE_CXX_FLAGS_DEBUG="-O0"
  run-clang-tidy -p "$1/tidy" -quiet -j "$jobs" "$root/(lib|apps)/" >"$1/tidy.txt" 2>/dev/null ||
    { grep -E "warning:|error:" "$1/tidy.txt" | sort -u >&2; exit 1; }
  echo "tidy: clang-tidy finds nothing in lib and apps"
}

# What is suppressed is wrong in cppcheck 2.10: it does not read literals like 100ms, takes a throw
# for something that goes on, and does not see that a function is called from a catch alone, or that
# PHARMACY_CHECK(false) ends a function, which the compiler does see.
gate_cppcheck() {
  cppcheck --quiet --std=c++20 --enable=warning,portability --inline-suppr --error-exitcode=1 \
    --suppress=internalAstError --suppress=cppcheckError --suppress=syntaxError \
    --suppress='accessMoved:*/credentials.cpp' \
    --suppress='rethrowNoCurrentException:*/counter.cpp' --suppress=missingReturn -I "$root/lib" -I "$root/lib/include" -I "$root/apps" \
    "$root/lib" "$root/apps" >&2
  echo "cppcheck: nothing found in lib and apps"
}

# Lines and branches of the engine and its cryptography that the tests run, and beside them those of
# keyring, log, permissions and points: branches of the source,
# as clang counts them; fewer than 95 in 100 of either are too few. Left out are tests that the profile would disturb: its writes come last in
# a program, under a lock that others wait for, and complain where they cannot be made. What is
# missed is named in coverage.txt.
gate_coverage() {
  local tests="test_db test_crypto test_faults test_vault test_format test_points" objects="" test
  local beside="vault/keyring vault/log vault/permissions.cpp points" room
  built "$1/coverage" "$tests" -DCMAKE_CXX_COMPILER=clang++ -DPHARMACY_PRECOMPILE=ON \
    -DCMAKE_CXX_FLAGS_DEBUG="-O0 -g1 -fprofile-instr-generate -fcoverage-mapping"
  rm -rf "$1/profiles"
  LLVM_PROFILE_FILE="$1/profiles/%4m.profraw" ctest --test-dir "$1/coverage" \
    --output-on-failure -j "$jobs" --no-tests=error \
    -R "^(db|crypto|faults|vault|format|points):" \
    -E "^(faults|vault):.*(suspended|signal|killed|entered|limit of|beyond its limit|cannot be locked)" >&2
  llvm-profdata merge -o "$1/coverage.profdata" "$1"/profiles/*.profraw
  for test in $tests; do objects="$objects${objects:+ -object} $1/coverage/bin/$test"; done
  # shellcheck disable=SC2086  # a list of words
  llvm-cov report $objects -instr-profile "$1/coverage.profdata" --show-branch-summary \
    "$root/lib/db" "$root/lib/crypto" >"$1/coverage.txt"
  # shellcheck disable=SC2086
  llvm-cov show $objects -instr-profile "$1/coverage.profdata" --show-branches=count \
    "$root/lib/db" "$root/lib/crypto" >"$1/coverage.lines.txt"
  for room in $beside; do
    # shellcheck disable=SC2086
    llvm-cov report $objects -instr-profile "$1/coverage.profdata" --show-branch-summary \
      "$root/lib/$room" | awk -v room="$room" \
      '$10 ~ /%/ { lines = $10; branches = $13 } END { print room ": lines " lines ", branches " branches }' >&2
  done
  awk '/^TOTAL/ { print "coverage of lib/db and lib/crypto: lines " $10 ", branches " $13
                  enough = $10 + 0 >= 95 && $13 + 0 >= 95 }
       END { exit !enough }' "$1/coverage.txt"
}

# How many of the small mistakes that are put into seal, keyring, permissions, log and ledger, one at
# a time, the tests notice. PHARMACY_MUTANTS says how many there are.
gate_mutants() {
  "$root/tests/soak/mutants.py" "$1"
}

case ${1:-} in
  list) sed -n 's/^gate_\([a-z]*\)() {$/\1/p' "$0" ;;
  *) "gate_$1" "$2" ;;
esac
