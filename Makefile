# netexplore: `make help` lists the targets. Nothing here calls sudo.
VERSION := 0.1.0

BUILD   ?= $(if $(SAN),build-san,build)
CC      ?= cc
CLANG   ?= clang
BPFTOOL ?= $(or $(shell PATH="$$PATH:/usr/sbin:/sbin" command -v bpftool),bpftool)
PKG_CONFIG ?= pkg-config
CFLAGS  ?= -O2 -g
PREFIX  ?= /usr/local
BINDIR  ?= $(PREFIX)/bin
MANDIR  ?= $(PREFIX)/share/man
DATADIR ?= $(PREFIX)/share
Q       := $(if $(V),,@)
say      = $(if $(V),,@printf '  %-5s %s\n' $(1) $@)

libs    := libbpf libelf libuv ncursesw json-c libpcre2-8 zlib
pkg      = $(shell $(PKG_CONFIG) $(1) $(libs) inih 2>/dev/null)
nx_cflags = -std=gnu17 -I. -D_GNU_SOURCE -DNX_VERSION='"$(VERSION)"' \
	-DNX_DATADIR='"$(DATADIR)/netexplore"' \
	-Wall -Wextra -Wshadow -Wconversion -Wformat=2 -Wvla \
	-Wstrict-prototypes -Wmissing-prototypes -Wwrite-strings \
	-fstack-protector-strong -fPIE $(if $(WERROR),-Werror) \
	$(if $(SAN),-fsanitize=$(SAN) -fno-omit-frame-pointer -fno-sanitize-recover=undefined,-D_FORTIFY_SOURCE=2) \
	$(call pkg,--cflags)
nx_ldflags = -pie -Wl,-z,relro,-z,now $(if $(SAN),-fsanitize=$(SAN))
nx_libs  = $(call pkg,--libs) -lm

# A new file in core/, tui/ or tests/ needs no edit here.
core_src   := $(wildcard core/*.c)
tui_src    := $(filter-out tui/main.c,$(wildcard tui/*.c))
bpf_user   := $(filter-out %.bpf.c,$(wildcard bpf/*.c))
bpf_kernel := $(wildcard bpf/*.bpf.c)
headers    := $(wildcard core/*.h tui/*.h bpf/*.h)
core_obj   := $(core_src:%.c=$(BUILD)/%.o)
lib_obj    := $(core_obj) $(tui_src:%.c=$(BUILD)/%.o) $(bpf_user:%.c=$(BUILD)/%.o)
unit_tests := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/test_*.c))
live_tools := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/live/*.c))

all: $(BUILD)/netexplore ## build build/netexplore

$(BUILD)/netexplore: $(BUILD)/tui/main.o $(lib_obj)
	$(call say,LINK)
	$(Q)$(CC) $(CFLAGS) $(nx_ldflags) $(LDFLAGS) $^ -o $@ $(nx_libs) $(LDLIBS)

$(BUILD)/%.o: %.c $(BUILD)/flags
	$(call say,CC)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(nx_cflags) $(CFLAGS) -MMD -MP -c $< -o $@

# The files inside the program (tui/builtin.c).
$(BUILD)/tui/builtin.o: $(wildcard themes/*)

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
	@mkdir -p $(@D)
	@echo '$(subst ','\'',$(CC) $(CPPFLAGS) $(nx_cflags) $(CFLAGS) $(LDFLAGS) $(LDLIBS))' | cmp -s - $@ || \
	 echo '$(subst ','\'',$(CC) $(CPPFLAGS) $(nx_cflags) $(CFLAGS) $(LDFLAGS) $(LDLIBS))' > $@
FORCE:

$(BUILD)/tests/test_%: $(BUILD)/tests/test_%.o $(lib_obj)
	$(call say,LINK)
	$(Q)$(CC) $(CFLAGS) $(nx_ldflags) $(LDFLAGS) $^ -o $@ $(nx_libs) -lcmocka $(LDLIBS)

check-unit: $(unit_tests) ## the unit tests
	$(Q)for t in $(unit_tests); do $$t || exit 1; done

# The programs that make the traffic use nothing of the project's.
$(BUILD)/tests/live/%: tests/live/%.c $(BUILD)/flags
	$(call say,CC)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(nx_cflags) $(CFLAGS) -MMD -MP $< $(nx_ldflags) $(LDFLAGS) -o $@ -lpthread

check-live: $(BUILD)/netexplore $(live_tools) ## on real traffic, in own namespaces (root)
	$(Q)BUILD=$(BUILD) sh tests/live/run.sh

check-headers: $(headers:%=$(BUILD)/%.ok) ## each header compiles on its own
$(BUILD)/%.h.ok: %.h $(BUILD)/flags
	$(Q)mkdir -p $(@D)
	$(Q)echo '#include "$<"' | $(CC) $(nx_cflags) -fsyntax-only -x c - && touch $@

# The kernel side's own.
$(BUILD)/%.bpf.h.ok: %.bpf.h $(BUILD)/flags
	$(Q)mkdir -p $(@D)
	$(Q)echo '#include "$<"' | $(CLANG) -target bpf -std=gnu17 -Wall -Wextra -I. $(bpf_inc) -fsyntax-only -x c - && touch $@

clean: ## remove what was built
	rm -rf build build-san

help: ## this list
	@awk -F': .*## |## ' '/^[a-z-]+:.*## / { split($$1, t, ":"); \
	    printf "  %-14s %s\n", t[1], $$NF }' Makefile

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)

.PHONY: all check-unit check-live check-headers clean help FORCE
.DELETE_ON_ERROR:
.SECONDARY:
