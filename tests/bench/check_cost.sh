#!/usr/bin/env bash
# What `visit buy` takes with a full check at the counter (notes of the member, tables, what she has
# not used up), as a whole process with a key file, beside an empty program of the same libraries and
# one durable commit of plain SQLite; with 20,000 members and with 200,000. The ratio is to be 3 at
# most.
# usage: check_cost.sh [ROUNDS]
. "$(dirname "$0")/common.sh"
rounds=${1:-21}
too_long=0

# prepared NAME: tables, a product that has two ingredients, and members with notes: of the first 40
# those who are no children, whose guardians would have to agree.
prepared() {
  local dir=$work/$1
  export PHARMACY_STORE=$dir/store PHARMACY_KEY_FILE=$dir/key
  [ -e "$dir/checked" ] && return
  "$bin/visit" product add AMXCLA 阿莫西林克拉维酸钾片 --price 28.00 --atc J01CR02 \
    --ingredient 阿莫西林 --ingredient 克拉维酸钾 --class rx >/dev/null
  "$bin/visit" product add IBU 布洛芬片 --price 12.00 --atc M01AE01 --ingredient 布洛芬 >/dev/null
  printf 'class,member\ncephalosporins,J01D\nNSAIDs,N02BA\nACE inhibitors,C09A\n' >"$work/allergens.csv"
  (echo a,b,severity,text; seq 20000 | sed 's/.*/成分&,成分9&,major,x/'; echo 阿莫西林,甲氨蝶呤,major,x) \
    >"$work/interactions.csv"
  printf 'substance,reason,condition,age,severity,text\n布洛芬,疾病,消化性溃疡,,major,x\n' \
    >"$work/contraindications.csv"
  for table in allergens interactions contraindications; do
    "$bin/visit" reference import $table "$work/$table.csv" --edition 1 --yes >/dev/null
  done
  for member in $(seq 40); do
    "$bin/member" consent give "M$member" --purpose health >/dev/null 2>&1 || continue
    "$bin/member" health add "M$member" --kind allergy --ingredient 头孢氨苄 >/dev/null 2>&1
    "$bin/member" health add "M$member" --kind regimen --ingredient 华法林 >/dev/null 2>&1
    "$bin/member" health add "M$member" --kind condition --condition 高血压 --alert >/dev/null 2>&1
    echo "M$member" >>"$dir/noted"
  done
  touch "$dir/checked"
}

plain=$work/plain.db
rm -f "$plain"*
sqlite3 "$plain" 'PRAGMA journal_mode=WAL; CREATE TABLE t(a, b)' >/dev/null
full='PRAGMA synchronous=FULL;'

one() {  # WHAT ROUND
  case $1 in
    buy) timed "$bin/visit" buy "$(sed -n "$(($2 % 20 + 1))p" "$work/members$size/noted")" AMXCLA IBU=2 ;;
    empty) timed "$bin/visit" --version ;;
    insert) timed sqlite3 "$plain" "$full INSERT INTO t VALUES(1, zeroblob(300))" ;;
    query) timed sqlite3 "$plain" "$full SELECT * FROM t LIMIT 1" ;;
  esac
}

printf '%-8s %-28s %-28s %-28s %s\n' members 'buy, ms' 'empty, ms' 'commit, ms' ratio
for size in 20000 200000; do
  made_store "members$size" $size $((size * 10))
  prepared "members$size"
  rm -f "$work"/check.*
  for round in $(seq 0 "$rounds"); do
    declare -A took=()
    for what in $(shuf -e buy empty insert query); do took[$what]=$(one "$what" "$round"); done
    [ "$round" = 0 ] && continue  # warms the caches
    commit=$((took[insert] > took[query] ? took[insert] - took[query] : 0))
    echo "${took[buy]}" | awk '{print $1 / 1000}' >>"$work/check.buy"
    echo "${took[empty]}" | awk '{print $1 / 1000}' >>"$work/check.empty"
    echo "$commit" | awk '{print $1 / 1000}' >>"$work/check.commit"
    echo "${took[buy]} ${took[empty]} $commit" | awk '{print $1 / ($2 + $3)}' >>"$work/check.ratio"
  done
  printf '%-8s %-28s %-28s %-28s %s\n' $size "$(summary "$work/check.buy")" \
    "$(summary "$work/check.empty")" "$(summary "$work/check.commit")" "$(summary "$work/check.ratio")"
  within 3 "$work/check.ratio" || too_long=1
done
exit "$too_long"
