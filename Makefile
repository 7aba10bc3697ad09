# cwmpd: every target sets up what it needs; `make help` lists them.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

BUN := node_modules/.bin/bun
INSTALLED := node_modules/.installed
BINARY := dist/cwmpd
SOURCES := $(shell find src platform -name '*.ts' -o -name '*.json' 2>/dev/null)

# Where Node's headers lie beside it, a module that has to be compiled needs no download of them.
HEADERS = prefix=$$(dirname "$$(dirname "$$(node -p process.execPath)")"); \
	[ -z "$${npm_config_nodedir:-}" ] && [ -e "$$prefix/include/node/node.h" ] && export npm_config_nodedir="$$prefix";

# Only the tests need it, so the agent is built and run without it too.
SQLITE = node -e 'new (require("better-sqlite3"))(":memory:")' 2>/dev/null

# Split, so that what is imported when first needed is also read and evaluated only then.
BUN_BUILD := build --compile --splitting --minify --bytecode --format=esm \
	--no-compile-autoload-dotenv --no-compile-autoload-bunfig --external better-sqlite3

.PHONY: help run demo build check test test-arm64 bench fuzz storm power conformance facts golden measure clean \
	qemu flash image package sbom

help: ## this list
	@echo "cwmpd, a TR-069 (CWMP) agent for home gateways"
	@echo
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{ printf "%-20s %s\n", $$1, $$2 }'
	@echo
	@echo "  make run ACS_URL=http://host:7547/   against your own ACS"
	@echo "  make demo ROOT=Device                with the data model of TR-181; make run takes it too"
	@echo "  make demo DHCP=1                     in namespaces: a gateway told nothing finds its ACS"
	@echo "  make demo DOWNLOAD=1                 with a configuration and an image by Download"
	@echo "  make bench ONLY=session              one row of the table"
	@echo "  make storm SEED=123                  one storm again; COUNT=n for that many from SEED on"
	@echo "  make fuzz COUNT=200000               as long as wanted"
	@echo "  make power COUNT=6 SEED=7            so many cuts of the power, by that seed"
	@echo "  make flash TARGET=qemu YES=1         DRY=1 only prints the steps; UNDO=1 with HOST= or DEV= goes back"

$(INSTALLED): package.json package-lock.json
	@command -v npm >/dev/null && node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null || \
		{ echo "Node 20 or later with npm is needed: install it, then call make again."; exit 1; }
	@$(HEADERS) npm install --no-save
	@touch $@

$(BINARY): $(INSTALLED) $(SOURCES)
	@mkdir -p dist
	$(BUN) $(BUN_BUILD) --define BUILD_TIME_MS=$$(date +%s)000 platform/main.ts --outfile $@

build: $(BINARY) ## the single binary, dist/cwmpd

run: $(BINARY) ## a sample gateway, an ACS and the agent, talking until Ctrl-C
	@$(BUN) test/demo/run.ts $(if $(ACS_URL),--acs-url "$$ACS_URL")

export ACS_URL ROOT

demo: $(BINARY) ## the same, ending by itself; fails if the session did not do what it should
	@$(BUN) test/demo/$(if $(DHCP),dhcp,demo).ts

check: $(INSTALLED) ## types, lint and the fast tests
	@node_modules/.bin/tsc --noEmit && node_modules/.bin/biome check . && node_modules/.bin/vitest run --project fast && \
		{ echo "Processor time, user and system, of the shell and of the commands:"; times; }

measure: $(INSTALLED) $(BINARY) ## which tests are slow, anew: test/slow.tsv, which `make check` leaves out
	@rm -f dist/measured.tsv
	MEASURE=$(CURDIR)/dist/measured.tsv node_modules/.bin/vitest run --maxWorkers=1
	@$(BUN) test/slow.ts dist/measured.tsv

test: $(INSTALLED) $(BINARY) ## everything; the last line counts it
	@sh test/setup.sh
	@$(SQLITE) || { $(HEADERS) npm install --no-save; $(SQLITE); } || { echo "better-sqlite3, which the tests use on Node, is missing:" \
		"without a ready-made one it needs a C++ compiler and python3."; exit 1; }
	node_modules/.bin/tsc --noEmit
	node_modules/.bin/biome check .
	@$(BUN) test/all.ts

test-arm64: $(INSTALLED) dist/musl/aarch64_generic/cwmpd ## sessions of the arm64 binary, on an emulated processor
	@CWMPD_ARM64=$(CURDIR)/dist/musl/aarch64_generic/cwmpd sh test/arm64/sysroot.sh dist/arm64
	@$(BUN) test/arm64/run.ts

bench: $(BINARY) ## speed and memory, each against a reference in the same run; dist/bench.json
	@$(BUN) test/bench/run.ts $(ONLY)

fuzz: $(INSTALLED) ## hostile bytes into every parser
	@$(BUN) test/fuzz/run.ts $(or $(SEED),1) $(or $(COUNT),200000)

storm: $(INSTALLED) ## faults by seed under a virtual clock
	@$(BUN) test/storm/run.ts $(or $(SEED),1) $(or $(COUNT),$(if $(SEED),1,10000))

power: $(BINARY) ## the plug of an emulated gateway is pulled, 50 times; NAND=1: with UBIFS on NAND flash
	@$(BUN) test/device/power/run.ts $(or $(COUNT),50) $(SEED)

export NAND

conformance: $(INSTALLED) ## what of TR-069 is proven, deviated from, open; docs/conformance.md
	@$(BUN) test/conformance/report.ts

golden: $(INSTALLED) ## rewrites golden texts; git diff reviews them
	UPDATE_GOLDEN=1 node_modules/.bin/vitest run

facts: $(INSTALLED) ## rewrites the facts of both data models from their tables; git diff reviews them
	@$(BUN) test/facts/write-facts.ts

qemu: $(BINARY) ## an emulated gateway: boots to a shell, with the agent and an ACS
	@$(BUN) image/qemu.ts

flash: $(BINARY) ## onto a device, a card or an emulated gateway: HOST=, DEV=, TARGET=qemu
	@$(BUN) image/flash/main.ts

# Some shells export HOST, the name of this machine, of their own accord.
ifeq ($(origin HOST),environment)
ifneq ($(DEV)$(TARGET),)
HOST :=
endif
endif
export HOST DEV TARGET IMAGE FILE DRY YES KEEP UNDO

MUSL := dist/musl/x86_64/cwmpd dist/musl/aarch64_generic/cwmpd
RUNTIME_x86_64 := bun-linux-x64-musl
RUNTIME_aarch64_generic := bun-linux-arm64-musl

# The time of the build is that of the source: the same source gives the same package, and the same image.
SOURCE_TIME := $(or $(SOURCE_DATE_EPOCH),1767225600)

dist/image/cwmpd: $(INSTALLED) $(SOURCES)
	@mkdir -p $(@D)
	$(BUN) $(BUN_BUILD) --define BUILD_TIME_MS=$(SOURCE_TIME)000 platform/main.ts --outfile $@

image: dist/image/cwmpd ## a root image (squashfs-xz) and a disk with two slots, in dist/image
	@$(BUN) image/make-image.ts

dist/musl/%/cwmpd: $(INSTALLED) $(SOURCES)
	@mkdir -p $(@D)
	$(BUN) $(BUN_BUILD) --target=$(RUNTIME_$*) --define BUILD_TIME_MS=$(SOURCE_TIME)000 platform/main.ts --outfile $@

package: $(MUSL) ## packages for OpenWrt, .ipk and .apk, in dist/package
	@$(BUN) image/make-packages.ts

sbom: $(INSTALLED) ## what is in the binary, as CycloneDX: dist/cwmpd.cdx.json
	@$(BUN) image/sbom.ts

clean: ## everything that was built
	rm -rf dist
