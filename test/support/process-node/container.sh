#!/bin/sh
# Runs a program as in a container, in the mount namespace that it is called in: with a root
# of its own, in which are the machine's programs, read-only, what is mounted, and nothing else.
#
#   container.sh PARENT ROOT [SOURCE TARGET ro|rw]... ROOT-ACCESS PROGRAM [ARGUMENT]...
set -eu

# The kernel ends us with our parent, since a moment; this is for a parent that ended before.
[ "$PPID" = "$1" ] || exit 1

root=$2
shift 2
mount -t tmpfs -o mode=755 tmpfs "$root"

# A folder that is a symbolic link, as /bin is to usr/bin, stays one: it leads to the same within the root.
for path in bin sbin lib lib32 lib64 usr; do
  if [ -L "/$path" ]; then
    cp -P "/$path" "$root/$path"
  elif [ -d "/$path" ]; then
    mkdir "$root/$path"
    mount --bind "/$path" "$root/$path"
    mount -o remount,bind,ro "$root/$path"
  fi
done

mkdir "$root/etc" "$root/run" "$root/var"
mkdir -m 1777 "$root/tmp"
ln -s ../run "$root/var/run"
ln -s ../run/cluster/hosts "$root/etc/hosts"
for name in alternatives ca-certificates group ld.so.cache localtime nsswitch.conf passwd pki ssl; do
  if [ -d "/etc/$name" ]; then
    mkdir "$root/etc/$name"
    mount --bind "/etc/$name" "$root/etc/$name"
  elif [ -e "/etc/$name" ]; then
    cp "/etc/$name" "$root/etc/$name"
  fi
done

for path in dev proc sys; do
  mkdir "$root/$path"
  mount --rbind "/$path" "$root/$path"
done

while [ "$1" != root-ro ] && [ "$1" != root-rw ]; do
  if [ -d "$1" ]; then
    mkdir -p "$root$2"
  else
    mkdir -p "$(dirname "$root$2")"
    touch "$root$2"
  fi
  mount --bind "$1" "$root$2"
  if [ "$3" = ro ]; then mount -o remount,bind,ro "$root$2"; fi
  shift 3
done

if [ "$1" = root-ro ]; then mount -o remount,bind,ro "$root"; fi
shift
exec chroot "$root" "$@"
