# SPDX-License-Identifier: BSD-2-Clause
# Called by tests/fuzz/run, which sets TOP, OUT, CLANG, NAMES and MODE (sanitize or coverage).
# Product code is compiled as it is but for build.c, which the tests replace everywhere.
PKGS = libcurl jansson libqrencode libcrypto inih
MODE_FLAGS_sanitize = -fsanitize=address,undefined -fno-sanitize-recover=all
MODE_FLAGS_coverage = -fprofile-instr-generate -fcoverage-mapping
MODE_FLAGS = $(MODE_FLAGS_$(MODE))
CFLAGS = -std=gnu11 -D_GNU_SOURCE -g -O1 -fno-omit-frame-pointer -Wall -Wextra -Werror \
	-fsanitize=fuzzer-no-link $(MODE_FLAGS)
CPPFLAGS = -MMD -MP -I$(TOP)/include -I$(TOP)/pam_oauth/module -I$(TOP)/pam_oauth/worker \
	$(shell pkg-config --cflags $(PKGS)) -DPACKAGE_VERSION='"fuzz"' \
	-DPO_TEST_DATA='"$(TOP)/tests/unit/data"' -DPO_TEST_LOGIN_DEFS='"/dev/null"'
LIBS := $(shell pkg-config --libs $(PKGS)) -lm

sources = $(patsubst $(TOP)/%,%,$(wildcard $(TOP)/pam_oauth/$1/*.c))
catalogue = pam_oauth/module/catalogue.c
not_ours = pam_oauth/worker/main.c pam_oauth/module/build.c
objects = $(patsubst %.c,$(OUT)/%.o,$(filter-out $(not_ours),$1))
module = $(call objects,$(sort $(call sources,module) $(catalogue)) tests/unit/build_test.c)
worker = $(call objects,$(call sources,worker))
common = $(call objects,$(call sources,common))

all: $(NAMES:%=$(OUT)/fuzz_%)

# As in po/po.am, for a tree that was not built before.
$(TOP)/$(catalogue): $(wildcard $(TOP)/po/*.po) $(TOP)/po/catalogue.py $(TOP)/pam_oauth/module/sentences.h
	python3 $(TOP)/po/catalogue.py table $@

$(OUT)/%.o: $(TOP)/%.c $(TOP)/tests/fuzz/fuzz.mk
	@mkdir -p $(@D)
	$(CLANG) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

$(OUT)/module.a: $(module)
$(OUT)/worker.a: $(worker)
$(OUT)/common.a: $(common)
$(OUT)/%.a:
	@rm -f $@
	ar rcs $@ $^

$(OUT)/fuzz_%: $(OUT)/tests/fuzz/fuzz_%.o $(OUT)/module.a $(OUT)/worker.a $(OUT)/common.a
	$(CLANG) -fsanitize=fuzzer $(MODE_FLAGS) -o $@ $^ $(LIBS)

.SECONDARY:
-include $(shell find $(OUT) -name '*.d' 2> /dev/null)
