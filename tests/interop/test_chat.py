"""The chat, with all pairs of servers and clients, and with all kinds of clients on one server."""

from programs import *


class OurClient(Program):
    CONNECTED = "*** connected to the server"
    GONE = ["*** disconnected: PODSIX_REASON_LOCAL bye"]

    def __init__(self, test, address, *nickname, codec=None):
        super().__init__(test, ours("chat", "client", address, *nickname))

    @staticmethod
    def players(*names):
        return "*** players: " + ", ".join(names)

    @staticmethod
    def message(who, text):
        return "%s: %s" % (who, text)


class OriginalClient(Program):
    CONNECTED = str({"action": "connected"})
    GONE = []

    def __init__(self, test, address, *nickname, codec="rencode"):
        super().__init__(test, original("chat_client", address, *nickname), codec)

    @staticmethod
    def players(*names):
        return str({"action": "players", "players": list(names)})

    @staticmethod
    def message(who, text):
        return str({"action": "message", "message": text, "who": who})


class Chat(unittest.TestCase):
    def chat(self, kinds, addresses, codec="rencode"):
        """Three people talk; what each of them sees is the same, whoever it is."""
        (Ann, Bob, Eve) = kinds
        ann = Ann(self, addresses[0], "ann", codec=codec)
        ann.wait_said(ann.players("ann"))
        bob = Bob(self, addresses[1], codec=codec)
        ann.wait_said(ann.players("ann", "anonymous"))
        bob.wait_said(bob.players("ann", "anonymous"))
        ann.say("hello")
        bob.wait_said(bob.message("ann", "hello"))
        bob.say("grüße, 世界")
        ann.wait_said(ann.message("anonymous", "grüße, 世界"))
        eve = Eve(self, addresses[2], "ève", codec=codec)
        for person in (ann, bob, eve):
            person.wait_said(person.players("ann", "anonymous", "ève"))
        eve.say("x" * 300, "")
        for person in (ann, bob, eve):
            person.wait_said(person.message("ève", ""))
        bob.leave()
        for person in (ann, eve):
            person.wait_said(person.players("ann", "ève"))
        ann.leave()
        eve.wait_said(eve.players("ève"))
        eve.leave()

        def seen(person, first, last):
            talk = [
                person.players("anonymous"),
                person.players("ann"),
                person.players("ann", "anonymous"),
                person.message("ann", "hello"),
                person.message("anonymous", "grüße, 世界"),
                person.players("ann", "anonymous", "anonymous"),
                person.players("ann", "anonymous", "ève"),
                person.message("ève", "x" * 300),
                person.message("ève", ""),
                person.players("ann", "ève"),
                person.players("ève"),
            ]
            return [person.CONNECTED, *talk[first:last], *person.GONE]

        ann.expect_lines(seen(ann, 0, 10))
        bob.expect_lines(seen(bob, 2, 9))
        eve.expect_lines(seen(eve, 5, 11))

    def with_our_server(self, scheme, kind, codec):
        server = our_server(self, "chat", scheme)
        self.chat([kind] * 3, [server.at(scheme)] * 3, codec)
        server.expect_lines(server.launched())

    def with_original_server(self, scheme, kinds, codec):
        server = original_server(self, "chat", codec)
        self.chat(kinds, [server.at(scheme)] * 3, codec)
        server.wait_said("closed", 3)
        server.expect_lines([
            *server.launched(),
            "connection",
            str({"action": "nickname", "nickname": "ann"}),
            "connection",
            str({"action": "message", "message": "hello"}),
            str({"action": "message", "message": "grüße, 世界"}),
            "connection",
            str({"action": "nickname", "nickname": "ève"}),
            str({"action": "message", "message": "x" * 300}),
            str({"action": "message", "message": ""}),
            "closed",
            "closed",
            "closed",
        ])

    def test_original_clients_on_our_server(self):
        self.with_our_server("podsixnet", OriginalClient, "rencode")

    def test_original_clients_on_our_server_in_json(self):
        self.with_our_server("podsixnet+json", OriginalClient, "json")

    def test_our_clients_on_our_server(self):
        self.with_our_server("podsixnet", OurClient, None)

    def test_our_clients_on_the_original_server(self):
        self.with_original_server("podsixnet", [OurClient] * 3, "rencode")

    def test_our_clients_on_the_original_server_in_json(self):
        self.with_original_server("podsixnet+json", [OurClient] * 3, "json")

    def test_both_on_the_original_server(self):
        self.with_original_server("podsixnet", [OurClient, OriginalClient, OurClient], "rencode")

    def test_all_kinds_on_one_server(self):
        server = our_server(self, "chat", "tcp", "podsixnet")
        addresses = [server.at("tcp"), server.at("podsixnet"), server.at("podsixnet")]
        self.chat([OurClient, OurClient, OriginalClient], addresses)
        server.expect_lines(server.launched())

    def test_a_server_that_does_not_greet(self):
        """Nobody's program waits for it for ever; the original's never hears that it is connected."""
        server = original_server(self, "chat", "rencode", "silent")
        ann = OurClient(self, server.at("podsixnet"), "ann")
        ann.wait_said(ann.players("ann"))
        eve = OriginalClient(self, server.at("podsixnet"), "eve")
        eve.wait_said(eve.players("ann", "eve"))
        ann.say("hello")
        eve.wait_said(eve.message("ann", "hello"))
        ann.wait_said(ann.message("ann", "hello"))
        eve.leave()
        ann.wait_said(ann.players("ann"), times=2)
        ann.leave()
        ann.expect_lines([
            ann.CONNECTED,
            ann.players("ann"),
            ann.players("ann", "eve"),
            ann.message("ann", "hello"),
            ann.players("ann"),
            *ann.GONE,
        ])
        eve.expect_lines([eve.players("ann", "eve"), eve.message("ann", "hello")])

    def test_a_server_that_greets_twice(self):
        """The second is a message: to the original every one is, and to us none is the event."""
        server = original_server(self, "chat", "rencode", "twice")
        for Person, times in ((OurClient, 1), (OriginalClient, 2)):
            person = Person(self, server.at("podsixnet"), "ann")
            person.say("done")
            person.wait_said(person.message("ann", "done"))
            person.leave()
            self.assertEqual(person.lines.count(person.CONNECTED), times)

    def test_what_the_server_does_not_believe(self):
        server = our_server(self, "chat", "podsixnet")
        ann = OriginalClient(self, server.at("podsixnet"), "ann")
        ann.wait_said(ann.players("ann"))
        stranger = Program(self, original("anything", server.at("podsixnet")))
        ann.wait_said(ann.players("ann", "anonymous"))
        stranger.say(
            "{'action': 'nickname'}",
            "{'action': 'nickname', 'nickname': 5}",
            "{'action': 'nickname', 'nickname': %r}" % ("n" * 33),
            "{'action': 'nickname', 'nickname': 'a\\0b'}",
            "{'action': 'message', 'message': ['a', 'list']}",
            "{'action': 'message', 'message': %r}" % ("m" * 1001),
            "{'action': 'connected'}",
            "{'action': 'disconnected'}",
            "{'action': 17}",
            "['no', 'dict']",
            "{'action': 'message', 'message': 'the end'}",
        )
        ann.wait_said(ann.message("anonymous", "the end"))
        stranger.leave()
        ann.wait_said(ann.players("ann"), times=2)
        ann.expect_lines([
            ann.CONNECTED,
            ann.players("anonymous"),
            ann.players("ann"),
            ann.players("ann", "anonymous"),
            ann.message("anonymous", "the end"),
            ann.players("ann"),
        ])

    def test_what_cannot_be_told_to_podsixnet(self):
        """Five bytes end its messages: nobody can bring a server to send them, or lose others their chat."""
        server = our_server(self, "chat", "tcp", "podsixnet")
        ann = OurClient(self, server.at("tcp"), "ann")
        ann.wait_said(ann.players("ann"))
        bob = OurClient(self, server.at("podsixnet"), "bob")
        bob.wait_said(bob.players("ann", "bob"))
        ann.say("a\0---\0b", "said by ann")
        bob.wait_said(bob.message("ann", "said by ann"))
        bob.say("a\0---\0b", "said by bob")
        for person in (ann, bob):
            person.wait_said(person.message("bob", "said by bob"))
        bob.leave()
        bob.expect_lines([
            bob.CONNECTED,
            bob.players("ann", "anonymous"),
            bob.players("ann", "bob"),
            bob.message("ann", "said by ann"),
            "chat: not sent, it ends messages of PodSixNet",
            bob.message("bob", "said by bob"),
            *bob.GONE,
        ])
