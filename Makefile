# netexplore: `make help` lists the targets. Nothing here calls sudo.
VERSION := 0.1.0

BUILD   ?= $(if $(SAN),build-san,build)
CC      ?= cc
CLANG   ?= clang
PKG_CONFIG ?= pkg-config
CFLAGS  ?= -O2 -g
PREFIX  ?= /usr/local
BINDIR  ?= $(PREFIX)/bin
MANDIR  ?= $(PREFIX)/share/man
DATADIR ?= $(PREFIX)/share
ARGS    ?= # of netexplore, for `make run`
Q       := $(if $(V),,@)
say      = $(if $(V),,@printf '  %-5s %s\n' $(1) $@)
quiet   := $(if $(V),,--no-print-directory)
# As many jobs as there are processors, unless the user said how many.
jobs     = $(if $(findstring -j,$(MAKEFLAGS)),,-j$(shell nproc))

# Ubuntu's /usr/sbin/bpftool only works for the kernel it was made for.
BPFTOOL ?= $(shell PATH="$$PATH:/usr/sbin:/sbin"; for b in bpftool \
	/usr/lib/linux-tools/*/bpftool /usr/lib/linux-tools-*/bpftool; do \
	"$$b" version >/dev/null 2>&1 && command -v "$$b" && exit; done; echo bpftool)

# With sudo, everything is built as the user who called it, so that nothing
# here belongs to root afterwards; only if the tree itself is his.
sudo_user := $(and $(filter 0,$(shell id -u)),$(filter-out 0,$(SUDO_UID)),$(filter $(SUDO_UID),$(shell stat -c %u .)))
# Also what an interrupted run or a test left.
give_back = $(if $(sudo_user),for d in build build-*; do if [ -d $$d ]; then chown -Rh $(SUDO_UID):$(SUDO_GID) $$d; fi; done,:)
# (The jobs of this make are no use to that user, so it gets its own.)
as_user = setpriv --reuid=$(SUDO_UID) --regid=$(SUDO_GID) --init-groups \
	env -u SUDO_UID -u MAKEFLAGS -u MFLAGS \
	$(MAKE) $(quiet) -j$(shell nproc) $(MAKEOVERRIDES)
build_as_user = $(Q)+$(if $(sudo_user),$(give_back); $(as_user),$(MAKE) $(quiet) $(jobs))

libs    := libbpf libelf libuv ncursesw json-c inih libpcre2-8 zlib
pkg      = $(shell $(PKG_CONFIG) $(1) $(libs) 2>/dev/null)
nx_cflags = -std=gnu17 -I. -D_GNU_SOURCE -DNX_VERSION='"$(VERSION)"' \
	-DNX_DATADIR='"$(DATADIR)/netexplore"' \
	-Wall -Wextra -Wshadow -Wconversion -Wformat=2 -Wvla \
	-Wstrict-prototypes -Wmissing-prototypes -Wwrite-strings \
	-fstack-protector-strong -fstack-clash-protection $(cf_protection) \
	-fPIE $(if $(WERROR),-Werror) \
	$(if $(SAN),-fsanitize=$(SAN) -fno-omit-frame-pointer -fno-sanitize-recover=undefined,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2) \
	$(call pkg,--cflags)
cf_protection := $(if $(filter x86_64,$(shell uname -m)),-fcf-protection)
nx_ldflags = -pie -Wl,-z,relro,-z,now $(if $(SAN),-fsanitize=$(SAN))
nx_libs  = $(call pkg,--libs) -lm

# A new file in core/, tui/ or tests/ needs no edit here.
core_src   := $(wildcard core/*.c)
tui_src    := $(filter-out tui/main.c,$(wildcard tui/*.c))
bpf_user   := $(filter-out %.bpf.c,$(wildcard bpf/*.c))
# What defines the maps comes first: the linker loses them otherwise.
bpf_kernel := bpf/packet.bpf.c $(filter-out bpf/packet.bpf.c,$(wildcard bpf/*.bpf.c))
headers    := $(wildcard core/*.h tui/*.h bpf/*.h)
core_obj   := $(patsubst %.c,$(BUILD)/%.o,$(core_src))
tui_obj    := $(patsubst %.c,$(BUILD)/%.o,$(tui_src) $(bpf_user))
# Everything but main(), in the order in which the linker wants it.
archives   := $(BUILD)/tui.a $(BUILD)/core.a
gen_obj    := $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/gen/*.c))
unit_tests := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/test_*.c))
fuzz_tests := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/fuzz/fuzz_*.c))
fuzz_obj   := $(patsubst %.c,$(BUILD)/%.o,tests/fuzz/fuzz.c tests/fuzz/world.c)
live_tools := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/live/*.c tests/tui/*.c))

ifdef sudo_user
all:
	$(build_as_user) all
else
all: $(BUILD)/netexplore ## build build/netexplore
endif

$(BUILD)/netexplore: $(BUILD)/tui/main.o $(archives)
	$(call say,LINK)
	$(Q)$(CC) $(CFLAGS) $(nx_ldflags) $(LDFLAGS) $^ -o $@ $(nx_libs) $(LDLIBS)

# Archives, so that each test takes only what it uses.
$(BUILD)/core.a: $(core_obj)
$(BUILD)/tui.a: $(tui_obj)
$(BUILD)/tests/gen.a: $(gen_obj)
$(BUILD)/core.a $(BUILD)/tui.a $(BUILD)/tests/gen.a:
	$(call say,AR)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(BUILD)/%.o: %.c $(BUILD)/flags
	$(call say,CC)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(nx_cflags) $(CFLAGS) -MMD -MP -c $< -o $@

# The files inside the program (tui/builtin.c); the demo is made here.
$(BUILD)/tui/builtin.o: nx_cflags += -Wa,-I$(BUILD)
$(BUILD)/tui/builtin.o: $(wildcard themes/*) $(BUILD)/demo.pcapng
$(BUILD)/demo.pcapng: $(BUILD)/tests/demo/demo
	$(call say,DEMO)
	$(Q)$< > $@
$(BUILD)/tests/demo/demo: $(BUILD)/tests/demo/demo.o \
	$(BUILD)/tests/gen/mkcap.o $(BUILD)/tests/gen/mkdns.o $(BUILD)/core.a
	$(call say,LINK)
	$(Q)$(CC) $(CFLAGS) $(nx_ldflags) $(LDFLAGS) $^ -o $@ $(nx_libs) $(LDLIBS)

# The generated skeleton does not pass -Wconversion.
$(BUILD)/bpf/capture.o: nx_cflags += -Wno-conversion -Wno-sign-conversion -I$(BUILD)
$(BUILD)/bpf/capture.o: $(BUILD)/bpf/capture.skel.h

# clang -target bpf does not look in the host's architecture folder.
bpf_inc = $(shell $(CLANG) -E -Wp,-v -x c /dev/null 2>&1 | awk '$$1 ~ "^/" { print "-idirafter", $$1 }')
$(BUILD)/%.bpf.o: %.bpf.c $(BUILD)/flags
	$(call say,BPF)
	$(Q)mkdir -p $(@D)
	$(Q)$(CLANG) -g -O2 -target bpf -mcpu=v3 -std=gnu17 -Wall -Wextra -Wno-unused-parameter -I. $(bpf_inc) -MMD -MP -c $< -o $@

$(BUILD)/bpf/capture.linked.o: $(bpf_kernel:%.c=$(BUILD)/%.o)
	$(call say,GEN)
	$(Q)$(BPFTOOL) gen object $@ $^

$(BUILD)/bpf/capture.skel.h: $(BUILD)/bpf/capture.linked.o
	$(call say,SKEL)
	$(Q)$(BPFTOOL) gen skeleton $< name nx_bpf > $@

# Rewritten only when the command line changes; everything depends on it.
$(BUILD)/flags: FORCE
	@$(PKG_CONFIG) --exists --print-errors $(libs) || { \
	 echo 'netexplore: libraries are missing: run `make deps` as root'; exit 1; } >&2
	@mkdir -p $(@D)
	@echo '$(subst ','\'',$(CC) $(CPPFLAGS) $(nx_cflags) $(CFLAGS) $(LDFLAGS) $(LDLIBS))' | cmp -s - $@ || \
	 echo '$(subst ','\'',$(CC) $(CPPFLAGS) $(nx_cflags) $(CFLAGS) $(LDFLAGS) $(LDLIBS))' > $@
FORCE:

$(BUILD)/tests/test_%: $(BUILD)/tests/test_%.o $(BUILD)/tests/gen.a $(archives)
	$(call say,LINK)
	$(Q)$(CC) $(CFLAGS) $(nx_ldflags) $(LDFLAGS) $^ -o $@ -lcmocka $(nx_libs) $(LDLIBS)

# What only looks at the results is no way to be searched for.
$(fuzz_obj): private override CFLAGS := $(filter-out -fsanitize=fuzzer-no-link,$(CFLAGS))
# What only writes is searched by its branches; to trace each comparison of its
# loops takes more time than the rest.
ifdef FUZZER
$(patsubst %,$(BUILD)/core/%.o,json tracee traceargs tracedns sockevent field value text near): \
	private override CFLAGS += -fno-sanitize-coverage=trace-cmp
endif

# A fuzz target: with libFuzzer (`make fuzz`), else with our own main(), which
# replays its seeds.
$(fuzz_tests): %: %.o $(fuzz_obj) $(if $(FUZZER),,$(BUILD)/tests/fuzz/replay.o) $(BUILD)/core.a
	$(call say,LINK)
	$(Q)$(CC) $(CFLAGS) $(nx_ldflags) $(FUZZER) $(LDFLAGS) $^ -o $@ -lcmocka $(nx_libs) $(LDLIBS)

$(BUILD)/tests/fuzz/seeds: $(BUILD)/tests/fuzz/seeds.o $(BUILD)/tests/gen.a $(BUILD)/core.a
	$(call say,LINK)
	$(Q)$(CC) $(CFLAGS) $(nx_ldflags) $(LDFLAGS) $^ -o $@ $(nx_libs) $(LDLIBS)

# Packets without a network, through all of ours.
$(BUILD)/tests/live/testrun: %: %.o $(BUILD)/tests/gen.a $(archives)
	$(call say,LINK)
	$(Q)$(CC) $(CFLAGS) $(nx_ldflags) $(LDFLAGS) $^ -o $@ $(nx_libs) $(LDLIBS)

# Programs that make traffic, or watch a terminal: nothing of ours in them.
$(filter-out %/testrun,$(live_tools)): %: %.o
	$(call say,LINK)
	$(Q)$(CC) $(CFLAGS) $(nx_ldflags) $(LDFLAGS) $< -o $@ -lpthread $(LDLIBS)

run: deps ## install what is missing, build, and start
	$(build_as_user) all
	@sh .make/run.sh $(BUILD)/netexplore $(ARGS)

# What `make run` and `make check` need: Debian's and Ubuntu's package names.
run_packages := gcc libc6-dev clang pkg-config libbpf-dev libelf-dev \
	libuv1-dev libncurses-dev libjson-c-dev libinih-dev libpcre2-dev \
	zlib1g-dev
check_packages := libcmocka-dev dnsmasq-base tmux iproute2 iputils-ping bind9-dnsutils \
	jq tcpdump python3 groff-base libclang-rt-dev
deps: ## install the packages that are missing (as root), or name them
	@BPFTOOL='$(BPFTOOL)' CLANG='$(CLANG)' LIBS='$(libs)' sh .make/deps.sh $(run_packages) $(packages)

check: packages := $(check_packages)
check: deps ## install what is missing, build, and run every test
	@failed=; for t in check-unit check-headers check-layers lint \
	  check-san check-live check-tui; do \
	    echo "== $$t"; $(MAKE) $(quiet) $(jobs) $$t || failed="$$failed $$t"; \
	done; \
	if [ "$$failed" ]; then echo "failed:$$failed"; exit 1; fi; \
	echo "all tests passed"

ifdef sudo_user
check-unit check-headers golden docs fuzz seeds:
	$(build_as_user) $@
else
check-unit: $(unit_tests) $(BUILD)/tests/fuzz/seeds $(fuzz_tests) ## unit tests, tables, golden cases, man page, seeds
	$(Q)failed=; for t in $(filter $(BUILD)/tests/%,$^); do \
	    echo "-- $${t##*/}"; \
	    LC_ALL=C.UTF-8 TZ=UTC $$t || failed="$$failed $$t"; \
	done; [ -z "$$failed" ] || { echo "failed:$$failed"; exit 1; }

check-headers: $(headers:%=$(BUILD)/%.ok) ## each header compiles on its own

golden: $(BUILD)/tests/test_golden ## write anew what the golden cases expect
	LC_ALL=C.UTF-8 TZ=UTC UPDATE=1 $<

docs: $(BUILD)/tests/test_man ## write the generated blocks of the man page
	LC_ALL=C.UTF-8 TZ=UTC UPDATE=1 $<

TIME ?= 10
RUNS ?= -1 # executions of each target at most
TARGETS ?= # names, if not all
fuzz: ## search with libFuzzer, TIME=10 seconds for each target (RUNS, TARGETS)
	@CLANG='$(CLANG)' sh tests/fuzz/runtime.sh
	$(Q)+$(MAKE) $(quiet) $(jobs) BUILD=build-fuzz SAN=address,undefined \
	 CC='$(CLANG)' CFLAGS='-O2 -g -w -fsanitize=fuzzer-no-link' WERROR= \
	 FUZZER=-fsanitize=fuzzer fuzz_tests
	@sh tests/fuzz/run.sh build-fuzz '$(TIME)' $(RUNS) $(TARGETS)

fuzz_tests: $(fuzz_tests)

seeds: $(BUILD)/tests/fuzz/seeds ## write anew the seeds that are made
	LC_ALL=C.UTF-8 TZ=UTC UPDATE=1 $<
endif

$(BUILD)/%.h.ok: %.h $(BUILD)/flags
	$(Q)mkdir -p $(@D)
	$(Q)echo '#include "$<"' | $(CC) $(nx_cflags) -fsyntax-only -x c - && touch $@

# The kernel side's own.
$(BUILD)/%.bpf.h.ok: %.bpf.h $(BUILD)/flags
	$(Q)mkdir -p $(@D)
	$(Q)echo '#include "$<"' | $(CLANG) -target bpf -std=gnu17 -Wall -Wextra -I. $(bpf_inc) -fsyntax-only -x c - && touch $@

check-san: ## the unit tests with ASan and UBSan
	$(build_as_user) SAN=address,undefined check-unit

CORPUS ?= # a folder of captures, for `make check-corpus`
check-corpus: all ## captures against tshark, and under ASan and UBSan: CORPUS=DIR
	$(build_as_user) SAN=address,undefined build-san/netexplore
	@sh tests/corpus.sh '$(CORPUS)' $(BUILD)/netexplore build-san/netexplore

check-layers: ## includes point down: tui > bpf/capture > core > bpf/event.h
	@sh tests/lint/layers.sh

lint: ## banned functions, and what the house rules say
	@sh tests/lint/words.sh

tools: all $(if $(sudo_user),,$(live_tools))
ifdef sudo_user
	$(build_as_user) tools
endif

# The live tests say `bpftool`: let them have the one that works.
live_env = CI='$(CI)' V='$(V)' BUILD='$(BUILD)' PATH="$(abspath $(BUILD))/bin:$$PATH:/usr/sbin:/sbin"
define run_live
	@mkdir -p $(BUILD)/bin && ln -sf '$(BPFTOOL)' $(BUILD)/bin/bpftool
	@$(live_env) sh $(1)/run.sh; rc=$$?; $(give_back); \
	if [ $$rc = 77 ] && [ '$(CI)' != true ]; then exit 0; fi; exit $$rc
endef

check-live: tools ## capture on real traffic, in network namespaces (root)
	$(call run_live,tests/live)

check-tui: tools ## the program in a terminal (tmux)
	$(call run_live,tests/tui)

# Other kernels: NAMES of live tests, KERNELS such as 6.1; V=1 says more.
check-kernels: packages := $(check_packages) qemu-system-x86 busybox-static
check-kernels: deps ## the live tests on Debian's 6.1 and 6.12, in qemu
	$(Q)$(MAKE) $(quiet) tools
	@CI='$(CI)' V='$(V)' BUILD='$(BUILD)' BPFTOOL='$(BPFTOOL)' NAMES='$(NAMES)' \
	sh tests/vm/run.sh $(KERNELS); rc=$$?; $(give_back); \
	if [ $$rc = 77 ] && [ '$(CI)' != true ]; then exit 0; fi; exit $$rc

install: ## PREFIX=/usr/local, DESTDIR=
	$(build_as_user) all
	install -D -m 755 $(BUILD)/netexplore $(DESTDIR)$(BINDIR)/netexplore
	install -D -m 644 man/netexplore.1 $(DESTDIR)$(MANDIR)/man1/netexplore.1
	install -d $(DESTDIR)$(DATADIR)/netexplore/themes
	install -m 644 themes/*.theme $(DESTDIR)$(DATADIR)/netexplore/themes

uninstall: ## what install put there
	rm -f $(DESTDIR)$(BINDIR)/netexplore $(DESTDIR)$(MANDIR)/man1/netexplore.1
	rm -rf $(DESTDIR)$(DATADIR)/netexplore

clean: ## remove what was built
	rm -rf build build-san build-fuzz

help: ## this list
	@awk -F': .*## |## ' '/^[a-z-]+:.*## / { split($$1, t, ":"); \
	    printf "  %-14s %s\n", t[1], $$NF }' Makefile

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)

.PHONY: all run deps check check-unit check-headers check-san check-corpus \
	check-layers check-live check-tui check-kernels golden docs fuzz fuzz_tests seeds lint \
	tools install uninstall clean help FORCE
.DELETE_ON_ERROR:
.SECONDARY:
