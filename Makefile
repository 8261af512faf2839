# make            build in release mode: .build/release/sheaf, and sheaf-networks beside it
# make deps       install build dependencies: Debian packages where permitted, libtorch into the user's cache
# make demo       run the full pipeline on a synthetic organ: planes, store, corpus, training, segmentation, scores
# make test       build and run all tests; TEST=TilingTests or TEST=TilingTests.RankTests builds and runs only those
# make lint       check module dependencies, formatting, shell and Python scripts, documentation links
# make format     format Swift, C and C++ sources in place, and redraw docs/images/modules.svg
# make fuzz       feed mutated files to every parser for FUZZ_SECONDS (default 120)
# make bench      benchmark Sheaf against its peers; writes benchmarks/RESULTS.md
# make install    install both programs, their runtime libraries and shell completions under PREFIX (default ~/.local); DESTDIR is supported
# make uninstall  remove what `make install` installed

SHELL := /bin/bash
PREFIX ?= $(HOME)/.local
DEMO ?= demo
FUZZ_SECONDS ?= 120
SWIFT_FLAGS := -c release
PROGRAMS := sheaf sheaf-networks

# Compiled into the programs; changes recompile only their main files.
export SHEAF_COMMIT := $(shell git rev-parse --short=9 HEAD 2>/dev/null)

# Package.swift reads LIBTORCH. The search is done when a recipe runs, because `make deps` may have to download it first.
define with_libtorch
export LIBTORCH="$$(scripts/find-libtorch.sh)"; [ -n "$$LIBTORCH" ] || unset LIBTORCH;
endef

.PHONY: build deps demo test lint format fuzz bench install uninstall clean

build: deps
	$(with_libtorch) for program in $(PROGRAMS); do swift build $(SWIFT_FLAGS) --product $$program || exit 1; done

deps:
	@scripts/install-dependencies.sh

demo: build
	@SHEAF="$(CURDIR)/.build/release/sheaf" scripts/demo.sh "$(DEMO)"

# `SHEAF_ONLY` limits the package to a test target and its dependencies; the filter may name a suite or test in it.
ifdef TEST
test: export SHEAF_ONLY = $(firstword $(subst /, ,$(subst ., ,$(TEST))))
test: TEST_FLAGS = --filter '$(TEST)'
endif
test: deps
	$(with_libtorch) swift build $(SWIFT_FLAGS) --build-tests
	@$(with_libtorch) set -o pipefail; swift test $(SWIFT_FLAGS) --skip-build $(TEST_FLAGS) 2>&1 \
		| tee .build/test.log | scripts/test-summary

lint:
	@scripts/lint

format:
	@scripts/lint --fix

# Builds only the fuzzer and what it tests.
fuzz: deps
	$(with_libtorch) SHEAF_ONLY=fuzz-formats swift build $(SWIFT_FLAGS) --product fuzz-formats
	.build/release/fuzz-formats --seconds $(FUZZ_SECONDS)

bench: build
	$(with_libtorch) swift build $(SWIFT_FLAGS) --product read-store-benchmark
	@SHEAF="$(CURDIR)/.build/release/sheaf" benchmarks/run.sh

INSTALLED := bin/sheaf libexec/sheaf/sheaf-networks share/bash-completion/completions/sheaf \
	share/zsh/site-functions/_sheaf share/fish/vendor_completions.d/sheaf.fish

install: build
	@scripts/install.sh .build/release "$(DESTDIR)$(PREFIX)"

uninstall:
	rm -f $(INSTALLED:%="$(DESTDIR)$(PREFIX)/%")
	rm -f "$(DESTDIR)$(PREFIX)/lib/sheaf/"*.so
	rm -rf "$(DESTDIR)$(PREFIX)/share/sheaf/weights"
	-rmdir "$(DESTDIR)$(PREFIX)/libexec/sheaf" "$(DESTDIR)$(PREFIX)/lib/sheaf" "$(DESTDIR)$(PREFIX)/share/sheaf" 2>/dev/null

clean:
	swift package clean
