# What the test steps need, and how a Debian machine gets it. Sourced by scripts/test; run by
# itself, it prepares the machine for all steps.
#
# As root (a container, CI) missing Debian packages are installed, which is said first. As anyone
# else what is there is used, nothing is installed outside the checkout, and a step that lacks
# something is skipped loudly. CI=true turns each skip into a failure.
#
# shellcheck shell=bash

# The Debian packages of a step, beside Rust itself.
packages_for() {
    case $1 in
    lint) echo make python3-venv ;;
    rust) echo python3-venv ;;
    c) echo gcc libc6-dev clang ;;
    cpp) echo gcc g++ clang make valgrind pkg-config libsdl2-dev ;;
    csharp) echo gcc libc6-dev make mono-mcs mono-runtime libmono-system-core4.0-cil libmono-system-numerics4.0-cil python3-venv ;;
    csharp-win) echo $(packages_for win) $(packages_for csharp) ;;
    install) echo gcc g++ make cmake pkg-config binutils python3 ;;
    header) echo gcc g++ ;;
    abi) echo gcc binutils python3 ;;
    examples) echo gcc libc6-dev make pkg-config libsdl2-dev ;;
    readme | demo) echo gcc libc6-dev make ;;
    podsixnet) echo gcc g++ libc6-dev make python3-venv ;;
    valgrind) echo gcc libc6-dev valgrind ;;
    asan) echo gcc libc6-dev ;;
    tsan) echo clang-19 libclang-rt-19-dev libc6-dev rustc-web cargo-web rust-web-src ;;
    bench-check) echo valgrind ;;
    fuzz) echo g++ ;;
    godot) echo gcc libc6-dev make pkg-config libsdl2-dev python3-venv xvfb debootstrap ;;
    # Rust that builds its standard library for any system, the linkers of all families in packaging/platforms, and what
    # tries the packages.
    dist) echo git ca-certificates rustc-web cargo-web rust-web-src mingw-w64 lld-19 llvm-19 clang-19 g++ cmake pkg-config libmono-cecil-private-cil $(packages_for csharp) ;;
    win) echo rustc-web cargo-web rust-web-src mingw-w64 llvm-19 debootstrap ;;
    arm64) echo rustc-web cargo-web lld-19 llvm-19 g++-aarch64-linux-gnu qemu-user python3-venv ;;
    bench) echo gcc libc6-dev libenet-dev libzmq3-dev pkg-config python3-venv strace ;;
    esac
}

# quietly COMMAND...: runs it, and shows what it says only if it fails.
quietly() {
    local said status
    said=$("$@" 2>&1) && return
    status=$?
    printf '%s\n' "$said"
    return $status
}

# install_packages PACKAGE...: of Debian, as root. The lists are fetched first, whatever their age: old ones name
# packages that are no longer there. If they cannot be, those that are there may do.
install_packages() {
    apt-get update -qq || true
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"
}

# prepare STEP...: installs what those steps lack, if this is root on a Debian machine.
prepare() {
    local step package missing=()
    command -v dpkg >/dev/null && command -v apt-get >/dev/null || return 0
    for step; do
        for package in $(packages_for "$step"); do
            [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] ||
                missing+=("$package")
        done
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    mapfile -t missing < <(printf '%s\n' "${missing[@]}" | sort -u)
    if [ "$(id -u)" -ne 0 ]; then
        echo "not installed, and this is not root: ${missing[*]}"
        return 0
    fi
    echo "installing Debian packages: ${missing[*]}"
    quietly install_packages "${missing[@]}" || echo "some packages could not be installed"
}

# need WHAT for STEP: whether WHAT is there; if not, says what the step lacks. WHAT is a command, a
# file, or "nightly", the Rust toolchain.
need() {
    case $1 in
    nightly) cargo +nightly --version >/dev/null 2>&1 && return ;;
    /*) [ -e "$1" ] && return ;;
    *) command -v "$1" >/dev/null && return ;;
    esac
    echo "SKIP: $3 needs $1, which is not installed"
    return 77
}

# cargo-fuzz inside the checkout, of a pinned version.
need_cargo_fuzz() {
    local tools=$1 version=0.13.2
    [ -x "$tools/bin/cargo-fuzz" ] ||
        cargo install cargo-fuzz --version $version --locked --root "$tools" ||
        { echo "SKIP: fuzz needs cargo-fuzz $version, which could not be installed"; return 77; }
}

# need_workflow_checkers STEP TARGET: what scripts/workflows runs, of pinned versions, in TARGET/tools/workflows.
need_workflow_checkers() {
    local tools=$2/tools/workflows packages=(check-jsonschema==0.39.0 zizmor==1.32.0)
    [ -x "$tools/bin/zizmor" ] || { python3 -m venv "$tools" && "$tools/bin/pip" install -q "${packages[@]}"; } || {
        echo "SKIP: $1 needs Python 3 with venv and ${packages[*]}"
        return 77
    }
}

# need_podsixnet STEP: exports PODSIX_PYTHON, a Python that has PodSixNet 0.11.0, unless it is set
# already. PodSixNet stands on asyncore, which Python 3.12 no longer has. It is kept inside the checkout.
need_podsixnet() {
    local python venv=$PWD/target/venv package=PodSixNet==0.11.0 import='import PodSixNet.Channel'
    : "${PODSIX_PYTHON:=$venv/bin/python}"
    export PODSIX_PYTHON
    "$PODSIX_PYTHON" -W ignore -c "$import" 2>/dev/null && return
    if [ "$PODSIX_PYTHON" = "$venv/bin/python" ]; then
        for python in python3.11 python3.10 python3.9 python3; do
            "$python" -W ignore -c 'import asyncore' 2>/dev/null || continue
            "$python" -m venv "$venv" && "$venv/bin/pip" install -q "$package" &&
                "$PODSIX_PYTHON" -W ignore -c "$import" && return
        done
    fi
    unset PODSIX_PYTHON
    echo "SKIP: $1 needs Python 3.11 or older with venv and $package, or PODSIX_PYTHON, one that has it"
    return 77
}

# need_zig STEP FOLDER: zig, which links for other systems, of a pinned version, in FOLDER.
need_zig() {
    local package=ziglang==0.17.1
    mkdir -p "${2%/*}"
    ( # one step at a time
        flock 8
        [ -x "$2/bin/python-zig" ] && exit
        rm -rf "$2"
        python3 -m venv "$2" && "$2/bin/pip" install -q "$package" && exit
        rm -rf "$2"
        exit 1
    ) 8>"$2.lock" && return
    echo "SKIP: $1 needs Python 3 with venv and $package, or PODSIX_ZIG, the folder of a venv that has it"
    return 77
}

# need_packaging STEP FOLDER: Conan, and what knows the schema of CycloneDX, of pinned versions, in FOLDER.
need_packaging() {
    local packages=(conan==2.34.0 'cyclonedx-python-lib[json-validation]==11.6.0')
    [ -x "$2/bin/conan" ] && "$2/bin/python" -c 'import cyclonedx, jsonschema' 2>/dev/null && return
    rm -rf "$2"
    python3 -m venv "$2" && "$2/bin/pip" install -q "${packages[@]}" && return
    rm -rf "$2"
    echo "SKIP: $1 needs Python 3 with venv and ${packages[*]}"
    return 77
}

# need_arm64_std WHO FOLDER: Rust's standard library for arm64 in FOLDER: Debian's, of the same version as its Rust here.
# apt has lists of its own for that processor there, so that nothing is installed and anyone may do it.
need_arm64_std() {
    local package=libstd-rust-web-dev version state=$2.new/apt arguments
    version=$(dpkg-query -W -f='${Version}' $package 2>/dev/null) || version=unknown
    arguments=(-q -o APT::Architecture=arm64 -o APT::Architectures::=arm64 -o APT::Sandbox::User= -o Dir::Cache="$state/cache"
        -o Dir::State::lists="$state/lists" -o Dir::State::status=/dev/null)
    mkdir -p "${2%/*}"
    ( # one step at a time
        flock 8
        [ ! -e "$2/$version" ] || exit 0
        rm -rf "$2" "$2.new"
        mkdir -p "$state"/{lists,cache/archives}/partial
        quietly apt-get "${arguments[@]}" update && cd "$state" &&
            quietly apt-get "${arguments[@]}" download "$package=$version" && dpkg-deb -x ./*.deb "$2.new" || exit 1
        rm -rf "$state"
        touch "$2.new/$version"
        mv "$2.new" "$2"
    ) 8>"$2.lock" && return
    echo "SKIP: $1 needs $package of Debian's arm64, version $version, in $2"
    return 77
}

# need_mono STEP: whether Mono and its C# compiler are there.
need_mono() {
    need mcs for "$1" && need mono for "$1"
}

# need_coreclr STEP: exports PODSIX_DOTNET, a `dotnet` of .NET Core 3.1 beside its shared framework, unless it
# is set already. PyPI has one, which is kept inside the checkout.
need_coreclr() {
    local venv=$PWD/target/coreclr package=dotnetcore2==3.1.23 found
    export PODSIX_DOTNET
    if [ -z "${PODSIX_DOTNET:-}" ]; then
        mkdir -p target
        ( # two steps may want it at once
            flock 9
            [ -d "$venv" ] || { python3 -m venv "$venv" && "$venv/bin/pip" install -q --no-deps "$package"; } || rm -rf "$venv"
        ) 9>"$venv.lock"
        for found in "$venv"/lib/python3*/site-packages/dotnetcore2/bin/dotnet; do
            [ -f "$found" ] && chmod +x "$found" && PODSIX_DOTNET=$found
        done
    fi
    [ -n "${PODSIX_DOTNET:-}" ] && [ -x "$PODSIX_DOTNET" ] && return
    unset PODSIX_DOTNET
    echo "SKIP: $1 needs Python 3 with venv and $package, or PODSIX_DOTNET, the dotnet of .NET Core 3.1"
    return 77
}

# need_coreclr_win STEP: exports PODSIX_DOTNET_WIN, the dotnet.exe of .NET Core 3.1 for 64-bit Windows. PyPI has one, which is
# kept inside the checkout.
need_coreclr_win() {
    local folder=$PWD/target/coreclr-win package=dotnetcore2==3.1.23
    export PODSIX_DOTNET_WIN=${PODSIX_DOTNET_WIN:-$folder/dotnetcore2/bin/dotnet.exe}
    [ ! -f "$PODSIX_DOTNET_WIN" ] || return 0
    rm -rf "$folder"
    python3 -m venv "$folder/venv" &&
        "$folder/venv/bin/pip" download -q --no-deps --only-binary=:all: --platform win_amd64 -d "$folder" "$package" &&
        python3 -m zipfile -e "$folder"/*.whl "$folder" && rm -r "$folder"/*.whl "$folder/venv" && [ -f "$PODSIX_DOTNET_WIN" ] && return
    echo "SKIP: $1 needs Python 3 with pip and $package, or PODSIX_DOTNET_WIN, the dotnet.exe of .NET Core 3.1"
    return 77
}

# need_netstandard STEP: exports PODSIX_NETSTANDARD, by which Mono runs what was built for .NET Standard. Debian has it among
# the tools for developers, from whose package it alone is kept inside the checkout.
need_netstandard() {
    local file=usr/lib/mono/4.5/Facades/netstandard.dll folder=$PWD/target/tools/mono
    export PODSIX_NETSTANDARD=/$file
    [ ! -f "/$file" ] || return 0
    PODSIX_NETSTANDARD=$folder/$file
    [ -f "$folder/$file" ] || {
        mkdir -p "$folder" && (cd "$folder" && quietly apt-get download -q mono-devel &&
            dpkg-deb --fsys-tarfile mono-devel_*.deb | tar -x "./$file" && rm mono-devel_*.deb)
    } || { echo "SKIP: $1 needs Mono's netstandard.dll, as of Debian's mono-devel"; return 77; }
}

# need_godot STEP: exports GODOT, a Godot that the addon loads in: the one it names already, else the one on
# PATH. Debian 12 has none. As root on Debian a folder outside the checkout gets the one of Debian's
# suite sid with all the libraries it needs (PODSIX_GODOT_ROOT, 1 GB), and GODOT starts that one.
need_godot() {
    local least=4.4 root=${PODSIX_GODOT_ROOT:-/opt/podsix-godot} mirror
    [ -n "${GODOT:-}" ] || GODOT=$(command -v godot || true)
    if [ -z "$GODOT" ] && [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
        ( # two steps may want it at once
            flock 9
            [ ! -x "$root/usr/bin/godot" ] || exit 0
            mirror=$(awk '/^URIs:/ { print $2; exit }' /etc/apt/sources.list.d/debian.sources)
            echo "installing Debian's Godot and its libraries into $root (1 GB)"
            rm -rf "$root.new" # of a try that was broken off
            # Its lists are as new as itself.
            quietly debootstrap --variant=minbase sid "$root.new" "$mirror" &&
                DEBIAN_FRONTEND=noninteractive quietly chroot "$root.new" \
                    apt-get install -y -qq --no-install-recommends godot xvfb xauth \
                    libgl1-mesa-dri libgl1 libxcursor1 libxinerama1 libxrandr2 libxi6 &&
                mv "$root.new" "$root" ||
                echo "Godot could not be installed"
        ) 9>"$root.lock"
        [ ! -x "$root/usr/bin/godot" ] || GODOT=$PWD/scripts/godot
    fi
    # "4.6.3.stable" is not less than "4.4", by the numbers.
    if [ -n "$GODOT" ] && printf '%s\n' "$least" "$("$GODOT" --version)" | sort -VC; then
        export GODOT
        return
    fi
    echo "SKIP: $1 needs Godot $least or later: GODOT, or godot on PATH"
    return 77
}

# need_wine STEP: exports WINE, a Wine that runs programs of 64 and 32 bits: the one it names already, else the one on PATH.
# As root on Debian a folder outside the checkout gets the one of Debian 13 (PODSIX_WINE_ROOT, 2 GB), and WINE starts that one.
need_wine() {
    local root=${PODSIX_WINE_ROOT:-/opt/podsix-wine} mirror
    [ -n "${WINE:-}" ] || WINE=$(command -v wine || true)
    if [ -z "$WINE" ] && [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
        ( # two steps may want it at once; its `wine` is a link to its own /etc
            flock 9
            [ ! -x "$root/usr/bin/wine-stable" ] || exit 0
            mirror=$(awk '/^URIs:/ { print $2; exit }' /etc/apt/sources.list.d/debian.sources)
            echo "installing Debian 13's Wine, for 64 and 32 bits, into $root (2 GB)"
            rm -rf "$root.new" # of a try that was broken off
            # Its names leave IPv6 out, with which Wine answers at an address that is not aligned.
            quietly debootstrap --variant=minbase trixie "$root.new" "$mirror" &&
                quietly chroot "$root.new" dpkg --add-architecture i386 &&
                quietly chroot "$root.new" apt-get update -qq &&
                DEBIAN_FRONTEND=noninteractive quietly chroot "$root.new" \
                    apt-get install -y -qq --no-install-recommends wine wine64 wine32:i386 &&
                echo '127.0.0.1 localhost' >"$root.new/etc/hosts" &&
                mv "$root.new" "$root" ||
                echo "Wine could not be installed"
        ) 9>"$root.lock"
        [ ! -x "$root/usr/bin/wine-stable" ] || WINE=$PWD/scripts/wine
    fi
    # Where mounting is not allowed, as in some containers, scripts/wine starts nothing.
    if [ -n "$WINE" ] && "$WINE" --version >/dev/null 2>&1; then
        export WINE
        return
    fi
    echo "SKIP: $1 needs Wine: WINE, or wine on PATH, or root and leave to mount"
    return 77
}

# godot_project TARGET FOLDER FILE...: makes FOLDER a project of those files, with the addon of TARGET, which the
# engine finds without its editor having been there.
godot_project() {
    rm -rf "$2"
    mkdir -p "$2/.godot" "$2/addons" "$1/godot/home"
    cp "${@:3}" "$2"
    cp -r "$1/godot/addons/podsix" "$2/addons"
    echo 'res://addons/podsix/podsix.gdextension' >"$2/.godot/extension_list.cfg"
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
    set -euo pipefail
    prepare lint rust c cpp csharp csharp-win install header abi examples podsixnet valgrind asan tsan bench-check bench fuzz godot dist win arm64
    need_godot godot
    need_wine win
fi
