"""The whiteboard's client as a program of PodSixNet has it: whiteboard_client.py ADDRESS. Prints what
its server sends; draws what is typed, `line X Y` and `point X Y`."""

from frames import Typed, address

from PodSixNet.Connection import ConnectionListener, connection

ACTIONS = {"line": "startline", "point": "drawpoint"}


class Client(ConnectionListener):
    done = False

    def __init__(self):
        self.Connect(address())

    def Network_connected(self, data):
        print(data)

    def Network_initial(self, data):
        print(data)

    def Network_players(self, data):
        print(data)

    def Network_startline(self, data):
        print(data)

    def Network_drawpoint(self, data):
        print(data)

    def Network_error(self, data):
        print(data)

    def Network_disconnected(self, data):
        print(data)
        self.done = True


client, typed = Client(), Typed()
while not client.done and not typed.ended:
    for line in typed.lines():
        word, x, y = line.split()
        connection.Send({"action": ACTIONS[word], "point": (int(x), int(y))})
    connection.Pump()
    client.Pump()
