using System;
using System.Collections.Generic;
using System.IO;
using System.Runtime.InteropServices;
using System.Threading;
using Podsix;

/// <summary>The classes to derive from, as a game does.</summary>
internal static class ServersAndClients
{
    private sealed class Mistaken : Server
    {
        internal Mistaken() : base("127.0.0.1:0") { }

        private void Network_move(Value data, ulong peer) // the other way round
        {
        }
    }

    private class Table : Server
    {
        internal string Names = "";

        internal Table(string address) : base(address) { }

        private void Network_connected(ulong peer, Value hello)
        {
            Names += "+" + hello["name"].AsString("nobody");
            Check.Equal(Result.Ok, Send(peer, new { action = "welcome", you = peer }));
        }

        private void Network_move(ulong peer, Value data)
        {
            using (var message = new Message("moved"))
                Broadcast(message.Set("who", peer).Set("x", data["x"]));
        }

        private void Network_disconnected(PodsixEvent ev)
        {
            Names += "-" + ev.Text;
        }
    }

    private sealed class Player : Client
    {
        internal ulong Me;
        internal int X;
        internal string Trouble = "", End;

        internal Player(string address, object hello) : base(address, hello) { }

        private void Network_connected()
        {
            Check.That(IsConnected, "it knows");
            Check.Equal(Result.Ok, Send(new { action = "move", x = 3 }));
        }

        private void Network_welcome(Value data)
        {
            Me = data["you"].AsULong();
        }

        private void Network_moved(Value data)
        {
            Check.That(data["who"].AsULong() == Me, "it was me");
            X = data["x"].AsInt();
        }

        private void Network_error(PodsixEvent ev)
        {
            Trouble = ev.Reason.ToString();
        }

        private void Network_disconnected(PodsixEvent ev)
        {
            End = ev.Code + " " + ev.Text;
        }
    }

    private sealed class Closing : Channel
    {
        internal static string Heard = "";

        private void Network_end(Value data)
        {
            Heard += data["action"].AsString();
            Host.Dispose();
        }

        private void Network(PodsixEvent ev)
        {
            if (ev.Kind == EventKind.Message)
                Heard += " and " + ev.Action;
        }
    }

    public static void A_channel_hears_nothing_after_it_disposed_of_the_server()
    {
        var server = new Server<Closing>("127.0.0.1:0");
        using (var player = new Client(server.ListeningAddress(1)))
        {
            player.Send(new { action = "end" });
            Check.Until(() => server.IsDisposed, server);
            Check.Equal("end", Closing.Heard);
        }
    }

    public static void Play()
    {
        using (var server = new Table("127.0.0.1:0"))
        {
            string address = "127.0.0.1:" + server.ListeningPort(1);
            using (var player = new Player(address, new { name = "ada" }))
            {
                Check.That(!player.IsConnected && player.Peer != 0, "not yet");
                Check.Until(() => player.X == 3, server, player);
                Check.That(player.IsConnected && player.Me != 0, "in the game");
                using (var message = new Message("move").Set("x", 4))
                    Check.Equal(Result.Ok, player.Send(message));
                Check.Until(() => player.X == 4, server, player);
                Check.Equal(Result.Ok, player.Disconnect(1, "good night"));
                Check.Until(() => !player.IsConnected && server.Names.Contains("-"), server, player);
                Check.Equal("+ada-good night", server.Names);
                player.Connect(address);
                Check.Until(() => player.IsConnected && server.Names.EndsWith("+nobody", StringComparison.Ordinal), server, player);
                Check.Equal("+ada-good night+nobody", server.Names);
            }
        }
    }

    private sealed class Seat : Channel
    {
        internal string Heard = "";

        private void Network_connected(Value hello)
        {
            Heard += hello["name"].AsString() + ";";
            Check.Equal(Result.Ok, Send(new { action = "welcome", you = Peer }));
        }

        private void Network_move(Value data)
        {
            Heard += "move " + data["x"].AsInt() + ";";
            Check.That(Address.StartsWith("127.0.0.1:", StringComparison.Ordinal) && Host is Seats, "whose it is");
            if (data["x"].AsInt() == 4)
                throw new FormatException("four");
            using (var message = new Message("moved").Set("who", Peer).Set("x", data["x"]))
                Check.Equal(Result.Ok, Send(message));
        }

        private void Network_disconnected()
        {
            Heard += "gone";
        }
    }

    private sealed class Seats : Server<Seat>
    {
        internal readonly List<Seat> Seen = new List<Seat>();

        internal Seats() : base("127.0.0.1:0") { }

        private void Network_connected(ulong peer)
        {
            Seen.Add(ChannelOf(peer)); // it is there before the server hears
        }
    }

    public static void Have_a_channel_for_each_client()
    {
        using (var server = new Seats())
        {
            string address = server.ListeningAddress(1);
            using (Player ada = new Player(address, new { name = "ada" }), bob = new Player(address, new { name = "bob" }))
            {
                Check.Until(() => ada.X == 3 && bob.X == 3, server, ada, bob);
                Check.Equal(2, server.Channels.Count);
                Check.Equal(Result.Ok, ada.Send(new { action = "move", x = 4 }));
                bool thrown = false;
                Check.Until(() =>
                {
                    try
                    {
                        server.Pump(20);
                    }
                    catch (FormatException)
                    {
                        thrown = true;
                    }
                    return thrown;
                });
                Seat seat = server.Seen[0].Heard.StartsWith("ada", StringComparison.Ordinal) ? server.Seen[0] : server.Seen[1];
                Check.Equal("ada;move 3;move 4;", seat.Heard);
                Check.Equal(Result.Ok, seat.Disconnect());
                Check.Until(() => !ada.IsConnected && server.Channels.Count == 1, server, ada, bob);
                Check.Equal("ada;move 3;move 4;gone", seat.Heard);
                Check.That(server.ChannelOf(seat.Peer) == null && bob.IsConnected, "the other stays");
                Seat bobs = server.Seen[0] == seat ? server.Seen[1] : server.Seen[0];
                Check.Equal(Result.Ok, bobs.Kick(3, "cheating"));
                Check.Until(() => !bob.IsConnected && server.Channels.Count == 0, server, ada, bob);
                Check.Equal("3 cheating", bob.End);
                Check.Equal("bob;move 3;gone", bobs.Heard);
                ada.Connect(address);
                Check.Until(() => ada.IsConnected && server.Channels.Count == 1, server, ada);
                server.Close(0, 4, "good night");
                Check.Until(() => !ada.IsConnected && server.Channels.Count == 0, server, ada);
                Check.Equal("4 good night", ada.End);
            }
        }
        using (var later = new Server<Seat>())
            Check.Equal(0, later.Channels.Count);
    }

    private sealed class Bot : Client
    {
        internal bool Moved;

        internal Bot(string address, int number, Config config) : base(address, new { name = "bot " + number }, config) { }

        private void Network_welcome()
        {
            Send(new { action = "move", x = 1 });
        }

        private void Network_moved(Value data)
        {
            Moved |= data["who"].AsULong() != 0;
        }
    }

    private sealed class Driver
    {
        internal Host Host;
        internal int Moved;

        private void Network_welcome(ulong peer)
        {
            Host.Send(peer, new { action = "move", x = 1 });
        }

        private void Network_moved(ulong peer, Value data)
        {
            Moved++;
        }
    }

    private static int Threads
    {
        get { return Directory.GetDirectories("/proc/self/task").Length; }
    }

    public static void A_hundred_bots_need_no_threads()
    {
        if (!RuntimeInformation.IsOSPlatform(OSPlatform.Linux))
            return; // only Linux says how many there are
        const int count = 100, others = 20; // what a runtime begins of its own
        using (var server = new Table("127.0.0.1:0"))
        {
            string address = server.ListeningAddress(1);
            int before = Threads;
            var threaded = new List<Client>();
            for (int n = 0; n < count; n++)
                threaded.Add(new Client());
            Check.That(Threads >= before + count, "a thread for each: " + (Threads - before));
            foreach (Client client in threaded)
                client.Dispose();

            var bots = new List<Bot>();
            for (int n = 0; n < count; n++)
                bots.Add(new Bot(address, n, Config.Inline));
            Check.Until(() =>
            {
                server.Pump();
                foreach (Bot bot in bots)
                    bot.Pump();
                return bots.TrueForAll(bot => bot.Moved);
            });
            Check.Until(() => Threads < before + others); // those of before have ended, and inline ones have none
            foreach (Bot bot in bots)
                bot.Dispose();
        }
        using (var server = new Table("127.0.0.1:0"))
        using (var host = new Host())
        {
            int before = Threads;
            var driver = new Driver { Host = host };
            host.AddListener(driver);
            PeerTable<List<int>> bots = host.Keep<List<int>>();
            for (int n = 0; n < count; n++)
                host.Connect(server.ListeningAddress(1), new { name = "bot " + n });
            Check.Until(() => bots.Count == count && driver.Moved >= count * count, server, host);
            Check.Until(() => Threads < before + others); // one for all of them
        }
    }

    private sealed class Silent : Channel { }

    public static void Have_no_channel_for_a_server_they_connect_to()
    {
        using (var other = new Server())
        using (var server = new Server<Silent>("127.0.0.1:0"))
        {
            ulong peer = server.Connect(other.ListeningAddress(other.Listen("127.0.0.1:0")));
            Check.Until(() => server.GetPeers().Length == 1, server, other);
            Check.That(server.Channels.Count == 0 && server.ChannelOf(peer) == null, "it is no client");
        }
    }

    public static void Know_that_they_are_connected_whoever_pumps()
    {
        using (var server = new Server("127.0.0.1:0"))
        using (var client = new Client())
        {
            string address = server.ListeningAddress(1);
            bool over = false;
            int opened = 0;
            client.On("connected", ev => Volatile.Write(ref opened, opened + 1));
            var pumping = new[] { new Thread(() => Pump(server, ref over)), new Thread(() => Pump(client, ref over)) };
            foreach (Thread thread in pumping)
                thread.Start();
            bool right = true;
            for (int number = 1; number <= 1000; number++)
            {
                client.Connect(address);
                while (Volatile.Read(ref opened) < number)
                    Thread.Yield();
                right &= client.IsConnected;
                client.Drop(client.Peer);
            }
            Volatile.Write(ref over, true);
            foreach (Thread thread in pumping)
                thread.Join();
            Check.That(right, "it is connected when it hears so");
        }
    }

    private static void Pump(Host host, ref bool over)
    {
        while (!Volatile.Read(ref over))
            host.Pump(10);
    }

    public static void Tell_what_went_wrong()
    {
        using (var player = new Player("127.0.0.1:1", null))
        {
            Check.Until(() => player.Trouble.Length > 0, player);
            Check.Equal("Unreachable", player.Trouble);
            Check.That(!player.IsConnected, "not connected");
        }
        Check.Fails(Result.BadAddress, () => new Player("", null));
        Check.Fails(Result.BadAddress, () => new Table("no address"));
        using (var later = new Server())
        using (var client = new Client())
        {
            Check.Equal(Result.UnknownPeer, client.Send("hello"));
            client.Connect(later.ListeningAddress(later.Listen("127.0.0.1:0")));
            Check.Until(() => client.IsConnected, later, client);
        }
        // What is derived is registered by its base, and a handler of a wrong form is told there.
        Check.Throws<ArgumentException>(() => new Mistaken());
    }
}
