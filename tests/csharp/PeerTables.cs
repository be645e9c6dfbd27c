using System;
using System.Collections.Generic;
using Podsix;

/// <summary>What a game keeps of each peer comes and goes by itself.</summary>
internal static class PeerTables
{
    private sealed class Guest
    {
        internal string Name = "nobody";
    }

    private sealed class Game
    {
        internal Host Host;
        internal PeerTable<Guest> Guests;
        internal string Heard = "";
        internal ulong Last;

        private void Network_request(ulong peer, Value hello)
        {
            Guests[peer].Name = hello["name"].AsString("somebody");
            if (hello["name"].Is("eve"))
                Host.Refuse(peer, 1, "not you");
            else
                Host.Accept(peer);
        }

        private void Network_connected(ulong peer, Value hello)
        {
            if (hello.Exists)
                Guests[peer].Name = hello["name"].AsString("somebody");
            Heard += "+" + Guests[peer].Name;
        }

        private void Network_say(ulong peer)
        {
            Heard += "!" + Guests[peer].Name;
        }

        [NetworkAction("disconnected"), NetworkAction("error")]
        private void Ended(ulong peer)
        {
            Heard += "-" + Guests[peer].Name;
            Last = peer;
        }
    }

    public static void Come_and_go_with_their_peers()
    {
        foreach (Mode mode in new[] { Mode.Threaded, Mode.Inline })
            using (var server = new Server(new Config { Mode = mode }))
            {
                var game = new Game { Host = server, Guests = server.Keep<Guest>() };
                server.AddListener(game);
                string address = server.ListeningAddress(server.Listen("127.0.0.1:0"));
                Check.That(game.Guests[1] == null && game.Guests[0] == null && game.Guests.Count == 0, "nobody is there");
                using (var ada = new Client(address, new { name = "ada" }))
                {
                    ada.Send(new { action = "say" });
                    Check.Until(() => game.Heard == "+ada!ada", server, ada);
                    ulong peer = server.GetPeers()[0];
                    Check.Equal("ada", game.Guests[peer].Name);
                    using (var silent = new Client(address))
                        Check.Until(() => game.Heard == "+ada!ada+nobody", server, ada, silent);
                    Check.Until(() => game.Heard == "+ada!ada+nobody-nobody", server, ada);
                    Check.That(game.Guests[game.Last] == null && game.Guests.Count == 1 && game.Guests[peer] != null, "one has gone, the other has not");
                }
                Check.Until(() => game.Heard == "+ada!ada+nobody-nobody-ada", server);
                Check.Equal(0, game.Guests.Count);
            }
    }

    public static void Are_there_for_who_is_refused_and_for_a_connect_that_fails()
    {
        using (var server = new Server())
        {
            var game = new Game { Host = server, Guests = server.Keep<Guest>() };
            server.AddListener(game);
            string address = server.ListeningAddress(server.Listen("127.0.0.1:0", approval: true));
            using (var eve = new Client(address, new { name = "eve" }))
                Check.Until(() => game.Heard == "-eve", server, eve); // without a Network_connected
            using (var ada = new Client(address, new { name = "ada" }))
                Check.Until(() => game.Heard == "-eve+ada", server, ada); // what the request told is still there
            Check.Until(() => game.Heard == "-eve+ada-ada", server);
            server.Connect("127.0.0.1:1");
            Check.Until(() => game.Heard == "-eve+ada-ada-nobody", server);
            Check.Equal(0, game.Guests.Count);
        }
    }

    public static void Follow_a_game_that_polls()
    {
        using (var server = new Server())
        {
            PeerTable<Guest> guests = server.Keep<Guest>();
            var client = new Client(server.ListeningAddress(server.Listen("127.0.0.1:0")));
            int seen = 0;
            Check.Until(() =>
            {
                client.Pump();
                PodsixEvent ev;
                while (server.Wait(5, out ev))
                {
                    Check.That(guests[ev.Peer] != null, "it is there with the first event, and with the last");
                    if (ev.Kind == EventKind.Connected)
                        client.Disconnect();
                    if (ev.Kind == EventKind.Connected || ev.Kind == EventKind.Disconnected)
                        seen++;
                }
                return seen == 2;
            });
            Check.Equal(0, guests.Count);
            client.Dispose();
        }
    }

    public static void Are_made_for_those_who_are_there_already()
    {
        using (var world = new World())
        {
            PeerTable<string> names = world.Server.Keep(peer => "peer " + peer), servers = world.Client.Keep(peer => "the server");
            Check.Equal("peer " + world.ToClient, names[world.ToClient]);
            Check.Equal("the server", servers[world.ToServer]);
            int count = 0;
            foreach (KeyValuePair<ulong, string> one in names)
            {
                Check.Equal("peer " + one.Key, one.Value);
                world.Server.Disconnect(one.Key); // the table changes between events only
                count++;
            }
            foreach (string name in names.Values)
                count += name.Length > 0 ? 10 : 0;
            Check.Equal(11, count);
            servers.Dispose();
            Check.That(servers.Count == 0 && servers[world.ToServer] == null, "nothing is kept any more");
            Check.Until(() => names.Count == 0, world.Server, world.Client);
            world.Client.Connect(world.Address);
            Check.Until(() => names.Count == 1, world.Server, world.Client);
            Check.Equal(0, servers.Count);
        }
    }

    private sealed class Fragile
    {
        internal static bool Bad;

        public Fragile()
        {
            if (Bad)
                throw new FormatException("bad");
        }
    }

    public static void End_the_peer_where_they_cannot_be_made()
    {
        using (var world = new World())
        {
            PeerTable<Fragile> pieces = world.Server.Keep<Fragile>(); // one is there, and good
            Fragile.Bad = true;
            world.Client.Connect(world.Address);
            string told = "";
            // A game that polls gets the event first, and then what was thrown.
            Check.Until(() =>
            {
                world.Client.Pump();
                try
                {
                    while (world.Server.Poll(out PodsixEvent ev))
                        if (ev.Kind == EventKind.Connected || ev.Kind == EventKind.Disconnected)
                            told += ev.Kind + " " + (pieces[ev.Peer] == null) + ";";
                }
                catch (FormatException e)
                {
                    told += e.Message + ";";
                }
                return told.EndsWith("Disconnected True;", StringComparison.Ordinal);
            });
            Check.Equal("Connected True;bad;Disconnected True;", told);
            Check.That(pieces.Count == 1 && pieces[world.ToClient] != null, "the other stays");
            world.Server.OnHandlerError += (peer, error) => told = (peer != 0) + " " + error.Message;
            world.Client.Connect(world.Address);
            Check.Until(() => told == "True bad", world.Server, world.Client);
            Fragile.Bad = false;
        }
    }
}
