#!/usr/bin/env bash
# Both commands of the README on a bare Debian 12: in a tree that debootstrap has just made, with a
# copy of this checkout that has neither git nor .git. Needs root and debootstrap.
# usage: run.sh TREE [MIRROR]      TREE is made where it is absent; it is removed by hand.
set -eu
tree=${1:?usage: run.sh TREE [MIRROR]}
mirror=${2:-http://deb.debian.org/debian}
checkout=$(cd "$(dirname "$0")/../.." && pwd)

[ -e "$tree/etc/debian_version" ] || debootstrap --variant=minbase bookworm "$tree" "$mirror"
cp /etc/resolv.conf "$tree/etc/resolv.conf"
home=$tree/opt/pharmacy
rm -rf "$home"
mkdir -p "$home"
tar -C "$checkout" --exclude=./build --exclude=./.git -cf - . | tar -C "$home" -xf -

mounted=()
leave() { for place in "${mounted[@]}"; do umount "$place"; done; }
trap leave EXIT
enter() {  # TYPE PLACE
  mount -t "$1" "$1" "$tree/$2"
  mounted=("$tree/$2" "${mounted[@]}")
}
enter proc proc
mkdir -p "$tree/dev/pts" "$tree/dev/shm"
enter devpts dev/pts
enter tmpfs dev/shm

for command in demo test; do
  from=$SECONDS
  env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb \
    chroot "$tree" sh -c "cd /opt/pharmacy && ./run $command"
  echo "bare: ./run $command: done in $((SECONDS - from)) s"
done
