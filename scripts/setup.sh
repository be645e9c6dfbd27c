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
    rust) echo python3-venv ;;
    c) echo gcc libc6-dev clang ;;
    cpp) echo gcc g++ clang make valgrind pkg-config libsdl2-dev ;;
    install) echo gcc g++ make cmake pkg-config binutils python3 ;;
    header) echo gcc g++ ;;
    symbols) echo binutils ;;
    examples) echo gcc libc6-dev make pkg-config libsdl2-dev ;;
    readme | demo) echo gcc libc6-dev make ;;
    godot-examples) echo gcc libc6-dev make pkg-config libsdl2-dev python3-venv xvfb ;;
    podsixnet) echo gcc g++ libc6-dev make python3-venv ;;
    valgrind) echo gcc libc6-dev valgrind ;;
    asan) echo gcc libc6-dev ;;
    tsan) echo clang-19 libclang-rt-19-dev libc6-dev rustc-web cargo-web rust-web-src ;;
    bench-check) echo valgrind ;;
    fuzz) echo g++ ;;
    bench) echo gcc libc6-dev libenet-dev libzmq3-dev pkg-config python3-venv strace ;;
    esac
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
    compgen -G '/var/lib/apt/lists/*Packages*' >/dev/null || apt-get update -qq || true
    local install=(apt-get install -y -qq --no-install-recommends)
    # Lists that are too old name packages that are no longer there.
    DEBIAN_FRONTEND=noninteractive "${install[@]}" "${missing[@]}" >/dev/null ||
        { apt-get update -qq && DEBIAN_FRONTEND=noninteractive "${install[@]}" "${missing[@]}" >/dev/null; } ||
        echo "some packages could not be installed"
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

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
    set -euo pipefail
    prepare rust c cpp install header symbols examples godot-examples podsixnet valgrind asan tsan bench-check bench fuzz
fi
