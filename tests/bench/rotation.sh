#!/usr/bin/env bash
# A change of keys, as the whole command, against the least that it can cost: a synced copy of the
# file, and one page opened and one sealed for each of its pages by libsodium alone. The ratio is to
# be 1.5 at most.
# usage: rotation.sh [LINES] [ROUNDS]
. "$(dirname "$0")/common.sh"
lines=${1:-900000}
rounds=${2:-9}

made_store "rotation-$lines" $((lines / 10)) "$lines"
export PHARMACY_STORE=$work/rotation-$lines/store PHARMACY_KEY_FILE=$work/rotation-$lines/key

rotate() { "$bin/store" key rotate --confirm store; }
least() { "$bin/rotation_bench" "$PHARMACY_STORE/store.db" "$work/rotation.copy"; }

rm -f "$work"/rotation.*
for round in $(seq 0 "$rounds"); do
  declare -A took=()
  for which in $(shuf -e rotate least); do
    took[$which]=$(timed "$which")
    rm -f "$work/rotation.copy"
  done
  [ "$round" = 0 ] && continue  # warms the caches
  echo "${took[least]}" | awk '{print $1 / 1000000}' >>"$work/rotation.least"
  echo "${took[rotate]}" | awk '{print $1 / 1000000}' >>"$work/rotation.rotate"
  echo "${took[rotate]} ${took[least]}" | awk '{print $1 / $2}' >>"$work/rotation.ratio"
done

echo "$(($(stat -c %s "$PHARMACY_STORE/store.db") / 1000000)) MB, $rounds rounds, load $(cut -d' ' -f1 /proc/loadavg)"
echo "copy, sync, open and seal, s: $(summary "$work/rotation.least")"
echo "store key rotate, s:          $(summary "$work/rotation.rotate")"
echo "ratio:                        $(summary "$work/rotation.ratio")"
within 1.5 "$work/rotation.ratio"
