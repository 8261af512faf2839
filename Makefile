# make          build the program in release mode (.build/release/sheaf, and sheaf-networks beside it)
# make deps     install what the build needs: Debian packages where permitted, libtorch into the user's cache
# make demo     the whole road on a synthetic organ: planes -> store -> corpus -> training -> segmented organ -> scores
# make test     set up and run every test
# make fuzz     give every parser mutated files for FUZZ_SECONDS (default 120)
# make bench    measure Sheaf and its peers side by side; writes benchmarks/RESULTS.md
# make install  copy the two programs to PREFIX/bin (default ~/.local)

SHELL := /bin/bash
PREFIX ?= $(HOME)/.local
DEMO ?= demo
FUZZ_SECONDS ?= 120
SWIFT_FLAGS := -c release
PROGRAMS := sheaf sheaf-networks

# The Makefile and Package.swift agree on libtorch through this variable; `make deps` may have to fetch it first.
define with_libtorch
export LIBTORCH="$$(scripts/find-libtorch.sh)"; [ -n "$$LIBTORCH" ] || unset LIBTORCH;
endef

.PHONY: build deps demo test fuzz bench format lint install clean

build: deps
	$(with_libtorch) for program in $(PROGRAMS); do swift build $(SWIFT_FLAGS) --product $$program || exit 1; done

deps:
	@scripts/install-dependencies.sh

demo: build
	@SHEAF="$(CURDIR)/.build/release/sheaf" scripts/demo.sh "$(DEMO)"

test: deps
	$(with_libtorch) swift build $(SWIFT_FLAGS) --build-tests
	@$(with_libtorch) set -o pipefail; swift test $(SWIFT_FLAGS) --skip-build 2>&1 | tee .build/test.log \
	|| { echo "── what failed"; awk '/^✘.*recorded an issue/ { print; shown = 6; next } \
		/^(◇|✔|✘|↓)/ { shown = 0 } shown-- > 0' .build/test.log | cut -c 1-400 | tail -n 60; exit 1; }

# Only what is fuzzed is built.
fuzz: deps
	$(with_libtorch) SHEAF_ONLY=fuzz-formats swift build $(SWIFT_FLAGS) --product fuzz-formats
	.build/release/fuzz-formats --seconds $(FUZZ_SECONDS)

bench: build
	$(with_libtorch) swift build $(SWIFT_FLAGS) --product read-store-benchmark
	@SHEAF="$(CURDIR)/.build/release/sheaf" benchmarks/run.sh

format:
	swift format format --in-place --recursive --parallel Package.swift Sources Tests

lint:
	swift format lint --strict --recursive --parallel Package.swift Sources Tests

install: build
	install -D --target-directory="$(PREFIX)/bin" $(PROGRAMS:%=.build/release/%)

clean:
	swift package clean
