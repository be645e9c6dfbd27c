"""The whiteboard's server as a program of PodSixNet has it. Prints what its clients send."""

from frames import serve

from PodSixNet.Channel import Channel
from PodSixNet.Server import Server


class BoardChannel(Channel):
    def __init__(self, *arguments, **named):
        super().__init__(*arguments, **named)
        number = self._server.next_number()
        self.id = str(number)
        self.color = [(number + part) % 3 * 84 for part in (1, 2, 3)]
        self.lines = []

    def pass_on(self, data):
        print(data)
        data["id"] = self.id
        self._server.send_to_all(data)

    def Network_startline(self, data):
        self.lines.append([data["point"]])
        self.pass_on(data)

    def Network_drawpoint(self, data):
        self.lines[-1].append(data["point"])
        self.pass_on(data)

    def Close(self):
        print("closed")
        self._server.players.remove(self)
        self._server.send_players()


class BoardServer(Server):
    channelClass = BoardChannel
    players = []
    number = 0

    def next_number(self):
        self.number += 1
        return self.number

    def Connected(self, channel, addr):
        self.players.append(channel)
        lines = {player.id: {"color": player.color, "lines": player.lines} for player in self.players}
        channel.Send({"action": "initial", "lines": lines})
        self.send_players()

    def send_players(self):
        self.send_to_all({"action": "players", "players": {player.id: player.color for player in self.players}})

    def send_to_all(self, data):
        for player in self.players:
            player.Send(data)


serve(BoardServer(localaddr=("127.0.0.1", 0)))
