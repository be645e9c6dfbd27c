# The Godot addon with this machine's library; `make dist` packs it with those of all platforms.

TRIPLE      := $(shell rustc -vV | sed -n 's/^host: //p')
PROCESSOR   := $(patsubst aarch64,arm64,$(patsubst i%86,x86,$(firstword $(subst -, ,$(TRIPLE)))))
HERE        := $(if $(findstring apple,$(TRIPLE)),macos=$(TARGET)/release/libpodsix_godot.dylib,$(if \
               $(findstring windows,$(TRIPLE)),windows-$(PROCESSOR)=$(TARGET)/release/podsix_godot.dll,linux-$(PROCESSOR)=$(TARGET)/release/libpodsix_godot.so))

.PHONY: godot godot-addon godot-examples godot-demo
godot: godot-addon ## the Godot addon as a zip, with this machine's library
	scripts/archive $(TARGET)/godot/podsix-godot-$(VERSION).zip $(TARGET)/godot addons LICENSE-podsix

godot-addon:
	cargo rustc --release --lib -p podsix-godot -- -Cstrip=symbols
	scripts/godot-addon $(TARGET)/godot $(HERE)

# The examples' projects see the addon by a link, and the engine finds it without its editor having been there.
godot-examples: godot-addon ## the Godot addon, linked into the examples in GDScript
	@for project in $(patsubst %,examples/%/godot,chat lagtime whiteboard); do \
		mkdir -p $$project/addons $$project/.godot && \
		ln -sfn $(abspath $(TARGET)/godot/addons/podsix) $$project/addons/podsix && \
		echo res://addons/podsix/podsix.gdextension >$$project/.godot/extension_list.cfg || exit; \
	done

godot-demo: godot-examples ## the whiteboard in Godot
	scripts/godot --path examples/whiteboard/godot
