"""What these programs share: which codec they speak, and what is typed into them."""

import json
import os
import select
import sys

import PodSixNet.Channel

FRAME = 0.005  # seconds

SCHEME = "podsixnet"
if os.environ["CODEC"] == "json":  # how a game of PodSixNet gets another codec
    SCHEME = "podsixnet+json"
    PodSixNet.Channel.dumps = lambda value: json.dumps(value).encode()
    PodSixNet.Channel.loads = json.loads


class Typed:
    """Standard input, never waited for longer than a frame."""

    def __init__(self):
        self.rest = b""
        self.ended = False

    def lines(self):
        """The whole lines that have come; at the end of them `ended` is set."""
        if not select.select([sys.stdin], [], [], FRAME)[0]:
            return []
        got = os.read(sys.stdin.fileno(), 65536)
        self.ended = not got
        *lines, self.rest = (self.rest + got).split(b"\n")
        return [line.decode() for line in lines]


def address():
    """The address in the program's first argument: scheme://host:port."""
    host, port = sys.argv[1].split("://")[1].rsplit(":", 1)
    return host, int(port)


def serve(server):
    """Tells where it listens, then serves until it is killed."""
    print("server launched at %s://%s:%d" % (SCHEME, *server.socket.getsockname()))
    while True:
        server.Pump()
        select.select([], [], [], FRAME)
