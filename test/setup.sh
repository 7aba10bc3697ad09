#!/bin/sh
# Installs what the tests start for real: servers and tools of Debian. Elsewhere, or without root, nothing is
# installed, and each suite that lacks its program skips and is counted as skipped.
set -eu
wanted=""
need() { command -v "$1" >/dev/null 2>&1 || [ -x "/usr/sbin/$1" ] || wanted="$wanted $2"; }
need nginx nginx-light
need xmllint libxml2-utils
need openssl openssl
need xmlsec1 xmlsec1
need curl curl
need lighttpd "lighttpd lighttpd-mod-webdav"
need vsftpd vsftpd
need in.tftpd tftpd-hpa
need fw_printenv libubootenv-tool
need flock util-linux
need python3 python3
need busybox busybox
need dhcpd isc-dhcp-server
need kea-dhcp4 kea-dhcp4-server
need ip iproute2
need dnsmasq dnsmasq-base
need nft nftables
need shellcheck shellcheck
need chromium chromium
need qemu-system-x86_64 qemu-system-x86
need mksquashfs squashfs-tools
need mke2fs e2fsprogs
need depmod kmod
need cpio cpio
need xz xz-utils
need stund stun-server
need turnserver coturn
need nft nftables
need conntrack conntrack
need sshd openssh-server
need ssh openssh-client
need script bsdutils
[ -n "$wanted" ] || exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
	echo "Installing for the tests:$wanted"
	apt-get update -qq
	# shellcheck disable=SC2086 # a list of package names
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $wanted >/dev/null
else
	echo "Not root on Debian: suites that need$wanted will be skipped."
fi
