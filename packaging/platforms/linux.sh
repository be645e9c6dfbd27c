# Linux: glibc 2.17 and later on two processors, and musl. Sourced by scripts/dist-libs.
#
# Rust leaves a static library, zig links it, which has every glibc, the musl and an unwinder that comes along. For glibc
# Rust's standard library is Debian's, that of arm64 out of a package (need_arm64_std in scripts/setup.sh); for
# musl it is built.
#
# shellcheck shell=bash
source "$ROOT/scripts/setup.sh"
GLIBC=2.17
SONAME=libpodsix.so.$(sed -n 's/^#define PODSIX_ABI_VERSION //p' "$ROOT/include/podsix.h")

build_linux() { # build_linux CRATE OUT
    local crate=$1 out=$2 name=lib${1//-/_} work=$BUILD/$1 triple system HAS_STD=yes RUSTFLAGS_FOR_ALL=-Clinker=true
    case $PLATFORM in
    linux-x86_64) triple=x86_64-unknown-linux-gnu system=x86_64-linux-gnu.$GLIBC ;;
    linux-arm64)
        need_arm64_std "$PLATFORM" "$TARGET/tools/arm64-std"
        triple=aarch64-unknown-linux-gnu system=aarch64-linux-gnu.$GLIBC
        RUSTFLAGS_FOR_ALL+=" --sysroot $TARGET/tools/arm64-std/usr"
        ;;
    *) triple=x86_64-unknown-linux-musl system=x86_64-linux-musl HAS_STD= ;;
    esac
    rm -rf "$work"
    mkdir -p "$work"
    # A dependency that is a shared library too is linked by `true`: nobody takes that one.
    rust "$triple" "$crate" staticlib
    exports_of "$crate" >"$work/exports"
    one_object "$BUILD/$triple/release/$name.a" "$work"
    [ "$crate" != podsix ] || llvm-ar-19 rcsD "$out/$name.a" "$work/podsix.o"
    (echo '{ global:' && sed 's/$/;/' "$work/exports" && echo 'local: *; };') >"$work/exports.map"
    "$ZIG_TOOLS/python-zig" cc -target "$system" -shared -s -O2 -o "$out/$name.so" "$work/podsix.o" \
        -Wl,--gc-sections,-z,relro,-z,now,--version-script="$work/exports.map" \
        $([ "$crate" = podsix ] && echo "-Wl,-soname,$SONAME") -lunwind -lpthread -ldl
}

# one_object LIBRARY FOLDER: FOLDER/podsix.o, which has of it what the functions in FOLDER/exports need, and no other
# name that a program could see: two libraries of Rust in one program both have a standard library, whose names clash.
# --gc-sections would take the tables for unwinding out, without which a panic ends the game.
one_object() {
    sed 's/^/-u /' "$2/exports" >"$2/wanted"
    ld.lld-19 -r --force-group-allocation -o "$2/whole.o" "@$2/wanted" "$1"
    llvm-objcopy-19 --strip-debug --strip-unneeded --keep-global-symbols="$2/exports" --remove-section=.llvmbc \
        --remove-section=.llvmcmd --remove-section=.comment "$2/whole.o" "$2/podsix.o"
}

check_linux() { # check_linux CRATE OUT
    local file=$2/lib${1//-/_} work=$BUILD/$1 needed versions
    exports_of "$1" | only "exports of $file.so" <(llvm-nm-19 -D --defined-only -j "$file.so" | sort) -
    [ "$1" != podsix ] || exports_of "$1" |
        only "exports of $file.a" <(llvm-nm-19 -g --defined-only -j "$file.a" | grep -v ':$' | sed '/^$/d' | sort) -
    llvm-readelf-19 -hldVSW "$file.so" >"$work/elf"
    case $PLATFORM in
    linux-x86_64) machine=X86-64 needed='libc.so.6 libpthread.so.0 libdl.so.2 libm.so.6 ld-linux-x86-64.so.2' ;;
    linux-arm64) machine=AArch64 needed='libc.so.6 libpthread.so.0 libdl.so.2 libm.so.6 ld-linux-aarch64.so.1' ;;
    *) machine=X86-64 needed=libc.so ;; # which is what musl calls itself, whatever its file is called
    esac
    grep -q "Machine: .*$machine" "$work/elf" || { echo "$file.so is not for $machine"; return 1; }
    none "$file.so needs" < <(sed -n 's/.*(NEEDED) .*\[\(.*\)\]/\1/p' "$work/elf" | grep -vxF "${needed// /$'\n'}")
    # No newer glibc is demanded, and that version's own names really are.
    versions=$(sed -nE 's/.*GLIBC_([0-9.]+).*/\1/p' "$work/elf" | sort -Vu)
    case $PLATFORM in
    *musl*) none "$file.so demands glibc" <<<"$versions" ;;
    *) printf '%s\n' "$versions" $GLIBC | sort -VC || { echo "$file.so demands glibc" $versions; return 1; } ;;
    esac
    [ "$1" != podsix ] || grep -q "(SONAME) .*\[$SONAME\]" "$work/elf" || { echo "$file.so is not called $SONAME"; return 1; }
    grep -q ' \.gcc_except_table ' "$work/elf" || { echo "$file.so has no tables for unwinding"; return 1; }
    grep -q GNU_RELRO "$work/elf" && grep -q 'BIND_NOW' "$work/elf" || { echo "$file.so is writable where it need not be"; return 1; }
    none "$file.so has code that can be written to" < <(grep -E 'TEXTREL|GNU_STACK.* RWE|LOAD.* RWE' "$work/elf")
    none "$file.so is not stripped" < <(grep -E ' \.(symtab|debug_[a-z]+) ' "$work/elf")
    none "paths of this machine" < <(grep -laF -e "$ROOT/" -e "$TARGET/" -e "$HOME/" "$2"/*)
}

# none WHAT: fails if there is anything in the input.
none() {
    local found
    found=$(cat)
    [ -z "$found" ] || { echo "$1: $found"; return 1; }
}
