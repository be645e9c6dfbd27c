"""lagtime's client as a program of PodSixNet has it: lagtime_client.py ADDRESS."""

import select

from frames import FRAME, address

from PodSixNet.Connection import ConnectionListener, connection


class Client(ConnectionListener):
    done = False

    def __init__(self):
        self.Connect(address())

    def Network_connected(self, data):
        print(data)

    def Network_ping(self, data):
        print(data)
        if data["count"] == 10:
            connection.Close()
        else:
            connection.Send(data)

    def Network_error(self, data):
        print(data)

    def Network_disconnected(self, data):
        print(data)
        self.done = True


client = Client()
while not client.done:
    connection.Pump()
    client.Pump()
    select.select([], [], [], FRAME)
