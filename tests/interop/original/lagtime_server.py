"""lagtime's server as a program of PodSixNet has it."""

from time import time

from frames import serve

from PodSixNet.Channel import Channel
from PodSixNet.Server import Server


class LagChannel(Channel):
    count = 0

    def ping(self):
        self.sent = time()
        self.Send({"action": "ping", "count": self.count})

    def Network_ping(self, data):
        print("ping %d round trip time was %f" % (data["count"], time() - self.sent), data)
        self.count += 1
        self.ping()

    def Close(self):
        print("closed")


class LagServer(Server):
    channelClass = LagChannel

    def Connected(self, channel, addr):
        channel.ping()


serve(LagServer(localaddr=("127.0.0.1", 0)))
