#!/bin/sh
# Runs a program in an image's root, read-only, as the user that the image names, in the mount namespace that it is called in.
#
#   run-image.sh ROOT USER:GROUP WORKING-DIRECTORY PROGRAM [ARGUMENT]...
set -eu

root=$1
user=$2
directory=$3
shift 3
mount --bind "$root" "$root"
mount -o remount,bind,ro "$root"
for path in dev proc; do mount --rbind "/$path" "$root/$path"; done

# Not by a shell of the image: it must need none.
exec chroot --userspec="$user" --groups="" "$root" /usr/bin/env -C "$directory" "$@"
