"""Programs that knock at the wrong door are told which one is right."""

import re

from programs import *


class WrongDoors(unittest.TestCase):
    def refused(self, address, reason, text, before=()):
        client = Program(self, ours("chat", "client", address, "ann"))
        client.expect_end(1)
        client.expect_lines([*before, "*** disconnected: PODSIX_REASON_%s %s" % (reason, text)])

    def test_podsix_at_an_original_server(self):
        address = original_server(self, "chat").at("tcp", instead_of="podsixnet")
        self.refused(address, "WRONG_PROTOCOL", "the server speaks PodSixNet: use podsixnet://")

    def test_podsix_at_an_original_server_that_speaks_json(self):
        address = original_server(self, "chat", "json").at("tcp", instead_of="podsixnet+json")
        text = "the server speaks JSON as PodSixNet can: use podsixnet+json://"
        self.refused(address, "WRONG_PROTOCOL", text)

    def test_json_at_an_original_server(self):
        address = original_server(self, "chat").at("podsixnet+json", instead_of="podsixnet")
        text = "the server speaks PodSixNet with rencode: use podsixnet://"
        self.refused(address, "WRONG_PROTOCOL", text)

    def test_rencode_at_an_original_server_that_speaks_json(self):
        address = original_server(self, "chat", "json").at("podsixnet", instead_of="podsixnet+json")
        text = "the server speaks PodSixNet with JSON: use podsixnet+json://"
        self.refused(address, "WRONG_PROTOCOL", text)

    def test_an_original_client_at_a_podsix_server(self):
        server = our_server(self, "chat", "tcp")
        client = Program(self, original("chat_client", server.at("tcp"), "ann"))
        client.expect_end(0)
        error = [-1, "this server speaks podsix (tcp://), not PodSixNet"]
        client.expect_lines([str({"action": "error", "error": error}), str({"action": "disconnected"})])
        text = "a PodSixNet program connected to this port, which speaks podsix (tcp://): listen on podsixnet:// for it"
        server.wait_for(r"chat: 127\.0\.0\.1:\d+: " + re.escape(text))

    def test_podsixnet_at_a_podsix_server(self):
        """Neither of them speaks first, until the client has waited for a greeting in vain."""
        server = our_server(self, "chat", "tcp")
        text = "the server speaks podsix: use tcp://"
        for scheme in ("podsixnet", "podsixnet+json"):
            address = server.at(scheme, instead_of="tcp")
            self.refused(address, "WRONG_PROTOCOL", text, ["*** connected to the server"])

    def test_podsix_at_our_podsixnet_listener(self):
        server = our_server(self, "chat", "podsixnet")
        text = "the server speaks PodSixNet: use podsixnet://"
        self.refused(server.at("tcp", instead_of="podsixnet"), "WRONG_PROTOCOL", text)
        text = "a podsix program connected to this port, which speaks PodSixNet (podsixnet://): listen on tcp:// for it"
        server.wait_said("chat: " + text)

    def test_an_original_client_with_the_other_codec(self):
        """It cannot read the greeting and leaves, perhaps before it has said anything that would tell who it is."""
        for codec, scheme in (("rencode", "podsixnet+json"), ("json", "podsixnet")):
            server = our_server(self, "chat", scheme)
            client = Program(self, original("chat_client", server.at(scheme), "ann"), codec)
            client.wait_for(r"\{'action': 'error', 'error': .*Error\(.*\)\}")
