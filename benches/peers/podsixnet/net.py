"""PodSixNet's server and clients, behind one face for all workloads."""

import time

from PodSixNet.asyncwrapper import poll
from PodSixNet.Channel import Channel
from PodSixNet.EndPoint import EndPoint
from PodSixNet.Server import Server

from child import OVER, check
from usage import now

OPENING = 64
ADDRESSES = 16


class Net:
    """Connections, numbered from 0; what happens is told to the methods on_..."""

    def __init__(self):
        self.conns = []
        self.map = {}
        self.on_connected = self.on_disconnected = lambda conn: None
        self.on_message = lambda conn, data: None

    def poll(self, seconds=0.0):
        for conn in self.conns:
            if conn.sendqueue:
                Channel.Pump(conn)
        poll(seconds, map=self.map)

    def broadcast(self, data):
        for conn in self.conns:
            conn.Send(data)


class Remote(Channel):
    """A client, as the server sees it."""

    def Network(self, data):
        self._server.net.on_message(self.number, data)

    def Close(self):
        self._server.channels.remove(self)
        self._server.net.on_disconnected(self.number)


class Listening(Server):
    """The server; its own list of channels is the net's."""

    def __init__(self):
        super().__init__(channelClass=Remote, localaddr=("0.0.0.0", 0), listeners=128)
        self.net = Net()
        self.net.map = self._map
        self.net.conns = self.channels

    def Connected(self, channel, _):
        channel.number = len(self.channels) - 1
        self.net.on_connected(channel.number)


class Calling(EndPoint):
    """A client's connection."""

    def __init__(self, net, number, address):
        super().__init__(address, map=net.map)
        self.net = net
        self.number = number
        self.DoConnect()

    def Network_connected(self, _):
        self.net.on_connected(self.number)

    def Network(self, data):
        if data["action"] != "connected":
            self.net.on_message(self.number, data)

    def Close(self):
        self.close()
        self.net.on_disconnected(self.number)


class Count:
    """Counts calls."""

    def __init__(self):
        self.count = 0

    def __call__(self, *_):
        self.count += 1


def gather(net, count):
    """Polls until so many connections have come; seconds from the first to the last."""
    times = []
    net.on_connected = lambda _: times.append(now())
    while len(times) < count:
        check()
        net.poll(0.1)
    return (times[-1] - times[0]) / 1e9


def open_all(net, port, count):
    """Opens connections, a few at a time, and polls until all are open."""
    connected = net.on_connected = Count()
    started = 0
    while connected.count < count:
        check()
        while started < count and started - connected.count < OPENING:
            address = ("127.0.0.%d" % (1 + started % ADDRESSES), port)
            net.conns.append(Calling(net, len(net.conns), address))
            started += 1
        net.poll(0.1)


def poll_for(net, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        net.poll(0.02)


def poll_until_over(net):
    while not OVER.is_set():
        net.poll(0.02)
