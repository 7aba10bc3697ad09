#!/bin/sh
# Adds one to `option NAME` of a package, many times: flock, read, rename, as a careful script does it.
#   count.sh FILE NAME ROUNDS
file=$1 name=$2 rounds=$3
i=0
while [ "$i" -lt "$rounds" ]; do
  exec 9<>"$file"
  flock -x 9
  # The lock must be that of the file which is there now.
  if [ "$(stat -Lc %i /proc/self/fd/9)" = "$(stat -c %i "$file")" ]; then
    value=$(sed -n "s/.*option $name '\([0-9]*\)'.*/\1/p" "$file")
    sed "s/option $name '[0-9]*'/option $name '$((value + 1))'/" "$file" >"${file%/*}/.script" && mv "${file%/*}/.script" "$file"
    i=$((i + 1))
  fi
  exec 9>&-
done
