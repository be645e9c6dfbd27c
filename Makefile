# podsix: what can be built and run. `make help` lists it.

CC      ?= cc
CXX     ?= c++
TARGET  := $(or $(CARGO_TARGET_DIR),target)
WARN    := -Wall -Wextra -Wpedantic -Werror -O2 -g
STRICT  := -std=c99 $(WARN)
LIBRARY := $(TARGET)/release/libpodsix.so
NAMES   := lagtime chat replay
PROGRAMS := $(NAMES:%=$(TARGET)/examples/%) $(TARGET)/examples/whiteboard
IN_CPP  := $(patsubst %,$(TARGET)/examples/cpp/%,lagtime chat whiteboard)
IN_CS   := $(patsubst %,$(TARGET)/examples/cs/%,lagtime chat whiteboard)

.PHONY: help demo examples examples-cpp examples-cs csharp test dist bench bench-check lint header clean
.DEFAULT_GOAL := help

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 16

demo: examples ## build everything, ping 1,000 times, replay recorded game messages between two processes
	$(TARGET)/examples/lagtime demo
	$(TARGET)/examples/lagtime demo --inline
	$(TARGET)/examples/replay tests/data/game_messages.jsonl

examples: $(PROGRAMS) ## build the C examples into target/examples

examples-cpp: $(IN_CPP) ## build the C++ examples into target/examples/cpp

examples-cs: $(IN_CS) ## build the C# examples into target/examples/cs (needs Mono)

test: ## every test; as root installs the Debian packages it lacks (scripts/test STEP... runs some)
	scripts/test

csharp: library ## pack the C# wrapper and this machine's library for Unity: target/csharp/*.tgz
	scripts/pack-csharp $(TARGET)

dist: ## what is released, for every platform, into target/dist (ARGS="linux-x86_64 macos" builds some)
	scripts/dist $(TARGET) $(ARGS)

bench: ## podsix beside its peers, into docs/performance.md (ARGS="--runs 5 flood" runs some)
	scripts/bench $(ARGS)

bench-check: ## the inner pieces' instruction counts beside benches/baseline.txt (ARGS=--accept renews it)
	scripts/bench-check $(ARGS)

lint: ## formatting, the direction of imports, clippy and docs, warnings denied
	scripts/direction
	scripts/named-files
	cargo fmt --check
	cargo fmt --check -p podsix-godot
	cargo fmt --check --manifest-path tests/next/Cargo.toml
	cargo clippy --all-targets --features bench-internals,log -- -D warnings
	cargo clippy --release -p podsix-godot -- -D warnings
	RUSTDOCFLAGS=-Dwarnings cargo doc --no-deps

header: library ## generate include/podsix.h, and fail if the committed one differs
	git diff --exit-code include/podsix.h

clean: ## remove what was built
	cargo clean

# As it is installed: built along with Rust's own kind of library it would lack link-time optimisation. cargo
# knows best whether it is out of date.
.PHONY: library
library:
	cargo rustc --release --lib --crate-type cdylib,staticlib

# The library stands beside the program's folder: the run path makes LD_LIBRARY_PATH needless.
define example
$(TARGET)/examples/$(1): examples/$(1)/$(1).c examples/console.h include/podsix.h Makefile | library
	@mkdir -p $$(@D)
	$(CC) $(STRICT) $(CFLAGS) -Iinclude -o $$@ $$< -L$(TARGET)/release -lpodsix -Wl,-rpath,'$$$$ORIGIN/../release'
endef
$(foreach name,$(NAMES),$(eval $(call example,$(name))))

define example_cpp
$(TARGET)/examples/cpp/$(1): examples/$(1)/$(1).cpp examples/console.h bindings/cpp/podsix.hpp include/podsix.h Makefile | library
	@mkdir -p $$(@D)
	$(CXX) -std=c++17 $(WARN) $(CXXFLAGS) -Iinclude -Ibindings/cpp -o $$@ $$< -L$(TARGET)/release -lpodsix -Wl,-rpath,'$$$$ORIGIN/../../release'
endef
$(foreach name,$(notdir $(IN_CPP)),$(eval $(call example_cpp,$(name))))

# A program in C# is NAME.exe and, to be run like the others, NAME, which starts it. Mono finds the
# library beside Podsix.dll.
MCS := mcs -langversion:latest -warn:4 -warnaserror -optimize -r:System.Numerics.dll
$(TARGET)/examples/cs/Podsix.dll: $(wildcard bindings/csharp/Runtime/*.cs) Makefile
	@mkdir -p $(@D)
	$(MCS) -target:library -unsafe -out:$@ bindings/csharp/Runtime/*.cs
	ln -sf ../../release/libpodsix.so $(@D)

define example_cs
$(TARGET)/examples/cs/$(1): examples/$(1)/$(1).cs $(TARGET)/examples/cs/Podsix.dll Makefile | library
	$(MCS) -r:$$(@D)/Podsix.dll -out:$$@.exe $$<
	@printf '#!/bin/sh\nexec mono "$$$$(dirname "$$$$(readlink -f "$$$$0")")/$(1).exe" "$$$$@"\n' >$$@
	@chmod +x $$@
endef
$(foreach name,$(notdir $(IN_CS)),$(eval $(call example_cs,$(name))))

# The whiteboard's client has a window where SDL2 is installed.
SDL    := $(patsubst -I%,-isystem%,$(shell pkg-config --cflags --libs sdl2 2>/dev/null))
WINDOW := $(if $(SDL),window,no_window)
BOARD  := $(patsubst %,examples/whiteboard/%.c,whiteboard server client board network headless $(WINDOW))
$(TARGET)/examples/whiteboard: $(BOARD) $(wildcard examples/*.h examples/whiteboard/*.h) include/podsix.h Makefile \
		$(TARGET)/examples/whiteboard-with-$(WINDOW) | library
	@$(if $(SDL),true,echo 'LEFT OUT: the window of the whiteboard, because pkg-config does not find sdl2 (Debian: libsdl2-dev)')
	$(CC) $(STRICT) $(CFLAGS) -Iinclude -o $@ $(BOARD) $(SDL) -L$(TARGET)/release -lpodsix -Wl,-rpath,'$$ORIGIN/../release'

# Remembers which it was, so that it is built again when SDL2 has come.
$(TARGET)/examples/whiteboard-with-$(WINDOW):
	@mkdir -p $(@D) && rm -f $(TARGET)/examples/whiteboard-with-* && touch $@

include packaging/install.mk
include bindings/godot/godot.mk
