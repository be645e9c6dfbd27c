# The libraries of Windows: a DLL, import libraries for MinGW and MSVC, and a static library for MinGW. Sourced by
# scripts/dist-libs.
#
# Rust leaves a static library, a C compiler makes the DLL of it: Debian's mingw-w64, or for arm64, which that lacks, zig.
#
# shellcheck shell=bash

# The system libraries that a program needs beside libpodsix.a.
WINDOWS_LIBS=(-lws2_32 -luserenv -lntdll -lbcrypt -lkernel32)

build_windows() { # build_windows CRATE OUT
    local crate=$1 out=$2 name=${1//-/_} triple compiler machine dlltool linker
    case $PLATFORM in
    windows-x86_64)
        triple=x86_64-pc-windows-gnu machine=x64 dlltool=i386:x86-64
        compiler=(x86_64-w64-mingw32-gcc -static-libgcc "-Wl,--no-insert-timestamp")
        ;;
    windows-x86)
        triple=i686-pc-windows-gnu machine=x86 dlltool=i386
        compiler=(i686-w64-mingw32-gcc -static-libgcc "-Wl,--no-insert-timestamp")
        ;;
    windows-arm64)
        triple=aarch64-pc-windows-gnullvm machine=arm64 dlltool=arm64
        compiler=(env SOURCE_DATE_EPOCH=0 "$ZIG_TOOLS/python-zig" cc -target aarch64-windows-gnu -lunwind)
        compiler+=(-lapi-ms-win-core-synch-l1-2-0)
        ;;
    esac
    # A dependency that is a shared library too is linked by `true`: nobody takes that one.
    linker=CARGO_TARGET_${triple^^}_LINKER
    export "${linker//-/_}=true"
    rust "$triple" "$crate" staticlib
    (echo EXPORTS && exports_of "$crate") >"$out/$name.def"
    "${compiler[@]}" -shared -s -Wl,--gc-sections -o "$out/$name.dll" "$out/$name.def" "$BUILD/$triple/release/lib$name.a" \
        "${WINDOWS_LIBS[@]}"
    if [ "$crate" = podsix ]; then
        cp "$BUILD/$triple/release/libpodsix.a" "$out"
        llvm-dlltool-19 -m "$dlltool" -D podsix.dll -d "$out/podsix.def" -l "$out/libpodsix.dll.a"
        sed -i '1i LIBRARY podsix.dll' "$out/podsix.def" # the linker knew it; llvm-lib would leave the name empty
        llvm-lib-19 "/machine:$machine" "/def:$out/podsix.def" "/out:$out/podsix.lib"
    fi
    # What zig leaves beside it.
    rm -f "$out/$name.pdb" "$out/lib$name.lib"
    [ "$crate" = podsix ] || rm "$out/$name.def"
}

check_windows() { # check_windows CRATE OUT
    local crate=$1 out=$2 dll=$2/${1//-/_}.dll library file=$BUILD/$1-checked said part
    local -A machine=([windows-x86_64]=AMD64 [windows-x86]=I386 [windows-arm64]=ARM64)
    exports_of "$crate" >"$file.expected"
    llvm-readobj-19 --coff-exports "$dll" | sed -n 's/^ *Name: //p' | sort >"$file.exports"
    only "exports of $dll" "$file.exports" "$file.expected"
    # What every Windows since 10 has, and nothing of a compiler's.
    said=$(llvm-readobj-19 --coff-imports "$dll" | sed -n 's/^ *Name: //p' | sort -u |
        grep -viE '^(advapi32|kernel32|ntdll|ws2_32|userenv|bcrypt|bcryptprimitives|msvcrt|api-ms-win-(core|crt)-[a-z0-9-]+)\.dll$') &&
        { echo "$dll needs: $said"; return 1; }
    said=$(llvm-readobj-19 --file-headers --sections --coff-debug-directory "$dll")
    for part in "IMAGE_FILE_MACHINE_${machine[$PLATFORM]} " 'TimeDateStamp: 1970-01-01 00:00:00' 'SymbolCount: 0' \
        IMAGE_FILE_DLL IMAGE_DLL_CHARACTERISTICS_DYNAMIC_BASE IMAGE_DLL_CHARACTERISTICS_NX_COMPAT; do
        grep -q "$part" <<<"$said" || { echo "$dll: no $part"; return 1; }
    done
    no_paths "$out"
    [ "$crate" = podsix ] || return 0
    for library in libpodsix.a libpodsix.dll.a podsix.lib; do
        llvm-nm-19 --defined-only "$out/$library" 2>/dev/null | sed -nE 's/^.* T _?(podsix_[a-z0-9_]+)$/\1/p' | sort -u \
            >"$BUILD/$library-has"
        [ "$library" = libpodsix.a ] || grep -aq 'podsix\.dll' "$out/$library" || { echo "$out/$library names no DLL"; return 1; }
        only "$out/$library" "$BUILD/$library-has" "$BUILD/$crate-checked.expected"
    done
}
