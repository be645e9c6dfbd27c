"""What strangers write does nothing to a terminal: the examples, at a server and beside a client that mean harm."""

import re

from programs import *

HOSTILE = r"\r\n*** forged\t\x1b[2J\x9b31m\x7f\u202e\u2028"
SHOWN = "  *** forged \ufffd[2J\ufffd31m\ufffd\ufffd "


class Hostile(unittest.TestCase):
    def is_fit_for_a_terminal(self, program, longest):
        for line in program.lines:
            unfit = [c for c in line if not (c.isprintable() or c == "\ufffd")]
            self.assertEqual(unfit, [], program)
            self.assertLessEqual(len(line), longest, program)
            self.assertFalse(line.startswith("*** forged"), program)

    def test_a_server_that_means_harm(self):
        server = Server(self, original("hostile_chat_server"), "rencode", 1)
        client = Program(self, ours("chat", "client", server.at("podsixnet"), "ann"))
        client.wait_said("server: the end")
        client.wait_said("%s: %s" % (SHOWN, SHOWN))
        client.leave()
        self.is_fit_for_a_terminal(client, 5_000)
        self.assertLess(len(client.lines), 20, client)
        # They are cut, and nobody waits for the ten thousandth.
        cut = client.wait_for(r"  \*\*\* forged .*…: .*…")
        self.assertEqual(len(cut), 32 + len(": ") + 1000)
        self.assertEqual(client.wait_for(r"\*\*\* players: .*").count(","), 99)

    def test_a_server_that_means_harm_and_refuses(self):
        server = Server(self, original("hostile_chat_server", "refuse"), "rencode", 1)
        client = Program(self, ours("chat", "client", server.at("podsixnet"), "ann"))
        client.expect_end(1)
        client.wait_for(re.escape("*** disconnected: PODSIX_REASON_REFUSED go away" + SHOWN) + ".*…")
        self.is_fit_for_a_terminal(client, 1_100)

    def test_a_client_that_means_harm(self):
        server = our_server(self, "chat", "podsixnet")
        ann = Program(self, ours("chat", "client", server.at("podsixnet"), "ann"))
        ann.wait_said("*** players: ann")
        stranger = Program(self, original("anything", server.at("podsixnet")))
        stranger.say(
            "{'action': 'nickname', 'nickname': 'a\\n\\x1b[2J\\x9b'}",
            "{'action': 'message', 'message': '%s'}" % HOSTILE,
            "{'action': '%s', '%s': '%s'}" % (HOSTILE, HOSTILE, HOSTILE),
            "{'action': '%s'}" % (HOSTILE * 1000),
            *("{'action': '%d%s'}" % (number, HOSTILE) for number in range(300)),
            "{'action': 'message', 'message': 'the end'}",
        )
        ann.wait_said("a \ufffd[2J\ufffd: " + SHOWN)
        ann.wait_said("a \ufffd[2J\ufffd: the end")
        ann.wait_said("*** players: ann, a \ufffd[2J\ufffd")
        ann.leave()
        for program in (ann, server):
            self.is_fit_for_a_terminal(program, 1_100)
        # A wrapper may warn of what nobody handles, but not for ever.
        self.assertLess(len(server.lines), 250, server)

    def test_a_whiteboard_at_a_server_that_means_harm(self):
        server = Server(self, original("hostile_chat_server"), "rencode", 1)
        client = Program(self, ours("whiteboard", "client", server.at("podsixnet"), "--headless"))
        client.wait_for(r"\*\*\* initial:.*")
        client.leave()
        self.is_fit_for_a_terminal(client, 1_100)
