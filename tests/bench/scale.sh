#!/usr/bin/env bash
# How the daily commands, as whole processes with a key file, slow down as the store grows from
# 2,000 members and 20,000 lines to 200,000 members and 2,000,000 lines: by a fifth at most.
# usage: scale.sh [ROUNDS]
. "$(dirname "$0")/common.sh"
rounds=${1:-21}

made_store small 2000 20000
made_store large 200000 2000000

# card_of SIZE ROUND: a card of that store, another one each round.
card_of() { awk -F, -v n=$(($2 * 37 % 1900 + 2)) 'NR == 1 {for (i = 1; i <= NF; i++) if ($i == "card") c = i}
                                 NR >= n && $c != "" {print $c; exit}' "$work/$1/data/members.csv"; }
code_of() { awk -F, 'NR == 2 {print $1}' "$work/$1/data/products.csv"; }
name_of() { awk -F, -v n=$(($2 * 37 % 1900 + 2)) 'NR == n {print $1; exit}' "$work/$1/data/members.csv"; }

one() {  # SIZE COMMAND ROUND
  export PHARMACY_STORE=$work/$1/store PHARMACY_KEY_FILE=$work/$1/key
  case $2 in
    buy) timed "$bin/visit" buy "$(card_of "$1" "$3")" "$(code_of "$1")=2@28.00#B1" ;;
    show) timed "$bin/member" show "$(card_of "$1" "$3")" ;;
    find) timed "$bin/member" find "$(name_of "$1" "$3")" ;;
  esac
}

rm -f "$work"/scale.*
for round in $(seq 0 "$rounds"); do
  for command in $(shuf -e buy show find); do
    declare -A took=()
    for size in $(shuf -e small large); do took[$size]=$(one "$size" "$command" "$round"); done
    [ "$round" = 0 ] && continue  # warms the caches
    echo "${took[small]}" | awk '{print $1 / 1000}' >>"$work/scale.$command.small"
    echo "${took[large]}" | awk '{print $1 / 1000}' >>"$work/scale.$command.large"
    echo "${took[large]} ${took[small]}" | awk '{print $1 / $2}' >>"$work/scale.$command.ratio"
  done
done

printf '%-6s %-28s %-28s %s\n' command 'small, ms' 'large, ms' 'ratio'
for command in buy show find; do
  printf '%-6s %-28s %-28s %s\n' "$command" "$(summary "$work/scale.$command.small")" \
    "$(summary "$work/scale.$command.large")" "$(summary "$work/scale.$command.ratio")"
done
within 1.2 "$work"/scale.*.ratio
