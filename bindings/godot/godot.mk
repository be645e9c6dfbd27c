# make godot: the addon as a zip for the Asset Library, with the library of each platform that was built:
# this machine's, and those of `cargo build --release -p podsix-godot --target TRIPLE` before.
#
# The Asset Library takes the zip's address (repository host "Custom"), that of bindings/godot/asset-library.png (drawn
# from the .svg) as the icon, and as the license MIT, whose text LICENSE has.

ADDON       := $(TARGET)/godot/addons/podsix
ADDON_ZIP   := $(TARGET)/godot/podsix-godot-$(VERSION).zip
# Where podsix.gdextension looks for a platform's library, and where cargo leaves it.
PLATFORMS   := linux.x86_64=x86_64-unknown-linux-gnu/release/libpodsix_godot.so \
               linux.arm64=aarch64-unknown-linux-gnu/release/libpodsix_godot.so \
               windows.x86_64=x86_64-pc-windows-gnu/release/podsix_godot.dll \
               macos.x86_64=x86_64-apple-darwin/release/libpodsix_godot.dylib \
               macos.arm64=aarch64-apple-darwin/release/libpodsix_godot.dylib
TRIPLE      := $(shell rustc -vV | sed -n 's/^host: //p')

# What the guide leads to, in the folders where it looks for it. The engine is told to leave it alone.
GUIDE       := $(addprefix docs/,godot.md godot-csharp.md podsixnet.md protocol.md performance.md performance.svg \
               godot-whiteboard.png) examples/chat/chat.c examples/lagtime/lagtime.c
GAMES       := chat lagtime whiteboard

.PHONY: godot godot-addon godot-examples godot-demo
# Beside the addon there is another file in the zip: an installer takes a folder that is alone for the name of an
# archive, and leaves it out.
godot: godot-addon ## the Godot addon as a zip for the Asset Library, with each platform's library that was built
	rm -f $(ADDON_ZIP)
	cp LICENSE $(TARGET)/godot/LICENSE-podsix
	cd $(TARGET)/godot && python3 -m zipfile -c $(notdir $(ADDON_ZIP)) addons LICENSE-podsix
	@echo $(ADDON_ZIP)

# The folder that users copy into their project.
godot-addon:
	cargo rustc --release --lib -p podsix-godot -- -Cstrip=symbols
	rm -rf $(ADDON)
	mkdir -p $(dir $(ADDON))
	cp -r bindings/godot/addons/podsix $(ADDON)
	cp LICENSE LICENSE-APACHE $(ADDON)
	sed -i 's|(../../../../docs/|(docs/|g' $(ADDON)/README.md
	mkdir -p $(ADDON)/docs $(foreach game,$(GAMES),$(ADDON)/examples/$(game)/godot)
	touch $(ADDON)/docs/.gdignore $(ADDON)/examples/.gdignore
	for file in $(GUIDE); do cp $$file $(ADDON)/$$file || exit; done
	# That page leads to programs in C#, which the .NET edition of the engine would compile into the game.
	sed -i 's|\[unity.md\](unity.md)|docs/unity.md of podsix|g' $(ADDON)/docs/godot-csharp.md
	for game in $(GAMES); do \
		find examples/$$game/godot -maxdepth 1 -type f ! -name '*.uid' ! -name '*.import' \
			-exec cp -t $(ADDON)/examples/$$game/godot {} + || exit; \
	done
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
	@for project in $(patsubst %,examples/%/godot,$(GAMES)); do \
		mkdir -p $$project/addons $$project/.godot && \
		ln -sfn $(abspath $(ADDON)) $$project/addons/podsix && \
		echo res://addons/podsix/podsix.gdextension >$$project/.godot/extension_list.cfg || exit; \
	done

godot-demo: godot-examples ## the whiteboard in Godot
	scripts/godot --path examples/whiteboard/godot
