"""Records what the original does, so that most cases can be run without it.

    python tests/podsixnet/record.py tests/data/rencode

Each line is a payload in hexadecimal digits and what it says (tests/description/mod.rs), or "refused".
"""

import struct
import sys

from describe import describe_payload
from PodSixNet.rencode import dumps

INTS = [0, 1, 42, 43, 44, 127, 128, 32767, 32768, 2**31 - 1, 2**31, 2**63 - 1, 2**63, 2**64, 10**62, 10**63 - 1]

WRITTEN = [None, True, False, 0.0, -0.0, 0.5, -1.5, float("inf"), float("-inf"), float("nan"), 1e-45]
WRITTEN += INTS + [-n for n in INTS if len(str(-n)) < 64] + [-n - 1 for n in INTS if len(str(-n)) < 64]
WRITTEN += [-31, -32, -33, 10**62 - 1, -(10**62) + 1]
WRITTEN += ["", "a", "action", "x" * 63, "x" * 64, "x" * 65, "x" * 1000, "é€\U0001f600", "\0---\0", "ß" * 32]
WRITTEN += [kind(range(n)) for kind in (list, tuple) for n in (0, 1, 31, 32, 33, 100)]
WRITTEN += [{n: -n for n in range(count)} for count in (0, 1, 24, 25, 26, 100)]
WRITTEN += [{"a": 1, None: 2, True: 3, 2.5: 4, 2**70: 5, -3: 6}, {"action": "connected"}]
WRITTEN += [{"action": "error", "error": [-1, "no"]}, [[[[]]]], ((((),),),), {"a": {"b": {"c": ({},)}}}]
WRITTEN += [{(1, 2): "wall", (1, 3): "door"}, {(): 0, ("a", None, True, 2.5, -7): {((1, 2), (1, 3)): 1}}]
WRITTEN += [{"action": "initial", "lines": {"1": {"color": [84, 168, 0], "lines": [[(3, 5), (300, 70000)]]}}}]

READ = [
    # Wide forms of small values, and containers that end with a byte.
    b">\x05", b"?\x00\x05", b"@\x00\x00\x00\x05", b"A\0\0\0\0\0\0\0\x05", b"=5\x7f", b">\xff", b",?\xe0\0\0\0\0\0\0",
    b";\x7f", b":\x7f", b"<\x7f", b";\x01\x02\x7f", b":\x01\x02\x7f", b"<\x01\x02\x7f",
    # Decimal integers as Python's int reads them.
    b"=+5\x7f", b"=-5\x7f", b"=007\x7f", b"=-0\x7f", b"=1_000\x7f", b"= \t\n\v\f\r12 \t\n\v\f\r\x7f",
    b"=" + b"1" * 63 + b"\x7f", b"=" + b"1" * 64 + b"\x7f", b"=" + b" " * 62 + b"1\x7f", b"=" + b" " * 63 + b"1\x7f",
    b"=\x7f", b"=-\x7f", b"=+-1\x7f", b"=- 1\x7f", b"=1 2\x7f", b"=1__0\x7f", b"=_1\x7f", b"=1_\x7f", b"=1_ \x7f",
    b"=0x1\x7f", b"=1.0\x7f", b"=1e3\x7f", b"=1L\x7f", b"=\xd9\xa1\x7f", b"=\xc2\xa01\x7f", b"=\x1c1\x7f", b"=5\0\x7f",
    b"=5", b"=", b"=18446744073709551615\x7f", b"=9223372036854775808\x7f", b"=-9223372036854775808\x7f",
    # Strings with their length before them.
    b"1:a", b"0:", b"01:a", b"0_1:a", b"1 :a", b"1\t\n\v\f\r :a", b"1_:a", b"1__0:0123456789", b"1", b"1:", b"9:a",
    b"1x:a", b"1-:a", b"99999999999999999999999999:a", b"1:ab", b"3:\xe2\x82\xac", b"0" * 4299 + b"1:a", b"0" * 4300 + b"1:a",
    b"2:\xe2\x82", b"\x81\xff", b"\x83\xed\xa0\x80", b"\x82\xc0\x80", b"\xc2\x81\xff\x81a", b"\xc1\x81\xff\0",
    # Keys.
    b"h\x01\x02C\x03", b"h\x81a\x01\x81a\x02", b"h\x00\x01D\x02", b"h\x02\x05B@\0\0\0\x06", b"g\xc0\x01", b"g\xe0\x01", b"gf\x01",
    b"h\xe2\x01\x02\x03\xe2C>\x02\x04", b"h\xe2\x01\x02\x03:\x01\x02\x7f\x04", b"h\xe1\x01\x02\x01\x03", b"g\xe1\xe1\xe0\x01",
    b"g\xe1\xc0\x01", b"g\xe1f\x01", b"g\xe1\xe1\xc0\x01", b"g\xe2\x01\x01", b"g:\x01\x02", b"g:\x7f\x01", b"g\xe1\x81\xff\x01",
    b"h\xe1B\x7f\xc0\0\0\x01\xe1B\x7f\xc0\0\0\x02", b"h\xe1\x811\x01\xe1\x01\x02", b"h\xe1D\x01\xe1B\x80\0\0\0\x02",
    b"hB\x7f\xc0\0\0\x01B\x7f\xc0\0\0\x02", b"<\x81a\x01\x811:a\x02\x7f", b"h\x811\x01\x01\x02", b"gE\x01", b"g\x81\xff\x01",
    b"h\x81a\x01\x011:a\x02", b"i\x81a\x01\x81b\x02>\x05\x03", b"h\x81a\x01" + b"1:a\x02",
    # What is cut off, what follows, and what begins nothing.
    b"", b"\x7f", b"-", b".", b"/", b"CC", b"C\x7f", b";", b";\x01", b":", b"<", b"<\x01\x7f", b"<\x01", b"\xc1", b"\xc2\x01", b"\xe1",
    b"g", b"g\x01", b"g\x01\x7f", b"\x81", b"\xbfa", b">", b"?\0", b"@\0\0\0", b"A\0\0\0\0\0\0\0", b"B\0\0\0", b",\0\0\0\0\0\0\0",
    b"\xc1\x7f", b";\x01\x7f\x7f", b"\xc1" * 20 + b"\x01", b"{\"action\": \"connected\"}",
    # Floats.
    b"B\x7f\x80\0\0", b"B\xff\x80\0\0", b"B\x7f\xa0\0\1", b"B\0\0\0\1", b",\x7f\xf0\0\0\0\0\0\0", b",\x7f\xf8\0\0\0\0\0\0",
]


def record(path, about, payloads):
    with open(path, "w") as lines:
        lines.write("# %s\n# Recorded by tests/podsixnet/record.py from PodSixNet 0.11.0.\n" % about)
        for payload in payloads:
            lines.write("%s %s\n" % (payload.hex() or "-", describe_payload(payload)))


def main():
    folder = sys.argv[1]
    single_bytes = [bytes([byte]) for byte in range(256)]
    record(folder + "/dumps.txt", "What dumps writes.", [dumps(value) for value in WRITTEN])
    record(folder + "/loads.txt", "What loads makes of other payloads.", READ + single_bytes)
    wide = [struct.pack(">d", double) for double in (1.1, 1e300, 5e-324, -0.1)]
    record(folder + "/doubles.txt", "Doubles of 64 bits.", [b"," + double for double in wide])


if __name__ == "__main__":
    main()
