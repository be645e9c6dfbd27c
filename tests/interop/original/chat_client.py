"""The chat's client as a program of PodSixNet has it: chat_client.py ADDRESS [NICKNAME]. Prints what
its server sends; sends each line that is typed."""

import sys

from frames import Typed, address

from PodSixNet.Connection import ConnectionListener, connection


class Client(ConnectionListener):
    done = False

    def __init__(self):
        self.Connect(address())
        for nickname in sys.argv[2:]:
            connection.Send({"action": "nickname", "nickname": nickname})

    def Network_connected(self, data):
        print(data)

    def Network_players(self, data):
        print(data)

    def Network_message(self, data):
        print(data)

    def Network_error(self, data):
        print(data)

    def Network_disconnected(self, data):
        print(data)
        self.done = True


client, typed = Client(), Typed()
while not client.done and not typed.ended:
    for line in typed.lines():
        connection.Send({"action": "message", "message": line})
    connection.Pump()
    client.Pump()
