# podsix: what can be built and run. `make help` lists it.

CC      ?= cc
CXX     ?= c++
TARGET  := $(or $(CARGO_TARGET_DIR),target)
WARN    := -Wall -Wextra -Wpedantic -Werror -O2 -g
STRICT  := -std=c99 $(WARN)
LIBRARY := $(TARGET)/release/libpodsix.so
NAMES   := lagtime chat replay
PROGRAMS := $(NAMES:%=$(TARGET)/examples/%) $(TARGET)/examples/whiteboard
ADDON   := bindings/godot/addons/podsix
PROJECTS := $(patsubst %,examples/%/godot,chat lagtime whiteboard)
IN_CPP  := $(patsubst %,$(TARGET)/examples/cpp/%,lagtime chat whiteboard)

.PHONY: help demo examples examples-cpp godot-examples godot-demo test bench bench-check lint header clean
.DEFAULT_GOAL := help

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 16

demo: examples ## build everything, ping 1,000 times, replay recorded game messages between two processes
	$(TARGET)/examples/lagtime demo
	$(TARGET)/examples/lagtime demo --inline
	$(TARGET)/examples/replay tests/data/game_messages.jsonl

examples: $(PROGRAMS) ## build the C examples into target/examples

examples-cpp: $(IN_CPP) ## build the C++ examples into target/examples/cpp

godot-examples: ## build the Godot addon and link it into the examples in GDScript
	cargo build --release -p podsix-godot
	install -D $(TARGET)/release/libpodsix_godot.so $(ADDON)/bin/linux.x86_64/libpodsix_godot.so
	@for project in $(PROJECTS); do \
		mkdir -p $$project/addons $$project/.godot && \
		ln -sfn ../../../../$(ADDON) $$project/addons/podsix && \
		echo res://addons/podsix/podsix.gdextension >$$project/.godot/extension_list.cfg || exit; \
	done

godot-demo: godot-examples ## open the whiteboard in Godot
	scripts/godot --path examples/whiteboard/godot

test: ## every test; as root installs the Debian packages it lacks (scripts/test STEP... runs some)
	scripts/test

bench: ## podsix beside its peers, into docs/performance.md (ARGS="--runs 5 flood" runs some)
	scripts/bench $(ARGS)

bench-check: ## the inner pieces' instruction counts beside benches/baseline.txt (ARGS=--accept renews it)
	scripts/bench-check $(ARGS)

lint: ## formatting, clippy and docs, warnings denied
	cargo fmt --check
	cargo clippy --all-targets --features bench-internals -- -D warnings
	RUSTDOCFLAGS=-Dwarnings cargo doc --no-deps

header: library ## generate include/podsix.h, and fail if the committed one differs
	git diff --exit-code include/podsix.h

clean: ## remove what was built
	cargo clean

# cargo knows best whether the library is out of date.
.PHONY: library
library:
	cargo build --release

# The library stands beside the program's folder: the run path makes LD_LIBRARY_PATH needless.
define example
$(TARGET)/examples/$(1): examples/$(1)/$(1).c include/podsix.h Makefile | library
	@mkdir -p $$(@D)
	$(CC) $(STRICT) $(CFLAGS) -Iinclude -o $$@ $$< -L$(TARGET)/release -lpodsix -Wl,-rpath,'$$$$ORIGIN/../release'
endef
$(foreach name,$(NAMES),$(eval $(call example,$(name))))

define example_cpp
$(TARGET)/examples/cpp/$(1): examples/$(1)/$(1).cpp bindings/cpp/podsix.hpp include/podsix.h Makefile | library
	@mkdir -p $$(@D)
	$(CXX) -std=c++17 $(WARN) $(CXXFLAGS) -Iinclude -Ibindings/cpp -o $$@ $$< -L$(TARGET)/release -lpodsix -Wl,-rpath,'$$$$ORIGIN/../../release'
endef
$(foreach name,$(notdir $(IN_CPP)),$(eval $(call example_cpp,$(name))))

# The whiteboard's client has a window where SDL2 is installed.
SDL    := $(patsubst -I%,-isystem%,$(shell pkg-config --cflags --libs sdl2 2>/dev/null))
WINDOW := $(if $(SDL),window,no_window)
BOARD  := $(patsubst %,examples/whiteboard/%.c,whiteboard server client board network headless $(WINDOW))
$(TARGET)/examples/whiteboard: $(BOARD) $(wildcard examples/whiteboard/*.h) include/podsix.h Makefile \
		$(TARGET)/examples/whiteboard-with-$(WINDOW) | library
	@$(if $(SDL),true,echo 'LEFT OUT: the window of the whiteboard, because pkg-config does not find sdl2 (Debian: libsdl2-dev)')
	$(CC) $(STRICT) $(CFLAGS) -Iinclude -o $@ $(BOARD) $(SDL) -L$(TARGET)/release -lpodsix -Wl,-rpath,'$$ORIGIN/../release'

# Remembers which it was, so that it is built again when SDL2 has come.
$(TARGET)/examples/whiteboard-with-$(WINDOW):
	@mkdir -p $(@D) && rm -f $(TARGET)/examples/whiteboard-with-* && touch $@

include packaging/install.mk
