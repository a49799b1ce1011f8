# What the benchmarks share. Figures are medians with their range over paired, shuffled rounds in
# one run; a ratio is taken round by round, so that a machine whose speed drifts does not matter.
set -eu
export LC_ALL=C.UTF-8

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
bin=$root/build/release/bin
work=${PHARMACY_BENCH_DIR:-$root/build/bench}
mkdir -p "$work"

# now_us: microseconds.
now_us() { local t=$EPOCHREALTIME; echo "${t/./}"; }

# timed COMMAND...: how many microseconds it took; its output is thrown away, its failure ends all.
timed() {
  local from to
  from=$(now_us)
  "$@" >/dev/null 2>"$work/stderr" || { cat "$work/stderr" >&2; exit 1; }
  to=$(now_us)
  echo $((to - from))
}

# summary FILE: "median (least..most)" of one number a line.
summary() {
  sort -n "$1" | awk '{v[NR]=$1} END {
    m = NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2
    printf "%.3f (%.3f..%.3f)", m, v[1], v[NR]}'
}

# within LIMIT FILE...: false where a median of ratios is above the limit, which it says.
within() {
  local limit=$1 file over=0
  shift
  for file in "$@"; do
    summary "$file" | awk -v limit="$limit" -v what="${file#"$work/"}" \
      '$1 > limit { print what ": " $1 " is more than " limit; exit 1 }' >&2 || over=1
  done
  return "$over"
}

# made_store NAME MEMBERS LINES: a store of demo data under $work/NAME, made once.
made_store() {
  local dir=$work/$1
  if [ ! -e "$dir/done" ]; then
    rm -rf "$dir"
    mkdir -p "$dir/data"
    "$bin/pharmacy-demo" --members "$2" --lines "$3" --months 24 --seed 1 --until 2026-10-31 \
      "$dir/data" >&2
    export PHARMACY_STORE=$dir/store PHARMACY_KEY_FILE=$dir/key
    "$bin/store" init --login wangli --name 王丽 --new-key "$dir/key" >/dev/null
    "$bin/member" import --yes "$dir/data/members.csv" >/dev/null
    "$bin/visit" product import --yes "$dir/data/products.csv" >/dev/null
    "$bin/visit" import --yes "$dir/data/purchases.csv" >/dev/null
    touch "$dir/done"
  fi
}
