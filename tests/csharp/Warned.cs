using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using Podsix;

/// <summary>Mistakes that nothing fails at are told, once each.</summary>
internal static class Warned
{
    private static readonly List<string> Told = new List<string>();

    private sealed class Game : Server
    {
        internal int Heard;

        internal Game() : base("127.0.0.1:0") { }

        private void Network_move()
        {
            Heard++;
        }

        private void Network_last()
        {
            Heard++;
        }
    }

    private sealed class Seat : Channel
    {
        internal static int Heard;

        private void Network_move()
        {
            Heard++;
        }
    }

    private sealed class Everything
    {
        internal int Heard;

        private void Network(PodsixEvent ev)
        {
            Heard += ev.Kind == EventKind.Message ? 1 : 0;
        }
    }

    /// <summary>Runs with what is told in Told.</summary>
    private static void Told_by(Action action)
    {
        Told.Clear();
        Warnings.Show = Told.Add;
        try
        {
            action();
        }
        finally
        {
            Warnings.Show = null;
        }
    }

    private static void Equal(params string[] wanted)
    {
        Check.Equal(string.Join("\n", wanted), string.Join("\n", Told), "what is told");
    }

    /// <summary>What a client sends to a game has been pumped.</summary>
    private static void Arrives(Game game, Client client, params object[] messages)
    {
        int before = game.Heard;
        foreach (object message in messages)
            using (var built = new Message())
                Check.Equal(Result.Ok, client.Send(built.Add(message)));
        Check.Equal(Result.Ok, client.Send(new { action = "last" }));
        Check.Until(() => game.Heard > before, game, client);
    }

    public static void An_action_that_nobody_listens_to_is_told_once()
    {
        Told_by(() =>
        {
            using (var game = new Game())
            using (var client = new Client(game.ListeningAddress(1)))
            {
                for (int times = 0; times < 3; times++)
                    Arrives(game, client, new { action = "jump" });
                Equal("Game: nobody here listens to 'jump'");
                Arrives(game, client, new { action = "Move" }, new { action = "connected" }, new { action = "\x1b[2J\n" + new string('x', 100000) });
                Equal("Game: nobody here listens to 'jump'",
                    "Game: nobody here listens to 'Move', but to 'move'",
                    "Game: nobody here listens to 'connected': Network_connected is for the event, and a message that calls itself so does not reach it",
                    "Game: nobody here listens to '\uFFFD[2J " + new string('x', 34) + "…'");
            }
            // The next one of its kind has nothing new to say; the other end is of another kind.
            using (var game = new Game())
            using (var client = new Client(game.ListeningAddress(1)))
            {
                Arrives(game, client, new { action = "jump" });
                Check.Equal(4, Told.Count);
                game.Broadcast(new { action = "jump" });
                Check.Until(() => Told.Count == 5, client, game);
                Check.Equal("Client: nobody here listens to 'jump'", Told[4]);
                Warnings.Show = Told.Add; // begins anew
                Arrives(game, client, new { action = "jump" });
                Check.Equal(6, Told.Count);
                Warnings.Show = null;
                Arrives(game, client, new { action = "fly" });
                Check.Equal(6, Told.Count);
            }
        });
    }

    public static void What_shows_it_may_throw_and_Pump_goes_on()
    {
        using (var game = new Game())
        using (var client = new Client(game.ListeningAddress(1)))
        {
            string told = "";
            game.OnHandlerError += (peer, error) => told += (peer != 0) + " " + error.Message;
            Check.Until(() => game.GetPeers().Length == 1, game, client);
            Warnings.Show = text => throw new FormatException(text);
            try
            {
                Arrives(game, client, new { action = "jump" });
            }
            finally
            {
                Warnings.Show = null;
            }
            Check.Equal("True Game: nobody here listens to 'jump'", told);
        }
    }

    public static void A_connect_that_failed_is_told_where_nobody_hears_of_it()
    {
        Told_by(() =>
        {
            using (var client = new Client())
            {
                Task<Connection> awaited = client.ConnectAsync("127.0.0.1:1");
                Check.Until(() => awaited.IsFaulted, client);
                Equal(); // who awaits it knows
                for (int times = 0; times < 3; times++)
                {
                    ulong peer = client.Connect("127.0.0.1:1");
                    Check.Until(() => Array.IndexOf(client.GetPeers(all: true), peer) < 0, client);
                }
                Check.That(Told.Count == 1 && Told[0].StartsWith("Client: a connect failed, and nobody here has a Network_error: ", StringComparison.Ordinal) && Told[0].Contains("127.0.0.1:1:"), string.Join("; ", Told));
            }
        });
    }

    private class Shouting : Client
    {
        private void Network_Connected() { }
    }

    private sealed class Whispering
    {
        private void network_move() { }
    }

    private sealed class Meant : Channel
    {
        [NetworkAction("Connected")]
        private void Network_Connected() { }

        private void Network_Move() { }

        private void Networking() { }
    }

    public static void A_name_in_other_capitals_is_told()
    {
        Told_by(() =>
        {
            for (int times = 0; times < 2; times++)
            {
                using (var client = new Shouting())
                    Check.Throws<ArgumentException>(() => client.AddListener(new Whispering()));
                using (new Server<Meant>()) { }
            }
            Equal("Shouting: Network_Connected hears of messages with that action alone; the event calls Network_connected; a [NetworkAction] says what is meant",
                "Whispering: nothing calls network_move, for its name has to begin with Network_; a [NetworkAction] says what is meant");
        });
    }

    public static void What_is_sent_to_nobody_is_told()
    {
        Told_by(() =>
        {
            using (var client = new Client())
            {
                for (int times = 0; times < 2; times++)
                    Check.Equal(Result.UnknownPeer, client.Send(new { action = "move" }));
                using (var message = new Message("move"))
                    Check.Equal(Result.UnknownPeer, client.Send(message));
                Check.Equal(Result.UnknownPeer, client.SendJson(0, "{}"));
                Check.Equal(Result.UnknownPeer, client.SendMessagePack(0, new byte[] { 0x80 }));
                Check.Equal(Result.UnknownPeer, client.Send(77, new { action = "move" })); // who has gone is nobody's mistake
                Equal("Client: a message is sent to peer 0, which is nobody, and lost: Connect comes first, and what is sent after it waits");
            }
        });
    }

    private sealed class Waiter : Client { }

    public static void A_task_that_nobody_pumps_for_is_told()
    {
        int first = Unpumped.FirstLookMs, next = Unpumped.NextLookMs;
        Unpumped.FirstLookMs = 10;
        Unpumped.NextLookMs = 1600;
        try
        {
            Told_by(() =>
            {
                using (var game = new Game())
                using (var client = new Waiter())
                {
                    client.PumpUntil(client.ConnectAsync(game.ListeningAddress(1))); // it looks from here on
                    client.Ask("never");
                    while (client.Pump(3300) > 0) { } // for two looks at least, but it waits there
                    Equal();
                    client.ConnectAsync(game.ListeningAddress(1));
                    Check.That(System.Threading.SpinWait.SpinUntil(() => Told.Count > 0, 30000), "nothing is told");
                    Equal("Waiter: a task waits for a connection or an answer, and nobody has pumped for 1 s: it ends inside Pump. A program's main calls PumpUntil(task); .Wait() and .Result on the thread that pumps never end");
                }
            });
        }
        finally
        {
            Unpumped.FirstLookMs = first;
            Unpumped.NextLookMs = next;
        }
    }

    public static void What_shows_that_nobody_pumps_may_throw()
    {
        int first = Unpumped.FirstLookMs, next = Unpumped.NextLookMs;
        Unpumped.FirstLookMs = Unpumped.NextLookMs = 10;
        bool shown = false;
        Warnings.Show = text =>
        {
            System.Threading.Volatile.Write(ref shown, true);
            throw new FormatException("not on this thread");
        };
        try
        {
            using (var client = new Host())
            {
                string thrown = "";
                client.OnHandlerError += (peer, error) => thrown += error.Message;
                client.ConnectAsync("127.0.0.1:1");
                Check.That(System.Threading.SpinWait.SpinUntil(() => System.Threading.Volatile.Read(ref shown), 30000), "nothing is told");
                Check.Until(() => thrown.Length > 0, client);
                Check.Equal("not on this thread", thrown);
            }
        }
        finally
        {
            Warnings.Show = null;
            Unpumped.FirstLookMs = first;
            Unpumped.NextLookMs = next;
        }
    }

    public static void A_message_without_an_action_is_told()
    {
        Told_by(() =>
        {
            using (var game = new Game())
            using (var client = new Client(game.ListeningAddress(1)))
            {
                Arrives(game, client, new { Action = "move" }, new { action = 5 }, "text", new[] { 1 });
                Equal("Game: a message without an action came, which only Network(PodsixEvent ev) hears of: 'Action' is not 'action'");
            }
        });
    }

    public static void Strangers_cannot_fill_the_log()
    {
        Told_by(() =>
        {
            using (var game = new Game())
            using (var client = new Client(game.ListeningAddress(1)))
            {
                var junk = new object[1000];
                for (int at = 0; at < junk.Length; at++)
                    junk[at] = new { action = "junk " + at };
                Arrives(game, client, junk);
                Check.Equal(32, Told.Count);
                Check.That(Told[30].EndsWith("'junk 30'", StringComparison.Ordinal) && Told[31].EndsWith("no more of what others send is told", StringComparison.Ordinal), Told[31]);
                game.Send(game.GetPeers()[0], new { Action = 1 });
                Check.Equal(33, Told.Count); // of the game's own mistakes it still is
            }
        });
    }

    public static void Who_hears_everything_or_polls_is_told_nothing()
    {
        Told_by(() =>
        {
            using (var world = new World())
            {
                var all = new Everything();
                world.Server.AddListener(all);
                world.Client.Send(world.ToServer, new { action = "jump" });
                world.Client.Send(world.ToServer, "text");
                Check.Until(() => all.Heard == 2, world.Server, world.Client);
                world.Server.RemoveListener(all);
                world.Client.Send(world.ToServer, new { action = "jump" });
                Check.Equal("jump", world.Next(ev => ev.Action));
            }
            using (var server = new Server<Seat>("127.0.0.1:0"))
            using (var client = new Client(server.ListeningAddress(1)))
            {
                int before = Seat.Heard;
                client.Send(new { action = "move" });
                Check.Until(() => Seat.Heard > before, server, client);
                Equal();
                client.Send(new { action = "MOVE" });
                Check.Until(() => Told.Count > 0, server, client);
                Equal("Server: nobody here listens to 'MOVE', but to 'move'");
            }
        });
    }

    private sealed class Move
    {
        public string Action = "move";
        public int x = 3;
    }

    private class Half
    {
        public string action = "half";
        public int Whole { get; set; }
        public int Secret { get; private set; } = 1;
        public int Fixed { get; } = 2;
        [field: NonSerialized] public int Meant { get; private set; }
        public int Computed { get { return Secret + Fixed + Meant; } }
    }

    private sealed class Derived : Half
    {
        public Inner inner = new Inner();
    }

    private sealed class Inner
    {
        public int x = 1;
        public int y { get; internal set; }
    }

    private struct Vector
    {
        public float x, y;
        public float length { get; private set; }
    }

    public static void What_of_a_type_is_left_out_is_told_once()
    {
        const string half = "of a Warned+Half these are neither sent nor read, for their set is not public: Secret, Fixed ([field: NonSerialized] says that it is meant so)";
        string derived = half.Replace("Half", "Derived");
        const string inner = "of a Warned+Inner these are neither sent nor read, for their set is not public: y ([field: NonSerialized] says that it is meant so)";
        Told_by(() =>
        {
            using (var message = new Message())
            {
                message.Clear().Add(new Half()).Clear().Add(new Half());
                message.Clear().Add(new Vector());
                message.Clear().Add(new { action = "a", list = new List<int>() });
                Equal(half);
                message.Clear().Add(new[] { new Derived(), new Derived() });
                Equal(half, derived, inner);
            }
        });
        Told_by(() =>
        {
            using (var message = new Message().FromJson("{\"Secret\": 7}"))
                message.Value.To<Derived>();
            Equal(derived, inner);
        });
    }

    private struct Position
    {
        public int Left { get; private set; }
        public int Right { get; set; }
    }

    public static void Of_a_struct_without_fields_too()
    {
        Told_by(() =>
        {
            using (var message = new Message())
                message.Add(new Position());
            Check.That(Told.Count == 1 && Told[0].Contains("a Warned+Position") && Told[0].Contains("public: Left ("), string.Join(";", Told));
        });
    }

    public static void What_is_sent_without_an_action_is_told_once_per_type()
    {
        Told_by(() =>
        {
            using (var world = new World())
            {
                Host client = world.Client;
                for (int times = 0; times < 3; times++)
                {
                    client.Send(world.ToServer, new Move());
                    client.Broadcast(new { x = times, y = 2, z = 3, a = 4, b = 5, c = 6 });
                    client.SendMany(new[] { world.ToServer }, new Dictionary<string, object> { ["ACTION"] = "move" });
                    client.Send(world.ToServer, new { action = EventKind.Message });
                }
                client.Send(world.ToServer, new { action = "move" });
                client.Send(world.ToServer, "text");
                client.Send(world.ToServer, new[] { 1, 2 });
                Equal("a message without an action is sent, Warned+Move { Action, x }, which no Network_ method hears of: 'Action' is not 'action'",
                    "a message without an action is sent, { x, y, z, a, b, ... }, which no Network_ method hears of: it has no 'action'",
                    "a message without an action is sent, { ACTION }, which no Network_ method hears of: 'ACTION' is not 'action'",
                    "a message without an action is sent, { action }, which no Network_ method hears of: its 'action' is no text");
            }
        });
    }

    public static void An_answer_that_is_not_sent()
    {
        using (var world = new World())
        {
            int heard = 0;
            world.Server.OnAsk("buy", (peer, data) =>
            {
                heard++;
                return new { map = new byte[2000000] };
            });
            Told_by(() =>
            {
                world.Client.Send(world.ToServer, new { action = "buy" }); // asks nothing
                world.Client.Send(world.ToServer, new { action = "buy", ask = 1 });
                world.Client.Send(world.ToServer, new { action = "buy", ask = 2 });
                Check.Until(() => heard == 3, world.Server);
                Check.Equal(1, Told.Count, "warnings");
                Check.That(Told[0].StartsWith("what a handler returned was not sent as an answer: ", StringComparison.Ordinal) &&
                    Told[0].Contains("max_message"), Told[0]);
            });
        }
    }
}
