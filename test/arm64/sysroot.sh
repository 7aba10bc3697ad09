#!/bin/sh
# Lays out what the arm64 binary for musl needs beside an emulated processor: sysroot.sh DIR
# DIR/root gets the loader of musl and libstdc++, out of Debian's packages for arm64; nothing of arm64 is installed.
# DIR/cwmpd starts the binary that CWMPD_ARM64 names.
set -eu
here=$(dirname "$0")
mkdir -p "$1"
cd "$1"
directory=$PWD
cd - > /dev/null
wanted=
for program in qemu-aarch64-static:qemu-user-static aarch64-linux-gnu-gcc:gcc-aarch64-linux-gnu; do
	command -v "${program%%:*}" > /dev/null 2>&1 || wanted="$wanted ${program##*:}"
done
if [ -n "$wanted" ]; then
	[ "$(id -u)" = 0 ] || {
		echo "arm64: install$wanted first"
		exit 1
	}
	apt-get update -qq
	# shellcheck disable=SC2086 # a list of package names
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $wanted > /dev/null
fi
if [ ! -e "$directory/root/lib/glibc.so" ]; then
	lists=$directory/apt
	mkdir -p "$lists/lists/partial" "$lists/cache/archives/partial" "$directory/root/lib"
	arm64() {
		apt-get -qq -o Dir::State::lists="$lists/lists" -o Dir::State::status=/dev/null -o Dir::Cache="$lists/cache" \
			-o APT::Architecture=arm64 -o APT::Architectures::=arm64 -o APT::Sandbox::User=root "$@"
	}
	arm64 update
	(cd "$lists" && arm64 download musl libstdc++6 libgcc-s1)
	for package in "$lists"/*.deb; do dpkg-deb -x "$package" "$lists/unpacked"; done
	for file in lib/ld-musl-aarch64.so.1 usr/lib/aarch64-linux-gnu/libstdc++.so.6 lib/aarch64-linux-gnu/libgcc_s.so.1; do
		cp -L "$lists/unpacked/$file" "$directory/root/lib/"
	done
	rm -r "$lists"
	aarch64-linux-gnu-gcc -O2 -shared -fPIC -nostdlib -ffreestanding -fno-stack-protector -Wl,--allow-shlib-undefined \
		"$here/glibc.c" -o "$directory/root/lib/glibc.so"
fi
cat > "$directory/cwmpd" <<EOF
#!/bin/sh
exec qemu-aarch64-static -L $directory/root -E LD_PRELOAD=/lib/glibc.so $CWMPD_ARM64 "\$@"
EOF
chmod 755 "$directory/cwmpd"
