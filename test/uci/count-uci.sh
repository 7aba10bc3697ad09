#!/bin/sh
# Adds one to `option NAME` of a package, many times, in uci's order of steps: open, wait for the lock, read what was
# opened whether it still has the name or not, write a file beside it, let go, rename.
#   count-uci.sh FILE NAME ROUNDS
file=$1 name=$2 rounds=$3
i=0
while [ "$i" -lt "$rounds" ]; do
  exec 9<>"$file"
  flock -x 9
  new=$(mktemp "${file%/*}/.${file##*/}.uci-XXXXXX")
  sed "s/option $name '$i'/option $name '$((i + 1))'/" <&9 >"$new"
  exec 9>&-
  mv "$new" "$file"
  i=$((i + 1))
done
