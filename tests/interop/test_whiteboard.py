"""The whiteboard, with all pairs of servers and clients, and with all kinds of clients on one server."""

from programs import *

COLORS = {"1": [168, 0, 84], "2": [0, 84, 168], "3": [84, 168, 0], "4": [168, 0, 84]}


class OurClient(Program):
    CONNECTED = "*** connected to the server"
    GONE = ["*** disconnected: PODSIX_REASON_LOCAL bye"]

    def __init__(self, test, address):
        super().__init__(test, ours("whiteboard", "client", address, "--headless"))

    @staticmethod
    def initial(drawn):
        def player(id, lines):
            text = "%s (%d, %d, %d)" % (id, *COLORS[id])
            return text + "".join(" / " + " - ".join("%d,%d" % point for point in line) for line in lines)

        return "*** initial: " + ", ".join(player(id, drawn[id]) for id in drawn)

    @staticmethod
    def players(*ids):
        return "*** players: " + ", ".join("%s (%d, %d, %d)" % (id, *COLORS[id]) for id in ids)

    @staticmethod
    def drawn(action, x, y, id):
        return "%s: %s %d,%d" % (id, action, x, y)


class OriginalClient(Program):
    CONNECTED = str({"action": "connected"})
    GONE = []

    def __init__(self, test, address):
        super().__init__(test, original("whiteboard_client", address))

    @staticmethod
    def initial(drawn):
        return str({"action": "initial", "lines": {id: {"color": COLORS[id], "lines": drawn[id]} for id in drawn}})

    @staticmethod
    def players(*ids):
        return str({"action": "players", "players": {id: COLORS[id] for id in ids}})

    @staticmethod
    def drawn(action, x, y, id):
        return str({"action": action, "point": (x, y), "id": id})


class Whiteboard(unittest.TestCase):
    def draw(self, kinds, addresses):
        """Three players draw, one leaves, a fourth comes; what each sees is the same, whoever it is."""
        (First, Second, Third) = kinds
        one = First(self, addresses[0])
        one.wait_said(one.players("1"))
        two = Second(self, addresses[1])
        two.wait_said(two.players("1", "2"))
        one.say("line 3 5", "point 300 400")
        two.wait_said(two.drawn("drawpoint", 300, 400, "1"))
        two.say("line -7 0", "line 32767 -32768", "point 43 44")
        one.wait_said(one.drawn("drawpoint", 43, 44, "2"))
        three = Third(self, addresses[2])
        three.wait_said(three.players("1", "2", "3"))
        two.wait_said(two.players("1", "2", "3"))
        two.leave()
        one.wait_said(one.players("1", "3"))
        three.wait_said(three.players("1", "3"))
        one.say("line 0 0")
        three.wait_said(three.drawn("startline", 0, 0, "1"))
        four = Second(self, addresses[1])
        for player in (one, three, four):
            player.wait_said(player.players("1", "3", "4"))
        four.leave()
        for player in (one, three):
            player.wait_said(player.players("1", "3"), times=2)
        three.leave()
        one.wait_said(one.players("1"), times=2)
        one.leave()

        def draws(player):
            return [
                player.drawn("startline", 3, 5, "1"),
                player.drawn("drawpoint", 300, 400, "1"),
                player.drawn("startline", -7, 0, "2"),
                player.drawn("startline", 32767, -32768, "2"),
                player.drawn("drawpoint", 43, 44, "2"),
            ]

        by_one = [[(3, 5), (300, 400)]]
        by_two = [[(-7, 0)], [(32767, -32768), (43, 44)]]
        one.expect_lines([
            one.CONNECTED,
            one.initial({"1": []}),
            one.players("1"),
            one.players("1", "2"),
            *draws(one),
            one.players("1", "2", "3"),
            one.players("1", "3"),
            one.drawn("startline", 0, 0, "1"),
            one.players("1", "3", "4"),
            one.players("1", "3"),
            one.players("1"),
            *one.GONE,
        ])
        two.expect_lines([
            two.CONNECTED,
            two.initial({"1": [], "2": []}),
            two.players("1", "2"),
            *draws(two),
            two.players("1", "2", "3"),
            *two.GONE,
        ])
        three.expect_lines([
            three.CONNECTED,
            three.initial({"1": by_one, "2": by_two, "3": []}),
            three.players("1", "2", "3"),
            three.players("1", "3"),
            three.drawn("startline", 0, 0, "1"),
            three.players("1", "3", "4"),
            three.players("1", "3"),
            *three.GONE,
        ])
        four.expect_lines([
            four.CONNECTED,
            four.initial({"1": by_one + [[(0, 0)]], "3": [], "4": []}),
            four.players("1", "3", "4"),
            *four.GONE,
        ])

    def with_original_server(self, *kinds):
        server = original_server(self, "whiteboard")
        self.draw(kinds, [server.at("podsixnet")] * 3)
        server.wait_said("closed", 4)
        server.expect_lines([
            *server.launched(),
            "connection",
            "connection",
            str({"action": "startline", "point": (3, 5)}),
            str({"action": "drawpoint", "point": (300, 400)}),
            str({"action": "startline", "point": (-7, 0)}),
            str({"action": "startline", "point": (32767, -32768)}),
            str({"action": "drawpoint", "point": (43, 44)}),
            "connection",
            "closed",
            str({"action": "startline", "point": (0, 0)}),
            "connection",
            "closed",
            "closed",
            "closed",
        ])

    def test_original_clients_on_our_server(self):
        server = our_server(self, "whiteboard", "podsixnet")
        self.draw([OriginalClient] * 3, [server.at("podsixnet")] * 3)
        server.expect_lines(server.launched())

    def test_our_clients_on_the_original_server(self):
        self.with_original_server(OurClient, OurClient, OurClient)

    def test_both_on_the_original_server(self):
        self.with_original_server(OurClient, OriginalClient, OurClient)

    def test_all_kinds_on_one_server(self):
        server = our_server(self, "whiteboard", "tcp", "podsixnet")
        addresses = [server.at("podsixnet"), server.at("tcp"), server.at("podsixnet")]
        self.draw([OurClient, OurClient, OriginalClient], addresses)
        server.expect_lines(server.launched())

    def test_what_the_server_does_not_believe(self):
        server = our_server(self, "whiteboard", "podsixnet")
        stranger = Program(self, original("anything", server.at("podsixnet")))
        stranger.wait_said(OriginalClient.players("1"))
        stranger.say(
            "{'action': 'drawpoint', 'point': (1, 2)}",  # before any line
            "{'action': 'startline'}",
            "{'action': 'startline', 'point': 5}",
            "{'action': 'startline', 'point': (1, 2, 3)}",
            "{'action': 'startline', 'point': (1,)}",
            "{'action': 'startline', 'point': (1, 'y')}",
            "{'action': 'startline', 'point': (1, 0.5)}",
            "{'action': 'startline', 'point': (32768, 0)}",
            "{'action': 'startline', 'point': (0, %d)}" % -(10**60),
            "{'action': 'startline', 'point': {1: 1, 2: 2}}",
            "{'action': 'initial', 'lines': {}}",
            "{'action': 'startline', 'id': '7', 'point': [1, 2.0], 'more': 'fields'}",
        )
        stranger.wait_said(OriginalClient.drawn("startline", 1, 2, "1"))
        stranger.leave()
        stranger.expect_lines([
            OriginalClient.initial({"1": []}),
            OriginalClient.players("1"),
            OriginalClient.drawn("startline", 1, 2, "1"),
        ])
