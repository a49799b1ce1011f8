# Runs the commands on standard input, one a line, each shown with its answer and, where it is not
# 0, its status. Standard input is not theirs.
while IFS= read -r command <&3; do
  printf '$ %s\n' "$command"
  sh -c "$command" </dev/null
  status=$?
  [ "$status" = 0 ] || printf '[%s]\n' "$status"
  echo
done 3<&0
