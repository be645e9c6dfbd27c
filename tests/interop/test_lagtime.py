"""lagtime: ten round trips, with both pairs of server and client."""

import re

from programs import *


class Lagtime(unittest.TestCase):
    def test_an_original_client_on_our_server(self):
        server = our_server(self, "lagtime", "podsixnet")
        client = Program(self, original("lagtime_client", server.at("podsixnet")))
        client.expect_end(0)
        client.expect_lines([
            str({"action": "connected"}),
            *(str({"action": "ping", "count": count}) for count in range(11)),
            str({"action": "disconnected"}),
        ])
        server.wait_for(".*: 10 round trips")
        spoken = [re.sub(r"^127\.0\.0\.1:\d+", "client", line) for line in server.lines[1:14]]
        spoken = [re.sub(r"was 0\.\d{6}$", "was", line) for line in spoken]
        self.assertEqual(spoken, [
            "client connected",
            *("client: ping %d round trip time was" % count for count in range(10)),
            "client disconnected",
            "client: 10 round trips",
        ])

    def test_our_client_on_the_original_server(self):
        server = original_server(self, "lagtime")
        client = Program(self, ours("lagtime", "client", server.at("podsixnet")))
        client.expect_end(0)
        client.expect_lines(["connected to the server", "disconnected (PODSIX_REASON_LOCAL)"])
        server.wait_said("closed")
        spoken = [re.sub(r"was 0\.\d{6}", "was", line) for line in server.lines[1:]]
        self.assertEqual(spoken, [
            "connection",
            *("ping %d round trip time was %s" % (count, {"action": "ping", "count": count}) for count in range(10)),
            "closed",
        ])

    def test_tuples_as_keys_come_back_as_they_were(self):
        server = original_server(self, "tuple_keys")
        client = Program(self, ours("lagtime", "client", server.at("podsixnet")))
        client.expect_end(0)
        server.wait_said("closed")
        self.assertEqual(server.lines[1:], ["connection", "as it was", "as it was", "closed"])
