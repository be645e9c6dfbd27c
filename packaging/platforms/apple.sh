# macOS, one library for both processors, and iOS: static libraries by Rust, from which LLVM's ld64 makes the shared one
# against zig's stub of libSystem. No SDK and no Mac is needed, so none has run them; check_apple looks at what can be
# looked at: exports, the system's names, load commands, and every page's hash in the signature.
#
# shellcheck shell=bash

export MACOSX_DEPLOYMENT_TARGET=11.0 IPHONEOS_DEPLOYMENT_TARGET=12.0
# A dependency that is a cdylib too is neither linked nor stripped: nobody takes that one.
export CARGO_TARGET_AARCH64_APPLE_DARWIN_LINKER=true CARGO_TARGET_X86_64_APPLE_DARWIN_LINKER=true

build_apple() { # build_apple CRATE OUT
    local name=lib${1//-/_} work=$BUILD/$1 arch
    local -x PATH=$BUILD/unlinked:$PATH
    rm -rf "$work"
    mkdir -p "$BUILD/unlinked"
    ln -sf "$(type -P true)" "$BUILD/unlinked/rust-objcopy"
    if [ "$PLATFORM" = ios-arm64 ]; then
        static_library "$1" aarch64-apple-ios "$2/$name.a"
        return
    fi
    system_stub "$work/sdk/usr/lib"
    exports_of "$1" | sed 's/^/_/' >"$work/exports"
    for arch in arm64 x86_64; do
        mkdir -p "$work/$arch"
        static_library "$1" "${arch/arm64/aarch64}-apple-darwin" "$work/$arch/$name.a"
        # The name of the file is in its signature. Exports are what is kept of all that is loaded.
        ld64.lld-19 -dylib -arch "$arch" -platform_version macos $MACOSX_DEPLOYMENT_TARGET $MACOSX_DEPLOYMENT_TARGET \
            -syslibroot "$work/sdk" -lSystem -force_load "$work/$arch/$name.a" \
            -exported_symbols_list "$work/exports" -dead_strip -S -x -adhoc_codesign \
            -install_name "@rpath/$name.dylib" -current_version 1.0.0 -compatibility_version 1.0.0 \
            -o "$work/$arch/$name.dylib"
    done
    llvm-lipo-19 -create "$work"/{arm64,x86_64}/"$name.dylib" -output "$2/$name.dylib"
    [ "$1" != podsix ] || llvm-lipo-19 -create "$work"/{arm64,x86_64}/"$name.a" -output "$2/$name.a"
}

# static_library CRATE TRIPLE FILE: without the bitcode of Rust's compiler_builtins, which no other linker reads. What
# each Rust library brings is weak, so that an app may have several. LLVM 19 spoils objects if local names are taken out.
static_library() {
    rust "$2" "$1" staticlib
    llvm-objcopy-19 --remove-section=__LLVM,__bitcode --remove-section=__LLVM,__cmdline --weaken-symbol=_rust_eh_personality \
        "$BUILD/$2/release/lib${1//-/_}.a" "$3"
}

# system_stub FOLDER: zig's libSystem.tbd as LLVM 19 reads it, which does not know the newest processors. What it
# says of arm64e holds for arm64.
system_stub() {
    mkdir -p "$1"
    sed -Ez 's/,\s*([a-z0-9_.]+-maccatalyst|arm64e\.x1-macos)//g; s/arm64e-/arm64-/g' \
        "${ZIG_TOOLS%/bin}"/lib/python3*/site-packages/ziglang/lib/libc/darwin/libSystem.tbd >"$1/libSystem.tbd"
}

check_apple() { # check_apple CRATE OUT
    local file=$2/lib${1//-/_} work=$BUILD/$1 arch headers
    no_paths "$2"
    if [ "$PLATFORM" = ios-arm64 ]; then
        check_static "$1" "$file.a" arm64 "ios $IPHONEOS_DEPLOYMENT_TARGET"
        return
    fi
    for arch in arm64 x86_64; do
        [ "$1" != podsix ] || check_static "$1" "$file.a" $arch "macos $MACOSX_DEPLOYMENT_TARGET"
        llvm-nm-19 -arch $arch --defined-only -j "$file.dylib" | sort | only "exports of $arch" - "$work/exports"
        llvm-nm-19 -arch $arch --undefined-only -j "$file.dylib" | within apple.names
        headers=$(llvm-objdump-19 --macho --arch=$arch --private-headers "$file.dylib")
        # Panics can be caught.
        [[ $headers == *__gcc_except_tab* && $headers == *__unwind_info* ]] ||
            { echo "$file.dylib: no tables for unwinding"; return 1; }
        # The addon's classes announce themselves.
        [ "$1" != podsix-godot ] || [[ $headers == *__mod_init_func* ]] ||
            { echo "$file.dylib: nothing is called when it is loaded"; return 1; }
    done
    python3 packaging/platforms/dylib.py "$file.dylib" "@rpath/${file##*/}.dylib" $MACOSX_DEPLOYMENT_TARGET
}

check_static() { # check_static CRATE FILE ARCH "SYSTEM VERSION"
    # But for names of Rust's own, which have a hash in them.
    exports_of "$1" | sed 's/^/_/' | only "exports of $2 ($3)" <(llvm-nm-19 -arch "$3" --defined-only -m "$2" |
        awk '/[)] external / && $NF !~ /^__R/ { print $NF }' | sort) -
    llvm-nm-19 -arch "$3" --undefined-only -j "$2" | grep '^_' | within apple.names
    # Each of its objects.
    ! llvm-objdump-19 --macho --arch="$3" --private-headers "$2" | awk '/^ *platform / { platform = $2 }
        /^ *minos / { print platform, $2 }' | sort -u | grep -vx "$4" || { echo "$2 is for another system than $4"; return 1; }
}
