# make help lists the targets. Everything that is built lies under build/<variant>/.

VERSION := 0.1.0
VARIANT ?= release
B := build/$(VARIANT)

CC ?= cc
PREFIX ?= /usr/local
LIBDIR ?= $(PREFIX)/lib
DESTDIR ?=
# LINK=shared takes json-c from the system as a shared library; static keeps it inside, hidden.
LINK ?= static
# V=1 shows the compiler calls
Q := $(if $(V),,@)

# ------------------------------------------------------------------ flags

WARNINGS := -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes \
            -Wmissing-prototypes -Wwrite-strings -Wformat=2 -Wvla -Wundef -Wpointer-arith -Werror
HARDEN := -fstack-protector-strong -fstack-clash-protection -fcf-protection
ifeq ($(VARIANT),asan)
CFLAGS ?= -O1 -g -fno-omit-frame-pointer
SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all
else ifeq ($(VARIANT),fuzz)
CC := clang
CFLAGS ?= -O1 -g -fno-omit-frame-pointer
SANITIZE := -fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=all
else ifeq ($(VARIANT),tsan)
CFLAGS ?= -O1 -g -fno-omit-frame-pointer
SANITIZE := -fsanitize=thread
else
CFLAGS ?= -O2 -g
HARDEN += -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
endif
ALL_CPPFLAGS = -D_GNU_SOURCE -DFCM_VERSION='"$(VERSION)"' -Iinclude $(CPPFLAGS)
ALL_CFLAGS = -std=c11 -fPIC -fvisibility=hidden -pthread $(WARNINGS) $(HARDEN) $(SANITIZE) $(CFLAGS)
ALL_LDFLAGS = -pthread $(SANITIZE) -Wl,--as-needed $(LDFLAGS)
PLUGIN_LDFLAGS := -shared -Wl,-soname,falcon_case_management.so \
                  -Wl,--version-script=plugin/plugin.map -Wl,--exclude-libs,ALL -Wl,--gc-sections \
                  -Wl,-z,defs,-z,now,-z,relro,-z,noexecstack,-z,nodelete
ifeq ($(LINK),shared)
JSON_C := -ljson-c
else
JSON_C := -l:libjson-c.a
endif
# libconfig is loaded by name when a configuration is read (config_bind.c), so that it cannot be bound
# to a host's functions of the same name before that is looked at
PLUGIN_LIBS := $(JSON_C) -lcurl
SANDBOX_LIBS := -lmicrohttpd -lsqlite3 -ljson-c -lzip -lyaml -lnettle -lz

# ------------------------------------------------------------------ sources

BASE_SRC := $(wildcard plugin/base/*.c)
PLUGIN_SRC := $(wildcard plugin/*.c) $(BASE_SRC)
GEN_SRC := $(wildcard plugin/gen/*.c)
SANDBOX_SRC := $(wildcard tests/sandbox/*.c)
CLI_SRC := $(wildcard tests/hosts/cli/*.c)
E2E_SUPPORT_SRC := $(wildcard tests/e2e/support/*.c)
UNIT_SRC := $(wildcard tests/unit/*.c)
E2E_SRC := $(wildcard tests/e2e/*.c)
TORTURE_SRC := $(wildcard tests/torture/*.c)
FUZZ_SANDBOX := $(patsubst tests/fuzz/sandbox_%.c,%,$(wildcard tests/fuzz/sandbox_*.c))
FUZZ_PLUGIN := $(patsubst tests/fuzz/plugin_%.c,%,$(wildcard tests/fuzz/plugin_*.c))
FUZZ := $(FUZZ_SANDBOX) $(FUZZ_PLUGIN)
BENCH_SRC := $(wildcard tests/bench/*.c)
MANIFESTS := $(sort $(wildcard manifests/*.json manifests/*/*.json))

obj = $(patsubst %.c,$(B)/obj/%.o,$(1))
PLUGIN_OBJ := $(call obj,$(PLUGIN_SRC)) $(B)/obj/catalog_tables.o
GEN_OBJ := $(call obj,$(GEN_SRC))
# the compiler of the manifests shares the validator and the basics with the plugin
GEN_SHARED_OBJ := $(call obj,$(BASE_SRC) $(wildcard plugin/validate*.c))
SANDBOX_PAGE := $(wildcard tests/sandbox/page/*)
SANDBOX_OBJ := $(call obj,$(SANDBOX_SRC)) $(B)/obj/tests/sandbox/page_files.o
CLI_OBJ := $(call obj,$(CLI_SRC))
E2E_SUPPORT_OBJ := $(call obj,$(E2E_SUPPORT_SRC))
# a unit test is linked with what it tests: sandbox_* with the sandbox, host_* with soarhost,
# all others with the plugin's files and the compiler's
UNIT := $(patsubst tests/unit/%.c,$(B)/unit/%,$(UNIT_SRC))
UNIT_SANDBOX := $(filter $(B)/unit/sandbox_%,$(UNIT))
UNIT_HOST := $(filter $(B)/unit/host_%,$(UNIT))
UNIT_PLUGIN := $(filter-out $(UNIT_SANDBOX) $(UNIT_HOST),$(UNIT))
E2E := $(patsubst tests/e2e/%.c,$(B)/e2e/%,$(E2E_SRC))
BENCH_SUPPORT_OBJ := $(patsubst %.c,$(B)/obj/%.o,$(wildcard tests/bench/support/*.c))
BENCH := $(B)/bench/server $(patsubst tests/bench/%.c,$(B)/bench/%,$(BENCH_SRC))

PROGRAMS := $(B)/falcon_case_management.so $(B)/soarhost $(B)/falcon-sandbox

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: FORCE
FORCE:

## all          build the plugin, soarhost and falcon-sandbox
.PHONY: all
all: $(PROGRAMS)
ifeq ($(VARIANT),release)
all: build/falcon_case_management.so build/soarhost build/falcon-sandbox
build/falcon_case_management.so build/soarhost build/falcon-sandbox: build/%: $(B)/%
	@ln -sfn $(VARIANT)/$* $@
endif

# ------------------------------------------------------------------ dependencies

## deps         install what is missing (with demo or all: only what those need)
# Node.js and npm come from Debian unless they are there from elsewhere: the two exclude each other
NODE_DEBS := $(shell command -v npm >/dev/null 2>&1 || echo nodejs npm)
APT_DEMO := gcc libc6-dev libcurl4-openssl-dev libjson-c-dev libconfig-dev libmicrohttpd-dev \
            libsqlite3-dev libzip-dev libyaml-dev zlib1g-dev nettle-dev ca-certificates
# what tries the contract: the baseline, hosts that carry other libraries, and exports
APT_ABI := abigail-tools libjansson-dev libjemalloc2 python3-yaml zsh
APT_TEST := libcmocka-dev json-schema-test-suite perl python3 g++ clang clang-format cppcheck \
            binutils curl openssl nginx valgrind $(NODE_DEBS) chromium fonts-dejavu-core \
            locales libclang-rt-14-dev \
            python3-venv python3-celery python3-redis redis-server prometheus-alertmanager \
            mypy pkgconf libssl-dev $(APT_ABI)
ifeq ($(filter-out deps demo all,$(MAKECMDGOALS)),)
ifneq ($(filter demo all,$(MAKECMDGOALS)),)
APT := $(APT_DEMO)
NPM := no
endif
endif
APT ?= $(APT_DEMO) $(APT_TEST)
.PHONY: deps
deps:
	@tests/tools/install_packages $(APT)
	$(if $(NPM),,@tests/tools/install_node_modules)
ifneq ($(filter deps,$(MAKECMDGOALS)),)
AFTER_DEPS := deps
endif

# ------------------------------------------------------------------ compiling

$(B)/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) $(ALL_LDFLAGS) $(LINK)' | cmp -s - $@ || \
	 echo '$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) $(ALL_LDFLAGS) $(LINK)' > $@

$(B)/obj/plugin/%.o $(B)/obj/catalog_tables.o: ALL_CPPFLAGS += -Iplugin
# what of the tables only tests read stays out of the shared object
$(B)/obj/catalog_tables.o: private ALL_CFLAGS += -fdata-sections
$(B)/obj/tests/unit/%.o: ALL_CPPFLAGS += -Iplugin -Itests/sandbox -Itests/hosts/cli
$(B)/obj/tests/fuzz/%.o: ALL_CPPFLAGS += -Iplugin
$(B)/obj/tests/e2e/%.o $(B)/obj/tests/torture/%.o $(B)/obj/tests/soak/%.o: ALL_CPPFLAGS += -Itests/e2e/support
$(B)/obj/tests/torture/stages.o: ALL_CPPFLAGS += -Iplugin

$(B)/obj/%.o: %.c $(B)/flags | $(AFTER_DEPS)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c $< -o $@

$(B)/obj/tests/sandbox/page_files.o: tests/sandbox/page_files.S $(SANDBOX_PAGE) $(B)/flags | $(AFTER_DEPS)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) -c $< -o $@

$(B)/gen/catalog_tables.c: $(B)/mkcatalog $(MANIFESTS)
	@mkdir -p $(@D)
	$(B)/mkcatalog --version $(VERSION) --tables $@.tmp manifests && mv $@.tmp $@
$(B)/obj/catalog_tables.o: $(B)/gen/catalog_tables.c
	$(Q)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c $< -o $@

$(B)/mkcatalog: $(GEN_OBJ) $(GEN_SHARED_OBJ)
	$(Q)$(CC) $(ALL_LDFLAGS) $^ -ljson-c -o $@
$(B)/falcon_case_management.so: $(PLUGIN_OBJ) plugin/plugin.map
	$(Q)$(CC) $(ALL_LDFLAGS) $(PLUGIN_LDFLAGS) $(PLUGIN_OBJ) $(PLUGIN_LIBS) -o $@
$(B)/falcon-sandbox: $(SANDBOX_OBJ)
	$(Q)$(CC) $(ALL_LDFLAGS) $^ $(SANDBOX_LIBS) -o $@
$(B)/soarhost: $(CLI_OBJ)
	$(Q)$(CC) $(ALL_LDFLAGS) $^ -ljson-c -lyaml -o $@

$(UNIT_PLUGIN): $(B)/unit/%: $(B)/obj/tests/unit/%.o $(PLUGIN_OBJ) $(filter-out %/main.o,$(GEN_OBJ))
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) $^ -lcmocka -ljson-c -lcurl -lconfig -o $@
# these two export a symbol of libconfig's on purpose
$(B)/unit/config $(B)/unit/config_interposed: private ALL_LDFLAGS += -rdynamic
$(UNIT_SANDBOX): $(B)/unit/%: $(B)/obj/tests/unit/%.o $(filter-out %/main.o,$(SANDBOX_OBJ))
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) $^ -lcmocka $(SANDBOX_LIBS) -o $@
$(UNIT_HOST): $(B)/unit/%: $(B)/obj/tests/unit/%.o $(filter-out %/main.o,$(CLI_OBJ))
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) $^ -lcmocka -ljson-c -lyaml -o $@
$(E2E): $(B)/e2e/%: $(B)/obj/tests/e2e/%.o $(E2E_SUPPORT_OBJ)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) $^ -lcmocka -ljson-c $(E2E_LIBS) -o $@
# it looks into the sandbox's file
$(B)/e2e/sandbox_kill: private E2E_LIBS := -lsqlite3
# it stands in for the disk
$(B)/e2e/slow_disk: private ALL_LDFLAGS += -rdynamic
# a fuzz target is linked with what it tries: sandbox_* with the sandbox, plugin_* with the plugin's
# files and the compiler's. replay_* gives it the kept corpus, fuzz_* is libFuzzer's
FUZZ_SANDBOX_OBJ = $(filter-out %/main.o,$(SANDBOX_OBJ)) $(B)/obj/fuzz_main.o
FUZZ_PLUGIN_OBJ = $(PLUGIN_OBJ) $(filter-out %/main.o,$(GEN_OBJ))
$(B)/obj/fuzz_main.o: tests/sandbox/main.c $(B)/flags
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CPPFLAGS) -Dmain=sandbox_main $(ALL_CFLAGS) -Wno-missing-prototypes -MMD -MP -c $< -o $@
$(addprefix $(B)/fuzz/replay_,$(FUZZ_SANDBOX)): $(B)/fuzz/replay_%: $(B)/obj/tests/fuzz/sandbox_%.o \
    $(B)/obj/tests/fuzz/replay.o $(FUZZ_SANDBOX_OBJ)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) $^ $(SANDBOX_LIBS) -o $@
$(addprefix $(B)/fuzz/replay_,$(FUZZ_PLUGIN)): $(B)/fuzz/replay_%: $(B)/obj/tests/fuzz/plugin_%.o \
    $(B)/obj/tests/fuzz/replay.o $(FUZZ_PLUGIN_OBJ)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) $^ -ljson-c -lcurl -lconfig -o $@
$(addprefix $(B)/fuzz/fuzz_,$(FUZZ_SANDBOX)): $(B)/fuzz/fuzz_%: $(B)/obj/tests/fuzz/sandbox_%.o $(FUZZ_SANDBOX_OBJ)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) -fsanitize=fuzzer $^ $(SANDBOX_LIBS) -o $@
$(addprefix $(B)/fuzz/fuzz_,$(FUZZ_PLUGIN)): $(B)/fuzz/fuzz_%: $(B)/obj/tests/fuzz/plugin_%.o $(FUZZ_PLUGIN_OBJ)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) -fsanitize=fuzzer $^ -ljson-c -lcurl -lconfig -o $@
$(B)/torture/torture: $(call obj,$(filter-out %/stages.c,$(TORTURE_SRC))) $(E2E_SUPPORT_OBJ)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) $^ -lcmocka -ljson-c -o $@
$(B)/torture/stages: $(call obj,$(filter-out %/torture.c,$(TORTURE_SRC))) $(PLUGIN_OBJ)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) $^ -lcmocka $(PLUGIN_LIBS) -o $@
$(B)/soak/soak: $(call obj,tests/soak/soak.c) $(E2E_SUPPORT_OBJ)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) $^ -lcmocka -ljson-c -o $@
# clients share their measuring and the peers; the server's files are its own
$(B)/obj/tests/bench/%.o: ALL_CPPFLAGS += -Itests/bench/support
# the stages without a socket are the plugin's own files
$(B)/obj/tests/bench/stages.o: ALL_CPPFLAGS += -Iplugin
$(B)/bench/stages: $(B)/obj/tests/bench/stages.o $(PLUGIN_OBJ)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) $^ $(PLUGIN_LIBS) -o $@
$(filter-out %/stages %/server %/start,$(BENCH)): $(B)/bench/%: $(B)/obj/tests/bench/%.o $(BENCH_SUPPORT_OBJ)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) $^ -ljson-c -lcurl -o $@
$(B)/bench/server: $(call obj,$(wildcard tests/bench/server/*.c)) $(B)/obj/tests/bench/support/measure.o
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) $^ -lssl -lcrypto -o $@
# not linked with libcurl: it measures the loading of it
$(B)/bench/start: $(B)/bench/%: $(B)/obj/tests/bench/%.o $(B)/obj/tests/bench/support/measure.o
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) $^ -o $@

# ------------------------------------------------------------------ running

## demo         an endpoint alert worked to the end on the offline Falcon
.PHONY: demo
demo: all
	build/soarhost --sandbox --sandbox-arg=--rtr-delay=700 run tests/flows/endpoint_alert.json \
	    --input tests/flows/endpoint_alert.alert.json

TSAN := TSAN_OPTIONS=suppressions=$(CURDIR)/tests/tools/tsan.txt
# not under ASan: with LOCPATH glibc 2.36 loses memory at each newlocale, which json-c calls
PROVE := $(if $(filter asan,$(VARIANT)),,LOCPATH=$(CURDIR)/build/locale )CMOCKA_MESSAGE_OUTPUT=TAP FCM_BUILD=$(B) prove --exec tests/tools/tap
ifeq ($(VARIANT),asan)
PROVE := ASAN_OPTIONS=detect_leaks=1:detect_stack_use_after_return=1 $(PROVE)
else ifeq ($(VARIANT),tsan)
PROVE := $(TSAN) $(PROVE)
endif

## unit         unit tests (VARIANT=asan or tsan for those builds)
.PHONY: unit
unit: $(UNIT)
	$(PROVE) $(sort $(UNIT))

# the sandboxes of the release variant keep their answers, for `make answers`
ANSWERS := $(CURDIR)/$(B)/answers
KEEP_ANSWERS := $(if $(filter release,$(VARIANT)),FALCON_SANDBOX_ANSWERS=$(ANSWERS))
NODE := NODE_PATH=$(CURDIR)/build/npm/node_modules FCM_BUILD=$(B) node

# locales that write numbers and letters otherwise, for the tests alone
LOCALES := $(addprefix build/locale/,de_DE.UTF-8 tr_TR.UTF-8)
build/locale/%.UTF-8: | $(AFTER_DEPS)
	@mkdir -p $(@D)
	@localedef -i $* -f UTF-8 $(CURDIR)/$@

## e2e          the plugin against the sandbox: every case, every flow
.PHONY: e2e
e2e: $(PROGRAMS) $(E2E) $(LOCALES)
	@rm -rf $(ANSWERS) && mkdir -p $(ANSWERS)
	$(KEEP_ANSWERS) $(PROVE) $(sort $(E2E))

## peers        clients that others wrote against the sandbox
.PHONY: peers
peers: all
	@mkdir -p $(ANSWERS)
	$(KEEP_ANSWERS) $(NODE) --test tests/sandbox/peers/

## browser      the sandbox's page in headless Chromium; screenshots in build/screenshots
.PHONY: browser
browser: all
	@mkdir -p $(ANSWERS)
	$(KEEP_ANSWERS) $(NODE) --test tests/browser/

## hosts        each host of tests/hosts that has a test, against the sandbox
HOSTS := $(sort $(wildcard tests/hosts/*/test))
.PHONY: hosts $(HOSTS)
hosts: $(HOSTS)
$(HOSTS): all
	@mkdir -p $(ANSWERS)
	$(KEEP_ANSWERS) NODE_PATH=$(CURDIR)/build/npm/node_modules FCM_BUILD=$(B) $@

## celery-alerts  that test of hosts by itself: 1,000 alerts over workers of which two are killed
.PHONY: celery-alerts
celery-alerts: all
	FCM_BUILD=$(B) /usr/bin/python3 tests/hosts/celery/tests/killed_workers_test.py

## stubs        what hosts have for each action, written anew from the plugin
.PHONY: stubs
stubs: all
	python3 tests/hosts/python/generate.py $(B)/falcon_case_management.so
	$(NODE) tests/hosts/node/generate.js $(B)/falcon_case_management.so
	tests/hosts/node-red/write_examples

## answers      all answers of e2e, check, peers, browser and hosts against the service's declared models
.PHONY: answers
answers:
	$(NODE) tests/sandbox/peers/check_answers.js $(ANSWERS)

## check        what the repository promises of itself: header, symbols, README, documents
.PHONY: check
check: all
	@mkdir -p $(ANSWERS)
	$(KEEP_ANSWERS) FCM_BUILD=$(B) prove --exec '' $(sort $(wildcard tests/checks/*))

## abi          write the baseline of the ABI anew, for a change that is meant
.PHONY: abi
abi: all
	FCM_BUILD=$(B) tests/checks/abi --write

## test         everything: lint, unit, e2e, check, peers, browser, hosts, and unit and e2e under ASan and UBSan
.PHONY: test
test: | $(AFTER_DEPS)
	+$(MAKE) lint
	+$(MAKE) unit e2e check
	+$(MAKE) peers
	+$(MAKE) browser
	+$(MAKE) hosts
	+$(MAKE) answers
	+$(MAKE) torture replay
	+$(MAKE) bench-instructions
	+$(MAKE) tsan-smoke
	+$(MAKE) VARIANT=asan unit e2e replay

## replay       the kept inputs of the fuzz targets
.PHONY: replay
replay: $(addprefix $(B)/fuzz/replay_,$(FUZZ))
	$(foreach t,$(FUZZ),$(B)/fuzz/replay_$(t) tests/fuzz/corpus/$(t) &&) true

## fuzz         each fuzz target for FUZZ_SECONDS (600), from its kept inputs on
FUZZ_SECONDS ?= 600
.PHONY: fuzz
fuzz:
	+$(MAKE) VARIANT=fuzz $(addprefix build/fuzz/fuzz/fuzz_,$(FUZZ))
	$(foreach t,$(FUZZ),mkdir -p build/fuzz/found/$(t) && build/fuzz/fuzz/fuzz_$(t) -max_total_time=$(FUZZ_SECONDS) \
	    -timeout=20 -max_len=8192 -artifact_prefix=build/fuzz/found/$(t)- build/fuzz/found/$(t) tests/fuzz/corpus/$(t) &&) true

## fuzz-smoke   each for 15 s, and the kept inputs
.PHONY: fuzz-smoke
fuzz-smoke:
	+$(MAKE) fuzz FUZZ_SECONDS=15
	+$(MAKE) replay

## random       SEQUENCES (20000) random sequences of calls and faults, of a random seed or SEED
.PHONY: random
random: $(PROGRAMS) $(B)/e2e/random_sequences
	SEED=$${SEED:-$$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')} SEQUENCES=$${SEQUENCES:-20000} \
	    FCM_BUILD=$(B) CMOCKA_MESSAGE_OUTPUT=TAP $(B)/e2e/random_sequences

## soak         a million calls in one process (SOAK_CALLS), for SOAK_SECONDS (1800) at most
.PHONY: soak
soak: $(PROGRAMS) $(B)/soak/soak
	FCM_BUILD=$(B) CMOCKA_MESSAGE_OUTPUT=TAP $(B)/soak/soak

## torture      each allocation of a call fails in turn
.PHONY: torture
torture:
	+$(MAKE) VARIANT=torture LINK=shared $(addprefix build/torture/,falcon_case_management.so falcon-sandbox torture/torture torture/stages)
	FCM_BUILD=build/torture CMOCKA_MESSAGE_OUTPUT=TAP prove --exec tests/tools/tap build/torture/torture/stages build/torture/torture/torture

## tsan-smoke   the programs with threads under ThreadSanitizer
TSAN_E2E := $(addprefix build/tsan/e2e/,abi_threads ahead async auth_e2e in_flight many_threads slow_disk async_files)
.PHONY: tsan-smoke
tsan-smoke:
	+$(MAKE) VARIANT=tsan all $(TSAN_E2E)
	$(TSAN) FCM_BUILD=build/tsan CMOCKA_MESSAGE_OUTPUT=TAP prove --exec tests/tools/tap $(TSAN_E2E)

## tsan         the end-to-end tests under ThreadSanitizer
.PHONY: tsan asan
tsan asan:
	+$(MAKE) VARIANT=$@ unit e2e

## valgrind     unit tests of the plugin, and calls end to end, under valgrind's memcheck
# not: those that measure against timers or run for minutes in it, and `files`, since valgrind 3.19
# does not know openat2, and `secret`, of which it hides the pages
VALGRIND_NOT := files secret config gen scan_against_json_c schema_suite governor governor_file
VALGRIND_UNIT := $(filter-out $(addprefix $(B)/unit/,$(VALGRIND_NOT)),$(UNIT_PLUGIN))
VALGRIND_E2E := $(addprefix $(B)/e2e/,idempotency async)
VALGRIND := valgrind --quiet --leak-check=full --show-leak-kinds=definite,indirect --num-callers=24 \
    --error-exitcode=99 --suppressions=tests/tools/valgrind.supp
.PHONY: valgrind
valgrind: $(PROGRAMS) $(VALGRIND_UNIT) $(VALGRIND_E2E)
	FCM_BUILD=$(B) CMOCKA_MESSAGE_OUTPUT=TAP prove --exec '$(VALGRIND)' $(sort $(VALGRIND_UNIT) $(VALGRIND_E2E))

## bench        the plugin beside bare libcurl, libcurl with json-c and the vendor's SDK, as ratios (4 minutes)
.PHONY: bench
bench: all $(BENCH)
	tests/bench/run $(B)

## bench-scale  how cost grows with the answer, the list, threads and calls in flight
.PHONY: bench-scale
bench-scale: all $(BENCH)
	tests/bench/run_scale $(B)

## bench-readme  what bench and bench-scale found into README.md and tests/bench/*.svg
.PHONY: bench-readme
bench-readme:
	tests/bench/run --readme build/bench/results.json README.md

## bench-instructions  instructions of each stage on fixed inputs, against tests/bench/instructions.json
.PHONY: bench-instructions
bench-instructions: $(B)/bench/stages
	tests/bench/run_instructions $(B)

## bench-cancel  how long soar_cancel takes to end a call, alone and in a crowd
.PHONY: bench-cancel
bench-cancel: all $(B)/bench/cancel
	$(B)/bench/cancel $(B)/falcon_case_management.so

## bench-sandbox  falcon-sandbox at 1,000 and 100,000 cases: requests a second, filters, memory
.PHONY: bench-sandbox
bench-sandbox: all $(B)/bench/sandbox_client
	tests/bench/run_sandbox $(B)

## bench-celery  alerts a second with 1, 2 and 4 workers of Celery
.PHONY: bench-celery
bench-celery: all
	FCM_BUILD=$(B) tests/hosts/celery/bench

# ------------------------------------------------------------------ keeping it clean

## docs         write manifests/ACTIONS.md anew, and build/docs/catalogue.html to browse the actions
.PHONY: docs
docs: all $(B)/mkcatalog
	$(B)/mkcatalog --version $(VERSION) --actions-md manifests/ACTIONS.md manifests
	tests/tools/build_catalogue $(B)/soarhost $(B)/falcon_case_management.so build/docs/catalogue.html

FORMATTED := $(sort $(wildcard include/*.h plugin/*.[ch] plugin/*/*.[ch] tests/*/*.[ch] tests/*/*/*.[ch]))

## lint         formatting, include rules, banned calls, cppcheck, and all warnings of clang
.PHONY: lint
lint: | $(AFTER_DEPS)
	@clang-format --dry-run -Werror $(FORMATTED)
	tests/tools/check_rules
	cppcheck --quiet --error-exitcode=1 --std=c11 --inline-suppr -Iinclude -Iplugin \
	    --enable=warning,performance,portability --suppressions-list=tests/tools/cppcheck.txt \
	    -j 2 plugin tests/sandbox tests/hosts/cli tests/hosts/c
	+$(MAKE) VARIANT=clang CC=clang all

## format       bring all C files into form
.PHONY: format
format:
	@clang-format -i $(FORMATTED)

## install      into $(DESTDIR)$(PREFIX): plugin, header, manifests, soarhost with man page and completion, falcon-sandbox
.PHONY: install uninstall
PLUGIN_DIR = $(DESTDIR)$(LIBDIR)/soar
SHELL_FILES = $(DESTDIR)$(PREFIX)/share/bash-completion/completions/soarhost \
    $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_soarhost $(DESTDIR)$(PREFIX)/share/man/man1/soarhost.1
install: all
	install -d $(PLUGIN_DIR) $(DESTDIR)$(PREFIX)/include $(DESTDIR)$(PREFIX)/bin \
	    $(DESTDIR)$(LIBDIR)/pkgconfig $(DESTDIR)$(PREFIX)/share/falcon_case_management
	install -m 755 $(B)/falcon_case_management.so $(PLUGIN_DIR)/
	install -m 644 include/soar_plugin.h $(DESTDIR)$(PREFIX)/include/
	install -m 755 $(B)/soarhost $(B)/falcon-sandbox $(DESTDIR)$(PREFIX)/bin/
	cp -R manifests $(DESTDIR)$(PREFIX)/share/falcon_case_management/
	install -m 644 -D -t $(DESTDIR)$(PREFIX)/share/man/man1 tests/hosts/cli/shell/soarhost.1
	install -m 644 -D -t $(DESTDIR)$(PREFIX)/share/zsh/site-functions tests/hosts/cli/shell/_soarhost
	install -m 644 -D -T tests/hosts/cli/shell/soarhost.bash \
	    $(DESTDIR)$(PREFIX)/share/bash-completion/completions/soarhost
	sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@LIBDIR@|$(LIBDIR)|' -e 's|@VERSION@|$(VERSION)|' \
	    plugin/falcon_case_management.pc.in \
	    > $(DESTDIR)$(LIBDIR)/pkgconfig/falcon_case_management.pc

## uninstall    remove what install put there
uninstall:
	rm -f $(PLUGIN_DIR)/falcon_case_management.so $(DESTDIR)$(PREFIX)/include/soar_plugin.h \
	    $(DESTDIR)$(PREFIX)/bin/soarhost $(DESTDIR)$(PREFIX)/bin/falcon-sandbox \
	    $(DESTDIR)$(LIBDIR)/pkgconfig/falcon_case_management.pc $(SHELL_FILES)
	rm -rf $(DESTDIR)$(PREFIX)/share/falcon_case_management
	rmdir $(PLUGIN_DIR) 2>/dev/null || true

## clean        remove build/
.PHONY: clean
clean:
	rm -rf build

## help         this list
.PHONY: help
help:
	@sed -n 's/^## \(.*\)/\1/p' $(firstword $(MAKEFILE_LIST))

-include $(shell find $(B)/obj -name '*.d' 2>/dev/null)
