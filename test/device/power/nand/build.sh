#!/bin/sh
# Fetches Debian's kernel headers and mtd-utils, unpacks them without installing anything, and compiles cutnand.ko.
# usage: build.sh DIRECTORY KERNEL-VERSION
set -eu
here="$(cd "$(dirname "$0")" && pwd)"
mkdir -p "$1"
cd "$1"
version="$2"
series="$(echo "$version" | cut -d . -f 1-2)"
flavourless="${version%-*}"
apt-get -o APT::Sandbox::User=root -qq download "linux-headers-$version" "linux-headers-$flavourless-common" \
	"linux-kbuild-$series" mtd-utils libiniparser1 liblzo2-2
for package in ./*.deb; do dpkg-deb -x "$package" root; done
rm ./*.deb
# Debian's makefiles name the places where the packages would be installed.
headers="root/usr/src/linux-headers-$version"
common="root/usr/src/linux-headers-$flavourless-common"
kbuild="$PWD/root/usr/lib/linux-kbuild-$series"
sed -i "s#\([= ]\)/usr/src/#\1$PWD/root/usr/src/#; s#/usr/lib/linux-kbuild#$PWD/root/usr/lib/linux-kbuild#" "$headers/Makefile"
for name in scripts tools; do
	for place in "$headers" "$common"; do
		[ ! -L "$place/$name" ] || ln -sfn "$kbuild/$name" "$place/$name"
	done
done
mkdir -p module
cp "$here/cutnand.c" module/
echo "obj-m := cutnand.o" > module/Makefile
make -s -C "$headers" M="$PWD/module" CC=gcc modules > make.log 2>&1 || {
	cat make.log >&2
	exit 1
}
mv module/cutnand.ko cutnand.ko
