# Android: a static library by Rust, from which the shared one is linked. Where ANDROID_NDK names Google's NDK, its clang
# does that. Without one LLVM's linker does, against stubs of the system's libraries that have the names in
# android.names, and zig's libunwind: no device has run the outcome.
#
# shellcheck shell=bash

ANDROID_API=23 # Android 6.0
# A dependency that is a cdylib too is not linked: nobody takes that one.
export CARGO_TARGET_AARCH64_LINUX_ANDROID_LINKER=true CARGO_TARGET_X86_64_LINUX_ANDROID_LINKER=true
declare -A ANDROID_PROCESSORS=([android-arm64]=aarch64 [android-x86_64]=x86_64)

build_android() { # build_android CRATE OUT
    local name=lib${1//-/_} work=$BUILD/$1 triple=${ANDROID_PROCESSORS[$PLATFORM]}-linux-android flags
    rm -rf "$work"
    mkdir -p "$work"
    rust "$triple" "$1" staticlib
    exports_of "$1" >"$work/exports"
    sed 's/^/-u /' "$work/exports" >"$work/wanted"
    # One object, of which a program sees the functions alone: two libraries of Rust have names that clash. --gc-sections
    # would take the tables for unwinding out.
    ld.lld-19 -r --force-group-allocation @"$work/wanted" -o "$work/whole.o" "$BUILD/$triple/release/$name.a"
    llvm-objcopy-19 --strip-debug --strip-unneeded --keep-global-symbols="$work/exports" --remove-section=.comment \
        --remove-section=.llvmbc --remove-section=.llvmcmd "$work/whole.o" "$work/$name.o"
    [ "$1" != podsix ] || llvm-ar-19 rcsD "$2/$name.a" "$work/$name.o"

    printf '{ global: %s local: *; };\n' "$(sed 's/$/;/' "$work/exports" | paste -sd' ')" >"$work/version"
    # It stays loaded: a thread that ends later, a look-up's or a game's, has something of it to tidy up, and neither Rust
    # there nor Android itself waits for that.
    flags=(--gc-sections -z nodelete -z max-page-size=16384 -z common-page-size=16384 -z now --no-undefined
        --build-id=sha1 -s --version-script="$work/version" -soname "$name.so")
    if [ -n "${ANDROID_NDK:-}" ]; then
        "$ANDROID_NDK/toolchains/llvm/prebuilt/linux-x86_64/bin/$triple$ANDROID_API-clang" -shared \
            "${flags[@]/#/-Wl,}" -o "$2/$name.so" "$work/$name.o"
    else
        echo "without ANDROID_NDK, the folder of Google's NDK: linked against stubs, which is unproven"
        without_ndk "$triple" "$work"
        ld.lld-19 -shared "${flags[@]}" --eh-frame-hdr -o "$2/$name.so" "$work/$name.o" "$work"/*.unwind.o \
            --as-needed "$work"/{libc,libdl}.so
    fi
}

# without_ndk TRIPLE FOLDER: what the NDK would have had: stubs of the system's libraries, and the unwinder's objects. The
# headers are musl's, of which libunwind needs the little in which Android does not differ.
without_ndk() {
    local zig library file
    zig=$(echo "${ZIG_TOOLS%/bin}"/lib/python3*/site-packages/ziglang/lib)
    local headers=$zig/libc/include compile
    local -A language=([cpp]='-std=c++17 -nostdinc++ -fno-exceptions -fno-rtti' [c]='-std=c99 -fexceptions' [S]='')
    compile=(clang-19 "--target=$1$ANDROID_API" -c -O2 -fPIC -fvisibility=hidden -Wno-unused-command-line-argument)
    for library in libc libdl; do
        sed -nE "s/^([a-zA-Z_0-9]+) $library( .*)?$/.globl \1\n\1:/p" packaging/platforms/android.names |
            "${compile[@]}" -x assembler - -o "$2/$library.stub.o"
        ld.lld-19 -shared -soname "$library.so" -o "$2/$library.so" "$2/$library.stub.o"
    done
    for file in libunwind.cpp UnwindLevel1.c UnwindLevel1-gcc-ext.c UnwindRegisters{Save,Restore}.S; do
        # shellcheck disable=SC2086 # options are words
        "${compile[@]}" ${language[${file##*.}]} -funwind-tables -ffunction-sections -DNDEBUG -D_LIBUNWIND_HIDE_SYMBOLS \
            -D_LIBUNWIND_DISABLE_VISIBILITY_ANNOTATIONS -D__errno_location=__errno -nostdlibinc \
            -isystem "$headers/${1%%-*}-linux-musl" -isystem "$headers/generic-musl" \
            -isystem "$headers/${1%%-*}-linux-any" -isystem "$headers/any-linux-any" \
            -I"$zig/libunwind/include" "$zig/libunwind/src/$file" -o "$2/$file.unwind.o"
    done
}

check_android() { # check_android CRATE OUT
    local name=lib${1//-/_} file
    file=$2/$name.so
    llvm-nm-19 -D --defined-only -j "$file" | sort | only "exports of $file" - "$BUILD/$1/exports"
    # What the NDK itself brings needs other names, which its own stubs vouch for.
    [ -n "${ANDROID_NDK:-}" ] || llvm-nm-19 -D --undefined-only -j "$file" | sed 's/@.*//' | within android.names
    if [ "$1" = podsix ]; then
        llvm-nm-19 --extern-only --defined-only -j "$2/$name.a" | grep -v '^$\|:$' | sort |
            only "exports of $name.a" - "$BUILD/$1/exports"
        # The unwinder is the compiler's.
        llvm-nm-19 --undefined-only -j "$2/$name.a" | grep -v '^$\|:$\|^_Unwind_' | within android.names
    fi
    llvm-readelf-19 -d "$file" |
        sed -nE 's/.*\((NEEDED|SONAME)\).*\[(.*)\]/\1 \2/p; s/.*\((FLAGS_1|TEXTREL)\) +(.*[^ ]) */\1 \2/p' | sort |
        only "$file" - <(printf 'FLAGS_1 NOW NODELETE\nNEEDED libc.so\nNEEDED libdl.so\nSONAME %s.so\n' "$name")
    no_paths "$2"
    # Panics can be caught.
    [[ $(llvm-readelf-19 -SW "$file") == *' .gcc_except_table '* ]] || { echo "$file: no tables for unwinding"; return 1; }
    # The addon's classes announce themselves.
    [ "$1" != podsix-godot ] || [[ $(llvm-readelf-19 -SW "$file") == *' .init_array '* ]] ||
        { echo "$file: nothing is called when it is loaded"; return 1; }
    # Where pages have 16 KB it loads if its segments, and what becomes read-only after loading, begin and end with one.
    local kind offset address memory alignment loads=0
    while read -r kind offset address _ _ memory alignment; do
        alignment=${alignment##* }
        case $kind in
        LOAD) loads=$((loads + 1)) && ((alignment == 0x4000 && (address - offset) % 0x4000 == 0)) ;;
        GNU_RELRO) (((address + memory) % 0x4000 == 0)) ;;
        esac || { echo "$file: $kind at $address is not for pages of 16 KB"; return 1; }
    done < <(llvm-readelf-19 -lW "$file" | grep -E '^ +(LOAD|GNU_RELRO) ')
    [ $loads -gt 0 ] || { echo "$file: no segments"; return 1; }
}
