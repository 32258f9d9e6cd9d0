# qacd: a session-aware query-autocompletion daemon.
#
#   make demo      build everything, index the shipped log, start a daemon, open the client
#   make test      build and run every test
#   make build     debug build of programs and tests
#   make release   optimised build of the programs, in .build/release
#   make lint      format rules, strictly
#   make layers    hold imports and manifest against the layers of docs/design.md
#   make evaluate  quality on the shipped log, and on the logs in QAC_DATA if that names a directory
#   make curves    quality as one setting of the index varies, on the same logs, as plots
#   make bench     latency of a completion in process, on the shipped log
#   make install   put the programs into PREFIX/bin (default /usr/local)
#   make clean     remove what was built

SWIFT ?= swift
PREFIX ?= /usr/local
CHECK = --explicit-target-dependency-import-check error
PROGRAMS = qacd qac-cli qac-index

.PHONY: demo test build release lint layers evaluate curves bench install clean prerequisites

demo: prerequisites
	@.ci/demo

test: build
	$(SWIFT) test --skip-build $(CHECK)

build: prerequisites
	$(SWIFT) build --build-tests $(CHECK)

release: prerequisites
	$(SWIFT) build -c release

lint:
	$(SWIFT) format lint --strict --recursive Package.swift Sources Tests Benchmarks

layers: build
	@.ci/layers

evaluate: release
	@.ci/evaluate

curves: release
	@.ci/curves

bench: prerequisites
	$(SWIFT) run -c release --package-path Benchmarks qac-bench data/shop-simulated.events.tsv.gz

install: release
	install -d $(DESTDIR)$(PREFIX)/bin
	install -m 755 $(addprefix .build/release/,$(PROGRAMS)) $(DESTDIR)$(PREFIX)/bin

clean:
	rm -rf .build Benchmarks/.build

prerequisites:
	@.ci/prerequisites
