# Rust tests under an emulator. Sourced by scripts/test-arm64 and scripts/test-win.
#
# shellcheck shell=bash

# asked_again LOG ARGUMENT...: runs rust_tests ARGUMENT..., which runs cargo with these for the tests. Emulated code beside other steps may
# be too late for a test's patience: what fails is asked again, by itself, and said. A program that dies is a failure.
asked_again() {
    local log=$1 late
    shift
    rust_tests "$@" 2>&1 | tee "$log" && return
    mapfile -t late < <(sed -n 's/^test \(.*\) \.\.\. FAILED$/\1/p' "$log" | sort -u)
    [ ${#late[@]} -gt 0 ] && ! grep -qE '\(signal: |\(exit code: [^1]|^error: could not compile' "$log" ||
        { echo "not the tests themselves"; return 1; }
    echo "again, one at a time: ${late[*]}"
    rust_tests --exact --test-threads=1 "${late[@]}"
}
