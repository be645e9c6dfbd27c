#!/usr/bin/env python3
"""Whether macOS would load a universal library: dylib.py FILE INSTALL_NAME LEAST_MACOS

For each processor: the install name, the least macOS, that it needs libSystem alone, that its segments begin on pages of
16 KB, and that every page of it has the hash that its ad hoc signature says. Apple's processors run nothing else.
"""

import hashlib
import struct
import sys

PROCESSORS = {0x0100000C: "arm64", 0x01000007: "x86_64"}
SEGMENT, ID_DYLIB, LOAD_DYLIB, CODE_SIGNATURE, BUILD_VERSION = 0x19, 0xD, 0xC, 0x1D, 0x32
MACOS, ADHOC, SHA256 = 1, 2, 2


def demand(what, is_so):
    if not is_so:
        sys.exit(f"{path}: {processor}: {what}")


def slices(data):
    """The libraries of a universal file, by the processor's name."""
    magic, count = struct.unpack_from(">II", data)
    if magic != 0xCAFEBABE:
        sys.exit(f"{path} is not universal")
    for at in range(8, 8 + 20 * count, 20):
        cpu, _, offset, size, _ = struct.unpack_from(">5I", data, at)
        yield PROCESSORS.get(cpu, hex(cpu)), data[offset:offset + size]


def commands(library):
    """The load commands: their numbers, and the bytes of each."""
    at = 32
    for _ in range(struct.unpack_from("<I", library, 16)[0]):
        number, size = struct.unpack_from("<II", library, at)
        yield number & 0x7FFFFFFF, library[at:at + size]
        at += size


def text(command):
    start = struct.unpack_from("<I", command, 8)[0]
    return command[start:].split(b"\0")[0].decode()


def check_signature(library, start, size):
    """The signature is the last thing in the file; its directory has a hash for every page before it."""
    demand("bytes after the signature", start + size == len(library))
    magic, _, count = struct.unpack_from(">III", library, start)
    demand("no signature where one is announced", magic == 0xFADE0CC0)
    blobs = dict(struct.unpack_from(">II", library, start + 12 + 8 * at) for at in range(count))
    directory = start + blobs[0]
    magic, _, _, flags, hashes, name, _, pages, limit = struct.unpack_from(">9I", library, directory)
    hash_size, kind, _, page_bits = library[directory + 36:directory + 40]
    demand("no code directory", magic == 0xFADE0C02)
    demand("not signed ad hoc", flags & ADHOC)
    demand("hashes of another kind", kind == SHA256 and hash_size == 32)
    page = 1 << page_bits
    demand("the signature is not of the whole file", limit == start and pages == -(-limit // page))
    for at in range(pages):
        said = library[directory + hashes + 32 * at:][:32]
        is_so = hashlib.sha256(library[page * at:min(page * (at + 1), limit)]).digest() == said
        demand(f"page {at} is not what the signature says", is_so)
    return library[directory + name:].split(b"\0")[0].decode(), pages


def check(library):
    install, needed, signature, least = None, [], None, None
    for number, command in commands(library):
        if number == ID_DYLIB:
            install = text(command)
        elif number == LOAD_DYLIB:
            needed.append(text(command))
        elif number == BUILD_VERSION:
            platform, version = struct.unpack_from("<II", command, 8)
            demand("not for macOS", platform == MACOS)
            least = f"{version >> 16}.{version >> 8 & 255}"
        elif number == CODE_SIGNATURE:
            signature = struct.unpack_from("<II", command, 8)
        elif number == SEGMENT:
            name, address, offset = command[8:24].rstrip(b"\0").decode(), *struct.unpack_from("<Q8xQ", command, 24)
            demand(f"{name} does not begin on a page", (address | offset) % (0x4000 if processor == "arm64" else 0x1000) == 0)
    demand(f"the install name is {install}", install == install_name)
    demand(f"it needs {needed}", needed == ["/usr/lib/libSystem.B.dylib"])
    demand(f"it needs macOS {least}", least == least_macos)
    demand("no signature", signature)
    identifier, pages = check_signature(library, *signature)
    demand(f"it is signed as {identifier}", identifier == install_name.rpartition("/")[2])
    print(f"{processor}: {len(library)} bytes, from macOS {least} on, {pages} pages signed ad hoc")


path, install_name, least_macos = sys.argv[1:]
seen = []
with open(path, "rb") as file:
    for processor, library in slices(file.read()):
        check(library)
        seen.append(processor)
if sorted(seen) != ["arm64", "x86_64"]:
    sys.exit(f"{path} is for {seen}")
