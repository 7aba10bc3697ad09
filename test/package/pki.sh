#!/bin/sh
# Makes keys and certificates for the tests of signed packages, with openssl: pki.sh DIR
# Each NAME.pem has its NAME.key; NAME.chain.pem is the certificate with those that issued it.
set -eu
cd "$1"
exec 2>openssl.log

request() { # NAME [KEY ALGORITHM...]
	name=$1
	shift
	[ $# -gt 0 ] || set -- -algorithm RSA -pkeyopt rsa_keygen_bits:2048
	openssl genpkey "$@" -out "$name.key"
	openssl req -new -key "$name.key" -subj "/O=Test/CN=$name" -out "$name.csr"
}

issue() { # NAME ISSUER DAYS EXTENSIONS [OPENSSL OPTION...]
	name=$1 issuer=$2 days=$3 extensions=$4
	shift 4
	printf '%b' "$extensions" >"$name.ext"
	openssl x509 -req -in "$name.csr" -CA "$issuer.pem" -CAkey "$issuer.key" -set_serial "$(($(date +%N | sed 's/^0*//') + 1))" \
		-days "$days" -extfile "$name.ext" -out "$name.pem" "$@"
	cat "$name.pem" "$issuer.pem" >"$name.chain.pem"
}

root() { # NAME
	openssl req -x509 -newkey rsa:2048 -nodes -keyout "$1.key" -out "$1.pem" -subj "/O=Test/CN=$1" -days 7300
}

signs='keyUsage=critical,digitalSignature\nextendedKeyUsage=codeSigning\n'
ca='basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n'

root root
root stranger

request signer; issue signer root 30 "$signs"
request second; issue second root 3650 "$signs"
request foreign; issue foreign stranger 3650 "$signs"
request plain; issue plain root 3650 'basicConstraints=CA:FALSE\n'
request mail; issue mail root 3650 'extendedKeyUsage=emailProtection\n'
request old; issue old root 3650 "$signs" -sha1
request md5; issue md5 root 3650 "$signs" -md5

request server; issue server root 3650 'extendedKeyUsage=serverAuth\n'
request cipher; issue cipher root 3650 'keyUsage=critical,keyEncipherment\n'
request odd; issue odd root 3650 "${signs}1.2.3.4=critical,ASN1:UTF8String:odd\n"
request weak -algorithm RSA -pkeyopt rsa_keygen_bits:768; issue weak root 3650 "$signs"
request curve -algorithm EC -pkeyopt ec_paramgen_curve:P-256; issue curve root 3650 "$signs"

request middle; issue middle root 3650 "basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign\n"
request below; issue below middle 3650 "$signs"
cat below.pem middle.pem >below.chain.pem
request lower; issue lower middle 3650 "$ca"
request toodeep; issue toodeep lower 3650 "$signs"
cat toodeep.pem lower.pem middle.pem >toodeep.chain.pem
request nameless; issue nameless root 3650 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,cRLSign\n'
request undernameless; issue undernameless nameless 3650 "$signs"
request underleaf; issue underleaf plain 3650 "$signs"
request bounded; issue bounded root 3650 "${ca}nameConstraints=critical,permitted;DNS:example.com\n"
request underbounded; issue underbounded bounded 3650 "$signs"
