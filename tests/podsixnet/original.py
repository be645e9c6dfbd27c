"""The original at the other end of a pipe: answers what a test asks of it.

A request is a command (one byte) and its data; an answer is data. Data goes as its length in four
bytes, big-endian, and its bytes.
"""

import json
import random
import struct
import sys
import warnings

warnings.simplefilter("ignore", DeprecationWarning)

from describe import describe, describe_payload
from PodSixNet.Channel import Channel
from PodSixNet.rencode import dumps, loads

EDGES = [0, 1, 31, 32, 33, 43, 44, 127, 128, 255, 32767, 32768, 2**31 - 1, 2**31, 2**32]
EDGES += [2**63 - 1, 2**63, 2**64 - 1, 2**64, 2960685, 10**62, 10**63 - 1]
TEXTS = ["", "action", "connected", "x" * 63, "y" * 64, "z" * 300, "\0---", "\0---\0", "é€\U0001f600"]


def scalar(dice, for_json):
    which = dice.randrange(10)
    if which == 0:
        return dice.choice([None, True, False])
    if which <= 2:
        value = dice.choice(EDGES) + dice.randrange(-1, 2)
        value = dice.choice([value, -value])
        return value if len(str(value)) < 64 else 0
    if which == 3:
        return dice.randrange(-10**dice.randrange(1, 63), 10**dice.randrange(1, 63))
    if which == 4:
        return struct.unpack(">f", dice.randbytes(4))[0]
    if which == 5:
        return dice.choice([0.0, -0.0, 0.5, 1e16, 1e-5, 1e300, dice.uniform(-1e6, 1e6)])
    if which == 6 and not for_json:
        return dice.randbytes(dice.randrange(5))
    if which <= 8:
        return dice.choice(TEXTS)
    letters = [chr(dice.choice([dice.randrange(128), dice.randrange(0xD800)])) for _ in range(80)]
    return "".join(letters[: dice.randrange(80)])


def key(dice, for_json, tuples=True):
    if tuples and not for_json and dice.randrange(6) == 0:  # as grids have them, and edges between their cells
        return tuple(key(dice, for_json, dice.randrange(4) == 0) for _ in range(dice.randrange(4)))
    value = scalar(dice, for_json)
    if type(value) is bytes:  # never the bytes of another key that is text
        return b"bytes" + value
    # JSON's keys are text, and which digits of a double are the shortest is not always unique.
    return dice.randrange(-80000, 80000) / 8 if type(value) is float else value


def value_of(dice, depth, for_json):
    which = dice.randrange(8) if depth else 0
    many = dice.choice([2, 2, 5, 5, 40])
    if which < 4:
        return scalar(dice, for_json)
    if which == 4:
        return [value_of(dice, depth - 1, for_json) for _ in range(dice.randrange(many))]
    if which == 5:
        return tuple(value_of(dice, depth - 1, for_json) for _ in range(dice.randrange(many)))
    return {key(dice, for_json): value_of(dice, depth - 1, for_json) for _ in range(dice.randrange(many))}


def random_value(seed, for_json=False):
    dice = random.Random(seed)
    return value_of(dice, dice.randrange(5), for_json)


def part(data):
    return struct.pack(">I", len(data)) + data


def random_dumps(data):
    seed = int(data)
    value = random_value(seed)
    try:
        payload = dumps(value)
    except OverflowError:  # a double beyond the range of 32 bits
        payload = dumps(value, float_bits=64)
    return part(payload) + describe_payload(payload).encode()


def random_json(data):
    payload = json.dumps(random_value(int(data), for_json=True)).encode()
    return part(payload) + describe(json.loads(payload)).encode()


def read_json(payload):
    return describe(json.loads(payload)).encode()


def json_of_rencode(payload):
    try:
        return read_json(json.dumps(loads(payload)))
    except (TypeError, UnicodeDecodeError):  # bytes, or tuples as keys, which JSON cannot have
        return b"refused"


class Feeder(Channel):
    """A channel that is fed by hand and keeps the payloads it finds."""

    def __init__(self):
        Channel.__init__(self, map={})
        self.found = []

    def recv(self, size):
        return self.piece

    def found_terminator(self):
        self.found.append(self._ibuffer)
        self._ibuffer = b""

    def feed(self, piece):
        self.piece = piece
        self.handle_read()


def split(data):
    """The payloads in a stream; the first byte of the data says in how large pieces it comes."""
    feeder = Feeder()
    size, stream = max(data[0], 1), data[1:]
    for at in range(0, len(stream), size):
        feeder.feed(stream[at : at + size])
    return b"".join(map(part, feeder.found))


COMMANDS = {
    b"l": lambda data: describe_payload(data).encode(),
    b"a": lambda data: dumps(loads(data)),
    b"d": random_dumps,
    b"j": random_json,
    b"J": read_json,
    b"k": json_of_rencode,
    b"s": split,
}


def main():
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    while True:
        command = requests.read(1)
        if not command:
            return
        (length,) = struct.unpack(">I", requests.read(4))
        answers.write(part(COMMANDS[command](requests.read(length))))
        answers.flush()


if __name__ == "__main__":
    main()
