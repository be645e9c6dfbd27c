"""The chat's server as a program of PodSixNet has it. Prints what its clients send.

chat_server.py silent: one that accepts by itself and has forgotten the greeting. chat_server.py twice: one that
sends it again when somebody has a name.
"""

import sys

from frames import serve

from PodSixNet.Channel import Channel
from PodSixNet.Server import Server


class ChatChannel(Channel):
    nickname = "anonymous"

    def Network_nickname(self, data):
        print(data)
        self.nickname = data["nickname"]
        if "twice" in sys.argv:
            self.Send({"action": "connected"})
        self._server.send_players()

    def Network_message(self, data):
        print(data)
        self._server.send_to_all({"action": "message", "message": data["message"], "who": self.nickname})

    def Close(self):
        print("closed")
        self._server.players.remove(self)
        self._server.send_players()


class ChatServer(Server):
    channelClass = ChatChannel
    players = []

    def Connected(self, channel, addr):
        self.players.append(channel)
        self.send_players()

    def send_players(self):
        self.send_to_all({"action": "players", "players": [player.nickname for player in self.players]})

    def send_to_all(self, data):
        for player in self.players:
            player.Send(data)


class SilentServer(ChatServer):
    def handle_accept(self):
        conn, addr = self.accept()
        self.channels.append(self.channelClass(conn, addr, self, self._map))
        self.players.append(self.channels[-1])


server = SilentServer if "silent" in sys.argv else ChatServer
serve(server(localaddr=("127.0.0.1", 0)))
