# make godot: the addon as a zip for the Asset Library, with the library of each platform that was built:
# this machine's, and those of `cargo build --release -p podsix-godot --target TRIPLE` before.

ADDON       := $(TARGET)/godot/addons/podsix
ADDON_ZIP   := $(TARGET)/godot/podsix-godot-$(VERSION).zip
# Where podsix.gdextension looks for a platform's library, and where cargo leaves it.
PLATFORMS   := linux.x86_64=x86_64-unknown-linux-gnu/release/libpodsix_godot.so \
               linux.arm64=aarch64-unknown-linux-gnu/release/libpodsix_godot.so \
               windows.x86_64=x86_64-pc-windows-gnu/release/podsix_godot.dll \
               macos.x86_64=x86_64-apple-darwin/release/libpodsix_godot.dylib \
               macos.arm64=aarch64-apple-darwin/release/libpodsix_godot.dylib
TRIPLE      := $(shell rustc -vV | sed -n 's/^host: //p')

.PHONY: godot godot-addon godot-examples godot-demo
godot: godot-addon ## the Godot addon as a zip for the Asset Library, with each platform's library that was built
	rm -f $(ADDON_ZIP)
	cd $(TARGET)/godot && python3 -m zipfile -c $(notdir $(ADDON_ZIP)) addons
	@echo $(ADDON_ZIP)

# The folder that users copy into their project.
godot-addon:
	cargo rustc --release --lib -p podsix-godot -- -Cstrip=symbols
	rm -rf $(ADDON)
	mkdir -p $(dir $(ADDON))
	cp -r bindings/godot/addons/podsix $(ADDON)
	cp LICENSE-MIT LICENSE-APACHE $(ADDON)
	@for platform in $(PLATFORMS); do \
		place=$(ADDON)/bin/$${platform%%=*}; library=$${platform#*=}; \
		case $$library in $(TRIPLE)/*) library=$${library#*/} ;; esac; \
		if [ -e $(TARGET)/$$library ]; then \
			mkdir -p $$place && cp $(TARGET)/$$library $$place; \
		else \
			echo "MISSING: $${platform%%=*} (cargo build --release -p podsix-godot --target $${library%%/*})"; \
		fi; \
	done

# The examples' projects see the addon by a link, and the engine finds it without its editor having been there.
godot-examples: godot-addon ## the Godot addon, linked into the examples in GDScript
	@for project in $(patsubst %,examples/%/godot,chat lagtime whiteboard); do \
		mkdir -p $$project/addons $$project/.godot && \
		ln -sfn $(abspath $(ADDON)) $$project/addons/podsix && \
		echo res://addons/podsix/podsix.gdextension >$$project/.godot/extension_list.cfg || exit; \
	done

godot-demo: godot-examples ## the whiteboard in Godot
	scripts/godot --path examples/whiteboard/godot
