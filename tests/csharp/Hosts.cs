using System;
using System.Threading;
using Podsix;

/// <summary>What a host can do, but for what its listeners hear.</summary>
internal static class Hosts
{
    public static void Say_that_they_were_disposed_of()
    {
        var host = new Host();
        host.Dispose();
        var calls = new Action[]
        {
            () => host.Send(1, "late"), () => host.Broadcast("late"), () => host.Listen("*:0"), () => host.Connect("localhost"),
            () => host.Disconnect(1), () => host.GetPeers(), () => host.Flush(0), () => host.Close(0), () => host.Pump(),
            () => { LogRecord record; host.NextLog(out record); },
        };
        foreach (Action call in calls)
            Check.Equal("Podsix.Host", Check.Throws<ObjectDisposedException>(call).ObjectName);
    }

    public static void Send_in_every_way()
    {
        foreach (Mode mode in new[] { Mode.Threaded, Mode.Inline })
            using (var world = new World(mode))
            using (var message = new Message("move").Set("x", 3))
            {
                Host client = world.Client;
                ulong to = world.ToServer;
                Check.Equal("{\"action\": \"move\", \"x\": 3}", world.Arrives(message, ev => Messages.Spaced(ev.Data.ToString())));
                Check.Equal(Result.Ok, client.Send(to, new { a = 1 }));
                Check.Equal(1, world.Next(ev => ev["a"].AsInt()));
                Check.Equal(Result.Ok, client.SendJson(to, "{\"ü\": [1]}"));
                Check.Equal(1, world.Next(ev => ev["ü"][0].AsInt()));
                Check.Equal(Result.Ok, client.SendMessagePack(to, new byte[] { 0x91, 5 }));
                Check.Equal(5, world.Next(ev => ev.Data[0].AsInt()));
                Check.Equal(Result.Ok, client.Broadcast(message));
                Check.Equal("move", world.Next(ev => ev.Action));
                Check.Equal(Result.Ok, client.Broadcast("but", to)); // to nobody
                Check.Equal(Result.Ok, client.Broadcast("all"));
                Check.Equal("all", world.Next(ev => ev.Data.AsString()));
                var results = new Result[2];
                Check.Equal(1, client.SendMany(new[] { to, 12345UL }, message, results));
                Check.That(results[0] == Result.Ok && results[1] == Result.UnknownPeer, "a result for each");
                Check.Equal("move", world.Next(ev => ev.Action));
                Check.Equal(1, client.SendMany(new[] { to }, "many"));
                Check.Equal("many", world.Next(ev => ev.Data.AsString()));
                Check.Equal(0, client.SendMany(Array.Empty<ulong>(), message));
                Check.Throws<ArgumentException>(() => client.SendMany(new[] { to, to }, message, new Result[1]));
                Check.That(client.Flush(5000), "it is on its way");
            }
    }

    public static void Tell_what_an_event_is()
    {
        using (var world = new World())
        using (var message = new Message("grüße"))
        {
            string told = world.Arrives(message, ev =>
            {
                Check.That(ev.Is("grüße") && !ev.Is("grüß") && !ev.Is("grüßen"), "Is");
                Check.Equal(world.ToClient, ev.Peer);
                Check.That(ev.Listener != 0 && ev.Code == 0 && ev.OsError == 0 && ev.Text == "" && ev.UserData == IntPtr.Zero, "nothing else");
                return ev.Kind + " " + ev.Direction + " " + ev.Reason + " " + ev.Action + " " + ev.Kind.Name() + " " + ev.Reason.Name();
            });
            Check.Equal("Message Inbound None grüße PODSIX_EVENT_MESSAGE PODSIX_REASON_NONE", told);
            Check.Equal("PODSIX_ERR_WOULD_BLOCK", Result.WouldBlock.Name());
        }
    }

    public static void Know_their_peers()
    {
        using (var world = new World())
        {
            Host server = world.Server;
            ulong peer = world.ToClient;
            Check.That(server.GetPeers().Length == 1 && server.GetPeers(all: true)[0] == peer, "the peers");
            Check.Equal(1, server.CopyPeers(Span<ulong>.Empty));
            Check.That(server.PeerAddress(peer).StartsWith("127.0.0.1:", StringComparison.Ordinal), "an address");
            Check.Equal("", server.PeerAddress(99));
            Check.Equal(world.Address, world.Client.PeerAddress(world.ToServer));
            IntPtr data;
            Check.That(server.TryGetUserData(peer, out data) && data == IntPtr.Zero, "no data");
            Check.Equal(Result.Ok, server.SetUserData(peer, (IntPtr)42));
            Check.That(server.TryGetUserData(peer, out data) && data == (IntPtr)42, "data");
            Check.That(!server.TryGetUserData(99, out data) && data == IntPtr.Zero, "of nobody");
            Check.Equal(Result.UnknownPeer, server.SetUserData(99, (IntPtr)1));
            Check.Equal(42L, world.Arrives(new Message().Add(1), ev => (long)ev.UserData));
            PeerStats stats;
            Check.That(server.TryGetStats(peer, out stats) && stats.MessagesIn == 1 && stats.BytesIn > 0, "statistics");
            Check.That(!server.TryGetStats(99, out stats) && stats.MessagesIn == 0, "of nobody");
            Check.Equal(1UL, server.Stats.Peers);
            Check.Equal(256UL << 20, server.Stats.MemoryBudget);
        }
    }

    public static void Listen_and_stop()
    {
        using (var host = new Host())
        {
            uint id = host.Listen("127.0.0.1:0");
            int port = host.ListeningPort(id);
            Check.Equal("127.0.0.1:" + port, host.ListeningAddress(id));
            using (var other = new Host())
                Check.Fails(Result.Os, () => other.Listen("127.0.0.1:" + port));
            host.StopListening(id);
            Check.Fails(Result.UnknownListener, () => host.StopListening(id));
            Check.Fails(Result.UnknownListener, () => host.ListeningPort(id));
            Check.Fails(Result.UnknownListener, () => host.ListeningAddress(id));
            Check.Fails(Result.BadAddress, () => host.Listen("no address"));
            Check.Fails(Result.BadAddress, () => host.Connect("tcp://"));
            Check.That(host.LastError.Length > 5, "the last words");
        }
    }

    private sealed class Door
    {
        internal Host Host;
        internal string Heard = "";

        private void Network_request(ulong peer, Value hello)
        {
            if (hello["name"].Is("ada"))
                Check.Equal(Result.Ok, Host.Accept(peer, new { seat = 3 }));
            else if (hello["name"].Is("bob"))
                Check.Equal(Result.Ok, Host.Accept(peer));
            else if (hello["name"].Is("cy"))
                using (var reply = new Message().Add("cy's"))
                    Check.Equal(Result.Ok, Host.Accept(peer, reply));
            else
                Check.Equal(Result.Ok, Host.Refuse(peer, 42, "höchstens drei"));
            Check.Equal(Result.NotRequested, Host.Accept(peer));
            Check.Fails(Result.NotRequested, () => Host.ThrowUnlessGone(Host.Accept(peer)));
            Host.ThrowUnlessGone(Host.Send(1, 2)); // nobody
            Host.ThrowUnlessGone(Result.Ok);
            Check.Throws<ArgumentNullException>(() => Host.Send(peer, null));
        }

        private void Network_connected(PodsixEvent ev)
        {
            if (ev.Direction == Direction.Outbound)
                Heard += "connected " + ev.Data.ToString() + ";";
        }

        private void Network_error(PodsixEvent ev)
        {
            Heard += ev.Reason + " " + ev.Code + " " + ev.Text + ";";
        }
    }

    public static void Let_in_and_turn_away()
    {
        using (var server = new Host())
        {
            var door = new Door { Host = server };
            server.AddListener(door);
            string address = server.ListeningAddress(server.Listen("127.0.0.1:0", approval: true));
            foreach (string name in new[] { "ada", "bob", "cy", "dan" })
                using (var client = new Host())
                {
                    var heard = new Door();
                    client.AddListener(heard);
                    client.Connect(address, new { name });
                    Check.Until(() => heard.Heard.Length > 0, server, client);
                    door.Heard += Messages.Spaced(heard.Heard);
                }
            Check.Equal("connected {\"seat\": 3};connected ;connected \"cy's\";Refused 42 höchstens drei;", door.Heard);
            using (var client = new Host())
            using (var hello = new Message().Add(new byte[5000]))
                Check.Fails(Result.TooLarge, () => client.Connect(address, hello));
        }
    }

    private sealed class Ends
    {
        internal string Heard = "";

        private void Network_disconnected(PodsixEvent ev)
        {
            Heard += ev.Reason + " " + ev.Code + " " + ev.Text;
        }
    }

    public static void Disconnect_and_drop()
    {
        using (var world = new World())
        {
            Ends here = new Ends(), there = new Ends();
            world.Client.AddListener(here);
            world.Server.AddListener(there);
            Check.Equal(Result.Ok, world.Client.Disconnect(world.ToServer, -7, "bye"));
            Check.Equal(Result.NotConnected, world.Client.Send(world.ToServer, 1));
            Check.Until(() => here.Heard + there.Heard == "Local -7 byeClosed -7 bye", world.Server, world.Client);
            Check.Equal(Result.UnknownPeer, world.Client.Disconnect(world.ToServer));
            Check.Equal(Result.UnknownPeer, world.Client.Drop(world.ToServer));
        }
        using (var world = new World())
        {
            var there = new Ends();
            world.Server.AddListener(there);
            Check.Equal(Result.Ok, world.Client.Drop(world.ToServer));
            Check.Until(() => there.Heard.StartsWith("Lost", StringComparison.Ordinal), world.Server, world.Client);
        }
    }

    /// <summary>What has come, in order; who joins is told before the others.</summary>
    private sealed class Crowd
    {
        internal Host Host;
        internal string Heard = "";

        private void Network(PodsixEvent ev)
        {
            if (ev.Kind == EventKind.Message)
                Heard += ev.Data.AsString() + ";";
            if (ev.Kind != EventKind.Connected)
                return;
            Heard += "connected;";
            if (ev.Direction == Direction.Inbound)
            {
                Check.Equal(Result.Ok, Host.Send(ev.Peer, "welcome"));
                Check.Equal(Result.Ok, Host.Broadcast("all"));
            }
        }
    }

    public static void Send_to_all_who_are_known()
    {
        using (var world = new World())
        using (var late = new Host())
        {
            Crowd here = new Crowd { Host = world.Server }, there = new Crowd();
            world.Server.AddListener(here);
            late.AddListener(there);
            late.Connect(world.Address);
            Check.Until(() => there.Heard == "connected;", late); // the server has not pumped that
            Check.That(world.Server.GetPeers().Length == 1 && world.Server.GetPeers(all: true).Length == 2, "not heard of");
            Check.Equal(Result.Ok, world.Server.Broadcast("joined"));
            Check.Until(() => there.Heard.EndsWith("all;", StringComparison.Ordinal), world.Server, late);
            Check.Equal("connected;welcome;all;", there.Heard);
            Check.Equal(2, world.Server.GetPeers().Length);
        }
    }

    public static void Kick_with_words_that_arrive()
    {
        foreach (Mode mode in new[] { Mode.Threaded, Mode.Inline })
            using (var server = new Host(new Config { Mode = mode, LingerMs = 600000 }))
            using (var client = new Host(new Config { Mode = Mode.Inline })) // which takes nothing before it pumps
            using (var message = new Message().Add(new byte[200000]))
            {
                Ends here = new Ends(), there = new Ends();
                server.AddListener(here);
                client.AddListener(there);
                client.Connect(server.ListeningAddress(server.Listen("127.0.0.1:0")));
                Check.Until(() => server.GetPeers().Length == 1 && client.GetPeers().Length == 1, server, client);
                ulong peer = server.GetPeers()[0];
                do // until neither the system nor the out-buffer takes more
                    while (server.Send(peer, message) == Result.Ok) { }
                while (server.Flush(100));
                Check.Equal(Result.Ok, server.Disconnect(peer, 1, "after everything"));
                Check.Equal(Result.Ok, server.Kick(peer, 9, "gemogelt: ü"));
                Check.Equal(Result.NotConnected, server.Kick(peer));
                Check.Until(() => here.Heard.Length > 0, server);
                Check.Equal("Local 9 gemogelt: ü", here.Heard);
                Check.Until(() => there.Heard.Length > 0, server, client);
                Check.Equal("Closed 9 gemogelt: ü", there.Heard);
                Check.Equal(Result.UnknownPeer, server.Kick(99));
            }
    }

    private sealed class Counter
    {
        internal int Count;
        internal string End = "";

        private void Network_count(Value data)
        {
            Check.Equal(Count++, data["i"].AsInt());
        }

        [NetworkAction("disconnected"), NetworkAction("error")]
        private void Ended(PodsixEvent ev)
        {
            End += ev.Kind + " " + ev.Code + " " + ev.Text + ";";
        }
    }

    public static void Close_and_lose_nothing()
    {
        foreach (Mode mode in new[] { Mode.Threaded, Mode.Inline })
            using (var world = new World(mode))
            {
                Counter here = new Counter(), there = new Counter();
                world.Server.AddListener(here);
                world.Client.AddListener(there);
                for (int i = 0; i < 100; i++)
                    Check.Equal(Result.Ok, world.Server.Send(world.ToClient, new { action = "count", i, much = new byte[5000] }));
                bool atOnce = world.Server.Close(0, 7, "das war alles: ü");
                Check.That(!atOnce || mode == Mode.Threaded, "a client without a thread has not closed before it pumps");
                Check.Equal(Result.NotConnected, world.Server.Send(world.ToClient, 1));
                Check.Equal(Result.Closing, world.Server.Broadcast(1));
                world.Server.ThrowUnlessGone(Result.Closing);
                Check.Fails(Result.Closing, () => world.Server.Listen("127.0.0.1:0"));
                Check.Fails(Result.Closing, () => world.Server.Connect(world.Address));
                Check.Throws<ArgumentOutOfRangeException>(() => world.Server.Close(-1));
                // The game goes on drawing meanwhile.
                Check.Until(() => world.Server.GetPeers(all: true).Length == 0, world.Server, world.Client);
                Check.That(world.Server.Close(30000), "nobody is left");
                Check.Equal("Disconnected 7 das war alles: ü;", here.End);
                Check.Until(() => there.End.Length > 0, world.Client);
                Check.Equal("Disconnected 7 das war alles: ü;", there.End);
                Check.Equal(100, there.Count);
            }
    }

    private sealed class Writable
    {
        internal bool Heard;

        private void Network_writable()
        {
            Heard = true;
        }
    }

    public static void Say_when_a_buffer_is_full()
    {
        using (var world = new World(Mode.Inline))
        using (var message = new Message().Add(new byte[60000]))
        {
            var writable = new Writable();
            world.Client.AddListener(writable);
            Result sent;
            int count = 0;
            while ((sent = world.Client.Send(world.ToServer, message)) == Result.Ok)
                count++;
            Check.Equal(Result.WouldBlock, sent);
            Check.That(!world.Client.Flush(0), "it waits");
            Check.Until(() => writable.Heard, world.Server, world.Client);
            Check.That(count > 10 && world.Client.Send(world.ToServer, message) == Result.Ok, "there is room again");
        }
    }

    public static void Take_settings()
    {
        var config = new Config();
        Check.Equal(1 << 20, config.MaxMessage);
        Check.Equal(64, config.MaxDepth);
        Check.Equal(65536, config.MaxValues);
        Check.Equal(4096, config.MaxPeers);
        Check.Equal(256L << 20, config.MemoryBudget);
        Check.Equal(5000, config.SlowPeerMs);
        Check.Equal(8 << 20, config.SlowPeerBytes);
        Check.Equal(Mode.Threaded, config.Mode);
        Check.Equal(SendMode.AtOnce, config.SendMode);
        config = new Config
        {
            Mode = Mode.Inline, MaxMessage = 1000, MaxDepth = 5, MaxValues = 100, MaxPeers = 7, HandshakeTimeoutMs = 1, ApprovalTimeoutMs = 2,
            ConnectTimeoutMs = 3, PingIntervalMs = 4, IdleTimeoutMs = 5, StallLimitMs = 6, LingerMs = 7, OutBuffer = 4096, QueueEvents = 8,
            QueueBytes = 4096, MemoryBudget = 8 << 20, MaxGreetingPerAddress = 9, LimitLoopback = true, MaxEventsPerPoll = 10,
            PodSixNetIdleTimeoutMs = 11, SlowPeerMs = 12, SlowPeerBytes = 13, SendMode = SendMode.Gathered,
        };
        int[] read =
        {
            config.HandshakeTimeoutMs, config.ApprovalTimeoutMs, config.ConnectTimeoutMs, config.PingIntervalMs, config.IdleTimeoutMs,
            config.StallLimitMs, config.LingerMs, config.QueueEvents, config.MaxGreetingPerAddress, config.MaxEventsPerPoll, config.PodSixNetIdleTimeoutMs,
            config.SlowPeerMs, config.SlowPeerBytes,
        };
        for (int at = 0; at < read.Length; at++)
            Check.Equal(at + 1, read[at]);
        Check.Equal(SendMode.Gathered, config.SendMode);
        Check.That(config.LimitLoopback && config.OutBuffer == 4096 && config.QueueBytes == 4096, "all are there");
        using (var world = new World(Mode.Inline, one => one.MaxMessage = 1000))
        {
            // Not thrown: a stranger may have a hand in it.
            Check.Equal(Result.TooLarge, world.Client.Send(world.ToServer, new byte[1001]));
            Check.That(world.Client.LastError.Contains("1000"), "the limit in words");
            var results = new Result[1];
            Check.Equal(0, world.Client.SendMany(new[] { world.ToServer }, new byte[1001], results));
            Check.Equal(Result.TooLarge, results[0]);
        }
        using (var host = new Host(new Config { MaxDepth = 2, MaxValues = 4 }))
        {
            Check.Equal(Result.TooDeep, host.Broadcast(new[] { new[] { new[] { new int[0] } } }));
            Check.Equal(Result.TooManyValues, host.Broadcast(new[] { 1, 2, 3, 4 }));
        }
        config = new Config { QueueBytes = 12 << 20 }.SetLargest(10 << 20);
        Check.Equal(10 << 20, config.MaxMessage);
        Check.Equal(10 << 20, config.OutBuffer);
        Check.Equal(12 << 20, config.QueueBytes);
        Check.Fails(Result.BadConfig, () => config.SetLargest(1 << 24));
        Check.Equal(10 << 20, config.MaxMessage);
        Check.Throws<ArgumentOutOfRangeException>(() => config.SetLargest(-1));
        using (var world = new World(Mode.Inline, one => one.SetLargest(10 << 20)))
            Check.Equal(Result.Ok, world.Client.Send(world.ToServer, new byte[10000000]));
        Check.Fails(Result.BadConfig, () => new Host(new Config { MaxMessage = 1 << 30 }));
        Check.Fails(Result.BadConfig, () => new Host(new Config { Mode = (Mode)77 }));
        Check.Fails(Result.BadConfig, () => new Host(new Config { SendMode = (SendMode)77 }));
        using (var world = new World(Mode.Inline, one => one.SendMode = SendMode.Gathered))
        {
            for (int n = 0; n < 10; n++)
                Check.Equal(Result.Ok, world.Server.Send(world.ToClient, n));
            Check.That(world.Server.Flush(10000), "it leaves with a flush");
        }
        Check.Throws<ArgumentOutOfRangeException>(() => config.MaxPeers = -1);
        Check.Throws<ArgumentOutOfRangeException>(() => config.MemoryBudget = -1);
    }

    public static void Keep_a_log()
    {
        using (var host = new Host())
        using (var stranger = new Host())
        {
            // Who comes to the wrong door is worth a record.
            ulong peer = stranger.Connect("podsixnet://" + host.ListeningAddress(host.Listen("127.0.0.1:0")));
            stranger.Send(peer, new { action = "hello" });
            var record = default(LogRecord);
            Check.Until(() => host.NextLog(out record), host, stranger);
            Check.That(record.Text.Length > 5 && record.Level != LogLevel.None && record.ToString().Contains(record.Text), "words");
            while (host.NextLog(out record)) { }
            Check.That(record.Text == null && record.AtMs == 0, "nothing more");
        }
    }

    private sealed class Waiter
    {
        internal readonly ManualResetEvent Inside = new ManualResetEvent(false), Leave = new ManualResetEvent(false);

        private void Network_error()
        {
            Inside.Set();
            Leave.WaitOne();
        }
    }

    public static void Are_pumped_by_one_at_a_time()
    {
        using (var host = new Host())
        {
            var waiter = new Waiter();
            host.AddListener(waiter);
            host.Connect("127.0.0.1:1");
            var thread = new Thread(() => host.Pump(30000));
            thread.Start();
            Check.That(waiter.Inside.WaitOne(30000), "the other thread pumps");
            Check.Fails(Result.Busy, () => host.Pump());
            Check.Fails(Result.Busy, () => { PodsixEvent ev; host.Poll(out ev); });
            waiter.Leave.Set();
            thread.Join();
            Check.Equal(0, host.Pump());
        }
        using (var host = new Host())
        {
            Check.Throws<ArgumentOutOfRangeException>(() => host.Pump(-1));
            Check.Throws<ArgumentOutOfRangeException>(() => { PodsixEvent ev; host.Wait(-1, out ev); });
            Check.Throws<ArgumentOutOfRangeException>(() => host.Flush(-1));
        }
    }

    public static void Tell_their_release()
    {
        Library.Check(); // it is the right one: nothing is thrown
        uint version = Library.Version;
        Check.Equal((version >> 16) + "." + ((version >> 8) & 255) + "." + (version & 255), Library.VersionText);
        Check.Equal(1u, Library.Abi);
    }

    private static void Named(string argument, Action call)
    {
        Check.Equal(argument, Check.Throws<ArgumentNullException>(call).ParamName);
    }

    public static void Name_what_is_null()
    {
        using (var host = new Host(new Config { Mode = Mode.Inline }))
        using (var message = new Message("a"))
        {
            Named("address", () => host.Connect(null));
            Named("address", () => host.Listen(null));
            Named("message", () => host.Send(1, (Message)null));
            Named("message", () => host.Broadcast((Message)null));
            Named("json", () => host.SendJson(1, null));
            Named("action", () => message.Begin(null));
            Named("key", () => message.Key((string)null));
            Named("json", () => message.SetJson("k", null));
            Named("json", () => message.FromJson(null));
            Named("key", () => { Value value = message.Begin("a").Value[null]; });
            Named("names", () => new Keys(null));
            Named("names", () => new Keys("a", null));
            Named("keys", () => message.Value.Fields(null, out Value a));
            Named("listener", () => host.AddListener(null));
            Named("listener", () => Host.Hears(null));
            // Here null has a meaning.
            Check.That(!message.Value["action"].Is((string)null) && !host.RemoveListener(null), "nothing is null");
            Check.Equal(Result.UnknownPeer, host.Disconnect(1, 0, null));
            Check.Equal(Result.UnknownPeer, host.Kick(1, 0, null));
            Check.Equal(Result.UnknownPeer, host.Refuse(1, 0, null));
            Check.Equal(Result.UnknownPeer, host.Accept(1, (Message)null));
            Check.That(host.Close(0, 0, null), "closed without words");
        }
    }
}
