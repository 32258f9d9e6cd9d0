# qacd: a session-aware query-autocompletion daemon.
#
# To use it:
#   make demo      build everything, index the shipped log, start a daemon, open the client
#   make demo-web  the same as a page: http://ada.localhost:8181, or PORT
#   make web       build qac-web, which puts a daemon on the web (docs/web.md)
#   make install   put the programs into PREFIX/bin (default /usr/local), and the units of a user's
#                  daemon for shells into PREFIX/lib/systemd/user
#   make install-web   add qac-web to them
#   make dist      self-contained programs in .build/dist/bin: no Swift libraries needed
#                  (docs/packaging.md). WITH_CLUSTER=1 makes qacd-cluster, too, which needs libpq
#   make manual    write man pages and completion scripts of all programs to .build/manual
#   make deb       Debian packages in .build/deb: qacd, qacd-web, python3-qacd; with WITH_CLUSTER=1
#                  also qacd-cluster
#   make tarball   the same programs with an install.sh
#   make image     an image of the daemon, by buildah
#   make clean     remove everything that was built
#
# To change it:
#   make build     debug build of programs and tests
#   make test      build and run every test
#   make release   optimised build of the programs, in .build/release
#   make lint      check the format rules, strictly
#   make layers    check imports and manifest against the layers of docs/design.md
#   make release-check  check that version, changes, tree and documents are ready (docs/releasing.md)
#   make shells    test the prompts of zsh, bash and fish on the real shells
#   make package-test  install, upgrade and purge the packages in a Debian 12 of its own, with systemd
#   make clients   test the clients in other languages and the search box, in editors and a browser
#   make spark-test    logs that Apache Spark reads, EVENTS (50000000) of them: the same index
#   make web-tests test qac-web with curl, redis, elasticsearch, schemathesis and Chromium
#
# To measure it:
#   make evaluate  quality on the shipped log, and on the logs in the directory QAC_DATA if set
#   make curves    quality as one setting of the index varies, on the same logs, as plots
#   make nights    fourteen nights of rebuilds with 3,000 people, and of the log QAC_NIGHTS_LOG
#   make bench     completions in process and over the socket, builds, starts, swaps;
#                  BENCH="--parts engine" etc., logs of other sizes in QAC_GEO (Benchmarks/geonames)
#   make beside    PECOS beside ours in one run: latency, training, size, memory (Benchmarks/pecos)
#   make redisearch   RediSearch's suggestions beside the daemon in one run (Benchmarks/redisearch)
#   make bulk      read and aggregate EVENTS (50000000) events of LABELS (5000000) simulated labels
#   make cluster-test  kills, partitions, deletions and costs of replicas; CLUSTER="--only NAME" etc.
#   make web-load  requests per second of qac-web beside an empty route, and under attack
#   make programs  sizes, starts and memory of what make dist leaves, beside the release build
#   make instructions         compare the instructions that fixed work takes with the baseline
#   make instructions-update  write a new baseline; commit it with the reason
#
# To try to break it:
#   make hostile   how long a client that types waits during attacks; HOSTILE="--only NAME" etc.,
#                  with a large index if QAC_GEO is set (Benchmarks/hostile)
#   make kills     kill the daemon KILLS times (500) under load: nothing acknowledged is lost
#   make model     SEQUENCES (10000) generated sequences of operations against the daemon's model
#   make swaps     SWAPS (3000) indexes swapped under load
#   make crowd     CONNECTIONS (20000) connections, of which the daemon holds 512
#   make soak      mixed load for SECONDS (1800), with flat memory and descriptors
#   make fuzz      libFuzzer on all code that reads foreign bytes, FUZZ_SECONDS (60) per target
#   make asan tsan every test under AddressSanitizer, under ThreadSanitizer; FILTER chooses some

SWIFT ?= swift
PREFIX ?= /usr/local
# What only some need, beside what is asked for in the environment already (Package.swift).
WITH = QAC_WITH=$$QAC_WITH,$(1)
comma = ,
CHECK = --explicit-target-dependency-import-check error
PROGRAMS = qacd qac-cli qac-index
UNITS = $(notdir $(wildcard contrib/systemd/*))
# Self-contained programs: the Swift runtime inside, ICU's data without what is never used, without
# symbols, and without the path of this folder (dev/one-path), so that two folders build the same
# bytes.
DIST = .build/dist
ICU = .build/static/icu-data.o
STATIC = -c release --static-swift-stdlib --disable-local-rpath -debug-info-format none \
	-Xswiftc -use-ld=lld -Xlinker --strip-all -Xlinker -z -Xlinker pack-relative-relocs \
	-Xswiftc -Xfrontend -Xswiftc -function-sections
KILLS = 500
SEQUENCES = 10000
SWAPS = 3000
CONNECTIONS = 20000
SECONDS = 1800
FUZZ_SECONDS = 60
EVENTS = 50000000
LABELS = 5000000
PORT = 8181

# The commit that --version of an optimised build shows; none in a tarball. Debug builds go without,
# so that a commit does not link them again.
COMMITTED = release web dist demo demo-web cluster-build bench instructions instructions-update
$(COMMITTED): export QACD_COMMIT := $(if $(QACD_COMMIT),$(QACD_COMMIT),$(if $(wildcard .git),$(shell \
  git describe --always --dirty --abbrev=12 --exclude='*' 2>/dev/null)))

INSTALL = install -d $(DESTDIR)$(PREFIX)/bin && install -m 755

.PHONY: demo test build release lint layers clients shells evaluate nights bulk curves bench \
	hostile beside instructions instructions-update web web-tests web-load demo-web kills model \
	swaps crowd soak fuzz asan tsan install install-web clean dist manual deb tarball image \
	package-test prerequisites redisearch cluster cluster-build cluster-stop \
	cluster-test programs programs-here \
	release-check spark-test

demo: prerequisites
	@dev/demo

demo-web: prerequisites
	@dev/demo-web $(PORT)

web: prerequisites
	$(call WITH,web) $(SWIFT) build -c release --product qac-web

web-tests: release web
	QAC_BIN_DIR=$$($(SWIFT) build -c release --show-bin-path) dev/web-tests

web-load: release web
	$(SWIFT) build -c release --package-path Benchmarks/web
	python3 Benchmarks/web/load.py --programs "$$($(SWIFT) build -c release --show-bin-path)" \
	  --empty "$$($(SWIFT) build -c release --package-path Benchmarks/web --show-bin-path)/empty-route"

test: build
	@dev/prerequisites tests
	$(SWIFT) test --skip-build $(CHECK)

build: prerequisites
	$(SWIFT) build --build-tests $(CHECK)

release: prerequisites
	$(SWIFT) build -c release

lint:
	$(SWIFT) format lint --strict --recursive Package.swift Sources Tests Benchmarks Fuzzing \
	  Web/Sources Cluster/Sources

nights: release build
	QAC_BIN_DIR=$$($(SWIFT) build -c release --show-bin-path) QAC_NIGHTS_USERS=3000 \
	  $(SWIFT) test --skip-build $(CHECK) --filter NightsTests

bulk: release
	logs=$$(mktemp -d) && trap 'rm -rf "$$logs"' EXIT && \
	  python3 Benchmarks/nights/simulate.py --out "$$logs" --events $(EVENTS) --labels $(LABELS) && \
	  python3 Benchmarks/nights/measure.py \
	    --tool "$$($(SWIFT) build -c release --show-bin-path)/qac-index" --log "$$logs/day-*.tsv"

layers: build
	@dev/layers

spark-test: release
	QAC_BIN_DIR=$$($(SWIFT) build -c release --show-bin-path) EVENTS=$(EVENTS) LABELS=$(LABELS) \
	  dev/spark-test

shells: build
	QAC_BIN_DIR=$$($(SWIFT) build --show-bin-path) dev/shells

clients: build
	QAC_BIN_DIR=$$($(SWIFT) build --show-bin-path) dev/clients

evaluate: release
	@dev/evaluate

curves: release
	@dev/curves

bench: release
	$(call WITH,benchmarks) $(SWIFT) run -c release qac-bench \
		--tools "$$($(SWIFT) build -c release --show-bin-path)" $(BENCH)

hostile: release
	python3 Benchmarks/hostile/hostile.py \
		--programs "$$($(SWIFT) build -c release --show-bin-path)" $(HOSTILE)

beside: release
	@dev/beside

redisearch: release
	@dev/redisearch

programs: release dist
	python3 Benchmarks/programs/measure.py \
	  release="$$($(SWIFT) build -c release --show-bin-path)" dist=$(DIST)/bin

instructions: prerequisites
	@dev/instructions

instructions-update: prerequisites
	@dev/instructions --update

kills: build
	QAC_KILLS=$(KILLS) $(SWIFT) test --skip-build $(CHECK) --filter KillTests
	QAC_COPIES=$(KILLS) $(SWIFT) test --skip-build $(CHECK) --filter SessionStoreCrashTests

# In memory if possible, because it makes and syncs thousands of databases.
model: build
	TMPDIR=$(firstword $(wildcard /dev/shm) /tmp) QAC_SEQUENCES=$(SEQUENCES) \
	  $(SWIFT) test --skip-build $(CHECK) --filter DaemonModelTests

swaps: build
	QAC_SWAPS=$(SWAPS) $(SWIFT) test --skip-build $(CHECK) --filter SwapTests

crowd: build
	QAC_CONNECTIONS=$(CONNECTIONS) $(SWIFT) test --skip-build $(CHECK) --filter CrowdTests

soak: build
	QAC_SOAK_SECONDS=$(SECONDS) $(SWIFT) test --skip-build $(CHECK) --filter SoakTests

fuzz: prerequisites
	FUZZ_SECONDS=$(FUZZ_SECONDS) dev/fuzz $(FUZZ)

asan: prerequisites
	dev/sanitize address '$(FILTER)'

tsan: prerequisites
	dev/sanitize thread '$(FILTER)'

install: release
	$(INSTALL) $(addprefix .build/release/,$(PROGRAMS)) $(DESTDIR)$(PREFIX)/bin
	install -d $(DESTDIR)$(PREFIX)/lib/systemd/user
	for unit in $(UNITS); do \
	  sed 's|@bindir@|$(PREFIX)/bin|' contrib/systemd/$$unit \
	    > $(DESTDIR)$(PREFIX)/lib/systemd/user/$$unit || exit; \
	done

dist: prerequisites
	dev/one-path $(MAKE) programs-here

# What `make dist` does at the path that the programs shall know.
programs-here:
	dev/icu-data $(ICU)
	for program in $(PROGRAMS) qac-web $(if $(WITH_CLUSTER),qacd-cluster); do \
	  $(call WITH,web$(if $(WITH_CLUSTER),$(comma)cluster)) $(SWIFT) build $(STATIC) \
	    --scratch-path .build/static --product $$program || exit; \
	done
	rm -rf $(DIST)
	install -d $(DIST)/bin
	install -m 755 .build/static/release/qac-cli $(DIST)/bin
	dev/link-programs .build/static/release $(ICU) $(DIST)/bin/qacd qacd qac-index
	dev/link-programs .build/static/release $(ICU) $(DIST)/bin/qac-web qac-web
	ln -s qacd $(DIST)/bin/qac-index
	$(if $(WITH_CLUSTER),dev/link-programs .build/static/release $(ICU) \
	  $(DIST)/bin/qacd-cluster qacd-cluster -lpq)

cluster-build: prerequisites
	$(call WITH,cluster) $(SWIFT) build -c release --product qacd-cluster

cluster: cluster-build
	contrib/cluster/cluster start

cluster-stop:
	contrib/cluster/cluster stop

cluster-test: cluster-build release
	contrib/cluster/test.py --tools "$$($(SWIFT) build -c release --show-bin-path)" $(CLUSTER)

install-web: web
	$(INSTALL) .build/release/qac-web $(DESTDIR)$(PREFIX)/bin

manual: dist
	rm -rf .build/manual
	dev/manual/manual.py --programs $(DIST)/bin --out .build/manual

deb: manual
	dev/deb

tarball: manual
	dev/tarball

image: deb
	dev/image

package-test: deb tarball
	dev/package-test

release-check: lint build
	dev/release check
	$(SWIFT) test --skip-build $(CHECK) --filter "DocumentationTests|DocumentedCommandsTests"

clean:
	rm -rf .build .build_address .build_thread Benchmarks/web/.build Fuzzing/.build

prerequisites:
	@dev/prerequisites
