"""A client of PodSixNet that may say anything: anything.py ADDRESS. Sends each line that is typed, a
literal of Python, and prints what its server sends, but for the greeting."""

import ast

from frames import Typed, address

from PodSixNet.Connection import ConnectionListener, connection


class Client(ConnectionListener):
    done = False

    def Network(self, data):
        if data["action"] not in ("socketConnect", "connected"):
            print(data)

    def Network_disconnected(self, data):
        self.done = True


client, typed = Client(), Typed()
client.Connect(address())
while not client.done and not typed.ended:
    for line in typed.lines():
        connection.Send(ast.literal_eval(line))
    connection.Pump()
    client.Pump()
