"""A server of PodSixNet that sends dictionaries with tuples as keys, and looks at what comes back."""

from frames import serve

from PodSixNet.Channel import Channel
from PodSixNet.Server import Server

WALLS = {(1, 2): "wall", (1, 3): "door", ((1, 2), (1, 3)): {(): [(0, None, True, "a", 0.5)]}}


class EchoedChannel(Channel):
    def ping(self, count):
        self.sent = {"action": "ping", "count": count, "walls": WALLS, ("a", -1): count}
        self.Send(self.sent)

    def Network_ping(self, data):
        print("as it was" if data == self.sent else data)
        self.ping(data["count"] + 1)

    def Close(self):
        print("closed")


class TupleKeysServer(Server):
    channelClass = EchoedChannel

    def Connected(self, channel, addr):
        channel.ping(8)


serve(TupleKeysServer(localaddr=("127.0.0.1", 0)))
