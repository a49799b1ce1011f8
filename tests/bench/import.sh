#!/usr/bin/env bash
# Importing purchase lines into the sealed store, against the sqlite3 shell's .import of the same
# file into one plain table with three indexes. The ratio is to be 2.5 at most.
# usage: import.sh [LINES] [ROUNDS]
. "$(dirname "$0")/common.sh"
lines=${1:-1000000}
rounds=${2:-3}

data=$work/import-$lines
if [ ! -e "$data/purchases.csv" ]; then
  "$bin/pharmacy-demo" --members $((lines / 10)) --lines "$lines" --months 24 --seed 2 \
    --until 2026-10-31 "$data" >&2
fi
columns=$(head -1 "$data/purchases.csv" | tr -d '\r')

plain() {
  rm -f "$work"/plain.db*
  sqlite3 "$work/plain.db" "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;
    CREATE TABLE line ($columns);
    CREATE INDEX line_card ON line (card, at);
    CREATE INDEX line_product ON line (product, at);
    CREATE INDEX line_batch ON line (batch);" \
    ".import --csv --skip 1 $data/purchases.csv line"
}

fresh() {
  rm -rf "$work/import-store" "$work/import-key"
  export PHARMACY_STORE=$work/import-store PHARMACY_KEY_FILE=$work/import-key
  "$bin/store" init --login wangli --name 王丽 --new-key "$work/import-key" >/dev/null
}

sealed() {
  "$bin/visit" import --yes --create-members --create-products "$data/purchases.csv"
}

rm -f "$work"/import.*
for round in $(seq 1 "$rounds"); do
  declare -A took=()
  for which in $(shuf -e plain sealed); do
    [ "$which" = sealed ] && fresh
    took[$which]=$(timed "$which")
  done
  echo "${took[plain]}" | awk '{print $1 / 1000000}' >>"$work/import.plain"
  echo "${took[sealed]}" | awk '{print $1 / 1000000}' >>"$work/import.sealed"
  echo "${took[sealed]} ${took[plain]}" | awk '{print $1 / $2}' >>"$work/import.ratio"
done

echo "$lines lines, $rounds rounds"
echo "sqlite3 .import, s:  $(summary "$work/import.plain")"
echo "visit import, s:     $(summary "$work/import.sealed")"
echo "ratio:               $(summary "$work/import.ratio")"
within 2.5 "$work/import.ratio"
