# What building for a platform takes, whichever it is. Sourced by scripts/dist-libs before the file of a family, which
# defines build_FAMILY and check_FAMILY.
#
# shellcheck shell=bash

# Every platform, and the family whose file knows how it is built.
declare -A FAMILIES=(
    [linux-x86_64]=linux [linux-arm64]=linux [linux-musl-x86_64]=linux
    [windows-x86_64]=windows [windows-x86]=windows [windows-arm64]=windows
    [macos]=apple [ios-arm64]=apple
    [android-arm64]=android [android-x86_64]=android
)
PLATFORMS=(linux-x86_64 linux-arm64 linux-musl-x86_64 windows-x86_64 windows-x86 windows-arm64 macos ios-arm64
    android-arm64 android-x86_64)
# Those that the Godot addon has a library for.
declare -A ADDON_PLATFORMS=([linux-x86_64]=1 [linux-arm64]=1 [windows-x86_64]=1 [windows-x86]=1 [windows-arm64]=1 [macos]=1
    [android-arm64]=1 [android-x86_64]=1)

# One Rust for all of them: Debian's, whose standard library's sources are there to be built for any system.
export RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 CARGO_INCREMENTAL=0
CARGO=/usr/bin/cargo
export PODSIX_ZIG=${PODSIX_ZIG:-$TARGET/tools/zig}
ZIG_TOOLS=$PODSIX_ZIG/bin # zig by the name python-zig
export ZIG_GLOBAL_CACHE_DIR=$TARGET/tools/zig-cache ZIG_LOCAL_CACHE_DIR=$TARGET/tools/zig-cache

# The same bytes from the same commit, wherever it is checked out: no time, and no path of this machine.
SOURCE_DATE_EPOCH=$(git -C "$ROOT" log -1 --format=%ct 2>/dev/null || echo 0)
export SOURCE_DATE_EPOCH
REMAP="--remap-path-prefix=$ROOT=/podsix --remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=/cargo"

# rust TRIPLE CRATE CRATE_TYPES [ARGUMENTS OF cargo...]: builds it with a standard library of its own, into
# $BUILD/TRIPLE/release, or with the one that is there if HAS_STD says so. RUSTFLAGS_FOR_ALL is what the family adds;
# MANIFEST that of another workspace.
rust() {
    local triple=$1 crate=$2 types=$3
    shift 3
    [ "${HAS_STD:-}" ] || local -x CARGO_UNSTABLE_BUILD_STD=std,panic_unwind
    RUSTFLAGS="$REMAP ${RUSTFLAGS_FOR_ALL:-}" CARGO_TARGET_DIR=$BUILD CARGO_PROFILE_RELEASE_DEBUG=false \
        "$CARGO" rustc --manifest-path "${MANIFEST:-$ROOT/Cargo.toml}" --release --locked --lib -p "$crate" \
        --crate-type "$types" --target "$triple" "$@"
}

# library_of PLATFORM: the file that a game ships there, which a phone of Apple's has inside of its program.
library_of() {
    case ${FAMILIES[$1]} in
    windows) echo podsix.dll ;;
    apple) [ "$1" = macos ] && echo libpodsix.dylib || echo libpodsix.a ;;
    *) echo libpodsix.so ;;
    esac
}

# exports_of CRATE: what its library exports, sorted: the header's functions, or what Godot enters by.
exports_of() {
    case $1 in
    podsix) grep -oE '\bpodsix_[a-z0-9_]+\(' "$ROOT/include/podsix.h" | tr -d '(' | sort -u ;;
    podsix-godot) sed -n 's/^entry_symbol = "\(.*\)"$/\1/p' "$ROOT/bindings/godot/addons/podsix/podsix.gdextension" ;;
    esac
}

# only WHAT ACTUAL EXPECTED: two files that have to be the same.
only() {
    diff "$2" "$3" || { echo "$1: there is (<), there should be (>)"; return 1; }
}

# within FILE: whether every name that it reads is the first word of a line of that file of this folder.
within() {
    local new
    new=$(grep -vxF -f <(sed 's/[ #].*//; /^$/d' "packaging/platforms/$1")) || return 0
    echo "not in packaging/platforms/$1, the names that its systems are known to have:"
    echo "$new"
    return 1
}

# no_paths FOLDER: whether what is in it names no folder of this machine.
no_paths() {
    ! grep -rlF -e "$ROOT/" -e "$TARGET/" -e "$HOME/" "$1" || { echo "these name folders of this machine"; return 1; }
}
