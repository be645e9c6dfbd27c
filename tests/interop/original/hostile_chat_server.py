"""A chat's server that wants to have its clients' terminals: every text has escape codes and line breaks, is longer than
anybody reads, or is no text. hostile_chat_server.py refuse: one that says so in place of its greeting."""

import sys

from frames import serve

from PodSixNet.Channel import Channel
from PodSixNet.Server import Server

HOSTILE = "\r\n*** forged\t\x1b[2J\x9b31m\x7f\u202e\u2028"


class HostileServer(Server):
    channelClass = Channel

    def Connected(self, channel, addr):
        for say in (
            {"action": "players", "players": [HOSTILE, HOSTILE * 1000, {HOSTILE: HOSTILE}] + [HOSTILE] * 10000},
            {"action": "message", "who": HOSTILE, "message": HOSTILE},
            {"action": "message", "who": HOSTILE * 10000, "message": HOSTILE * 10000},
            {"action": "message", "who": [HOSTILE], "message": {HOSTILE: [HOSTILE] * 10000}},
            {"action": "initial", "lines": {HOSTILE: {"color": [1, 2, 3], "lines": [[(1, 2)]]}}},
            {"action": "startline", "id": HOSTILE, "point": (1, 2)},
            {"action": HOSTILE, HOSTILE: HOSTILE},
            {"action": "message", "who": "server", "message": "the end"},
        ):
            channel.Send(say)


class RefusingServer(HostileServer):
    def handle_accept(self):
        conn, addr = self.accept()
        channel = self.channelClass(conn, addr, self, self._map)
        self.channels.append(channel)
        channel.Send({"action": "error", "error": [7, "go away" + HOSTILE * 1000]})


server = RefusingServer if "refuse" in sys.argv else HostileServer
serve(server(localaddr=("127.0.0.1", 0)))
