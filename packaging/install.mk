# make install PREFIX=/usr/local DESTDIR=: the library, shared and static, both headers, and what CMake
# and pkg-config need to find them. For systems with ELF; everywhere else `cmake --install` does the same.

PREFIX     ?= /usr/local
LIBDIR     ?= $(PREFIX)/lib
INCLUDEDIR ?= $(PREFIX)/include
VERSION    := $(shell sed -n '/^version = /{s/.*"\(.*\)"/\1/p;q}' Cargo.toml)
SOVERSION  := $(shell sed -n 's/^\#define PODSIX_ABI_VERSION //p' include/podsix.h)
# Beside the usual build, whose library has no version in its name, so that it runs where it lies.
PACKAGE    := $(TARGET)/package
FILLED     := sed -e 's|@VERSION@|$(VERSION)|; s|@SOVERSION@|$(SOVERSION)|; s|@PREFIX@|$(PREFIX)|' \
              -e 's|@LIBDIR@|$(LIBDIR)|; s|@INCLUDEDIR@|$(INCLUDEDIR)|; s|@SYSTEM_LIBS@|-lpthread -ldl -lm|'

.PHONY: install package
package:
	cargo rustc --release --lib --locked --target-dir $(PACKAGE) --crate-type cdylib,staticlib -- \
		-Clink-arg=-Wl,-soname,libpodsix.so.$(SOVERSION)

install: LIB = $(DESTDIR)$(LIBDIR)
install: INCLUDE = $(DESTDIR)$(INCLUDEDIR)
install: package ## install library, headers, CMake and pkg-config files (PREFIX=/usr/local DESTDIR=)
	install -d "$(INCLUDE)" "$(LIB)/pkgconfig" "$(LIB)/cmake/podsix"
	install -m 644 include/podsix.h bindings/cpp/podsix.hpp "$(INCLUDE)"
	install -m 755 $(PACKAGE)/release/libpodsix.so "$(LIB)/libpodsix.so.$(VERSION)"
	ln -sf libpodsix.so.$(VERSION) "$(LIB)/libpodsix.so.$(SOVERSION)"
	ln -sf libpodsix.so.$(SOVERSION) "$(LIB)/libpodsix.so"
	install -m 644 $(PACKAGE)/release/libpodsix.a "$(LIB)"
	install -m 644 packaging/cmake/podsix-config.cmake "$(LIB)/cmake/podsix"
	$(FILLED) packaging/cmake/podsix-config-version.cmake >"$(LIB)/cmake/podsix/podsix-config-version.cmake"
	$(FILLED) packaging/cmake/podsix-targets.cmake >"$(LIB)/cmake/podsix/podsix-targets.cmake"
	$(FILLED) packaging/podsix.pc >"$(LIB)/pkgconfig/podsix.pc"
