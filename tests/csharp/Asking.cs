using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Podsix;

/// <summary>Questions and answers, and connects that are awaited.</summary>
internal static class Asking
{
    /// <summary>Answers "buy", and keeps what is ordinary.</summary>
    private sealed class Shop
    {
        internal Host Host;
        internal readonly List<string> Heard = new List<string>();
        internal string Ended;

        private void Network_buy(ulong peer, Value data)
        {
            Check.Equal(Result.Ok, Host.Answer(peer, data, new { price = data["item"].Is("sword") ? 12 : 3 }));
        }

        private void Network_think(Value data)
        {
            Heard.Add(data.ToString());
        }

        private void Network_answer(Value data)
        {
            Heard.Add(data.ToString());
        }

        private void Network_disconnected(PodsixEvent ev)
        {
            Ended = ev.Text;
        }
    }

    private static Shop Open(Host host)
    {
        var shop = new Shop { Host = host };
        host.AddListener(shop);
        return shop;
    }

    private static T Get<T>(Task<T> task, params Host[] hosts)
    {
        Check.Until(() => task.IsCompleted, hosts);
        return task.GetAwaiter().GetResult();
    }

    private static PodsixException Fails(Result code, Task task, params Host[] hosts)
    {
        Check.Until(() => task.IsCompleted, hosts);
        var e = (PodsixException)task.Exception.InnerException;
        Check.Equal(code, e.Code, "the code of '" + e.Message + "'");
        return e;
    }

    public static void Is_answered()
    {
        using (var world = new World())
        {
            Open(world.Server);
            Task<Message> sword = world.Client.Ask(world.ToServer, "buy", new { item = "sword" });
            Task<Message> bow = world.Client.Ask(world.ToServer, "buy");
            Check.Equal(12, Get(sword, world.Server, world.Client).Value["price"].AsInt());
            Check.Equal("{\"action\":\"answer\",\"answer\":2,\"price\":3}", Get(bow, world.Server, world.Client).ToString());
            bow = world.Client.Ask(world.ToServer, "buy");
            int events = 0;
            Check.Until(() => world.Server.Pump(20) > 0);
            Check.Until(() => (events = world.Client.Pump(20)) >= 0 && bow.IsCompleted);
            Check.That(events > 0, "it counts as an event");
        }
    }

    public static void Goes_out_as_the_protocol_says()
    {
        using (var world = new World())
        {
            Host client = world.Client, server = world.Server;
            client.Ask(world.ToServer, "buy", new { item = "sword" });
            Check.Equal("{\"action\":\"buy\",\"item\":\"sword\",\"ask\":1}", world.Next(ev => ev.Data.ToString()));
            // What is not sent takes no number, and each connection and direction counts by itself.
            Check.Fails(Result.Unsendable, () => client.Ask(world.ToServer, "buy", 5));
            Check.Fails(Result.Unsendable, () => client.Ask(world.ToServer, "buy", new { by = new Action(() => { }) }));
            Fails(Result.UnknownPeer, client.Ask(12345, "buy"));
            server.Ask(world.ToClient, "ready");
            client.Ask(world.ToServer, "sell", new Dictionary<object, object> { [5] = "five", ["ask"] = 77, ["action"] = "kill" });
            Check.Equal("{\"action\":\"sell\",\"5\":\"five\",\"ask\":2}", world.Next(ev => ev.Data.ToString()));
            ulong again = client.Connect(world.Address);
            client.Ask(again, "first");
            while (world.Next(ev => ev.Kind) != EventKind.Connected) { }
            Check.Equal("{\"action\":\"first\",\"ask\":1}", world.Next(ev => ev.Data.ToString()));

            // The answer to a question whose number C# would not have given.
            client.Send(world.ToServer, new { action = "buy", ask = ulong.MaxValue });
            world.Next(ev => server.Answer(ev.Peer, ev.Data, new { ok = true, answer = 1, action = "x" }));
            Check.Until(() => client.Wait(20, out PodsixEvent ev) && ev.Is("answer") &&
                ev.Data.ToString() == "{\"action\":\"answer\",\"answer\":18446744073709551615,\"ok\":true}");
            foreach (object none in new object[] { new { action = "buy" }, new { action = "buy", ask = 0 }, new { action = "buy", ask = -1 },
                new { action = "buy", ask = 1.0 }, new { action = "buy", ask = "1" }, new { action = "buy", ask = new[] { 1 } } })
            {
                client.Send(world.ToServer, none);
                Check.Equal(Result.NotRequested, world.Next(ev => server.Answer(ev.Peer, ev.Data)), none.ToString());
            }
            client.Send(world.ToServer, new { action = "buy", ask = 9 });
            ulong peer = 0, question = 0;
            world.Next(ev => question = ev["ask"].AsULong() + 0 * (peer = ev.Peer));
            using (var kept = new Message("x").Set("later", true))
                Check.Equal(Result.Ok, server.Answer(peer, question, kept));
            Check.Until(() => client.Wait(20, out PodsixEvent ev) && ev.Data.ToString() == "{\"action\":\"answer\",\"answer\":9,\"later\":true}");
            Check.Fails(Result.Unsendable, () => server.Answer(peer, question, "text"));
        }
    }

    public static void Speaks_PodSixNets_protocol_too()
    {
        using (var server = new Host())
        using (var client = new Client())
        {
            Open(server);
            string address = "podsixnet://127.0.0.1:" + server.ListeningPort(server.Listen("podsixnet://127.0.0.1:0"));
            Check.That(Get(client.ConnectAsync(address), server, client).Peer == client.Peer, "open");
            Check.Equal(12, Get(client.Ask("buy", new { item = "sword" }), server, client).Value["price"].AsInt());
            client.OnAsk("ready", (peer, data) => new { yes = true });
            Check.That(Get(server.Ask(server.GetPeers()[0], "ready"), server, client).Value["yes"].AsBool(), "the other way round");
        }
    }

    public static void Only_the_one_who_was_asked_answers_and_once()
    {
        using (var world = new World())
        using (var stranger = new Host())
        {
            Host client = world.Client, server = world.Server;
            Shop shop = Open(server);
            ulong other = stranger.Connect(world.Address);
            Check.Until(() => server.GetPeers().Length == 2, server, stranger);

            Task<Message> asked = server.Ask(world.ToClient, "think");
            stranger.Send(other, new { action = "answer", answer = 1 });
            Check.Until(() => shop.Heard.Count == 1, server);
            var wrong = new object[] { null, "1", 1.0, -1, 0, 2, ulong.MaxValue, true, new[] { 1 }, new { answer = 1 }, new byte[] { 1 },
                new System.Numerics.BigInteger(1e30) };
            foreach (object answer in wrong)
                client.Send(world.ToServer, new { action = "answer", answer });
            client.Send(world.ToServer, new { action = "answers", answer = 1 });
            client.Send(world.ToServer, new { action = "answer", text = "42" }); // a quiz
            Check.Until(() => shop.Heard.Count == wrong.Length + 2, server);
            Check.That(!asked.IsCompleted && shop.Heard[wrong.Length + 1].Contains("42"), "these are ordinary messages");

            client.Send(world.ToServer, new { action = "answer", answer = 1, right = true });
            client.Send(world.ToServer, new { action = "answer", answer = 1, second = true });
            Check.That(Get(asked, server).Value["right"].AsBool(), "the right one");
            Check.Until(() => shop.Heard.Count == wrong.Length + 3, server);
            Check.That(shop.Heard[wrong.Length + 2].Contains("second"), "the second is ordinary");
        }
    }

    public static void Is_over_when_its_time_is()
    {
        using (var world = new World())
        {
            Host client = world.Client, server = world.Server;
            Shop shop = Open(client);
            Task<Message> late = client.Ask(world.ToServer, "think", null, 1);
            PodsixException e = Fails(Result.Timeout, late, client);
            Check.Equal("'think' was not answered within 1 ms", e.Message);
            Check.Equal(Reason.None, e.Reason);
            world.Next(ev => server.Answer(ev.Peer, ev.Data));
            Check.Until(() => shop.Heard.Count == 1, client); // nobody waits for it

            // A long wait comes back for it, and for who is canceled by another thread.
            int begun = Environment.TickCount;
            Task<Message> soon = client.Ask(world.ToServer, "think", null, 50);
            while (!soon.IsCompleted)
                client.Pump(3600000);
            soon = client.Ask(world.ToServer, "think", null, 50);
            while (!soon.IsCompleted)
                client.Wait(3600000, out PodsixEvent none);
            using (var source = new CancellationTokenSource())
            {
                soon = client.Ask(world.ToServer, "think", null, int.MaxValue, source.Token);
                var thread = new Thread(source.Cancel);
                thread.Start();
                while (!soon.IsCompleted)
                    client.Pump(3600000);
                thread.Join();
                Check.That(soon.IsCanceled, "canceled");
                Check.That(client.Ask(world.ToServer, "think", null, 50, source.Token).IsCanceled, "before it was asked");
            }
            Check.That(Environment.TickCount - begun < 60000, "in time");

            // What has come counts, however late somebody looks.
            begun = Environment.TickCount;
            soon = client.Ask(world.ToServer, "buy", null, 20);
            Open(server);
            PeerStats stats;
            while (client.TryGetStats(world.ToServer, out stats) && stats.QueuedEvents == 0 || Environment.TickCount - begun < 60)
                server.Pump();
            Check.Equal(3, Get(soon, client).Value["price"].AsInt());
            Check.Throws<ArgumentOutOfRangeException>(() => client.Ask(world.ToServer, "think", null, 0));
        }
    }

    public static void Ends_with_the_peer_before_anybody_hears_of_that()
    {
        using (var world = new World())
        {
            Host client = world.Client;
            Shop shop = Open(client);
            string order = "";
            for (int question = 1; question <= 3; question++)
            {
                int number = question;
                client.Ask(world.ToServer, "think").ContinueWith(task =>
                {
                    var e = (PodsixException)task.Exception.InnerException;
                    order += number + (shop.Ended ?? ": ") + e.Code + " " + e.Reason + " " + e.ReasonCode + " " + e.Message + "; ";
                }, TaskContinuationOptions.ExecuteSynchronously);
            }
            world.Server.Disconnect(world.ToClient, 5, "good night");
            Check.Until(() => shop.Ended != null, world.Server, client);
            Check.Equal(string.Join("", Array.ConvertAll(new[] { 1, 2, 3 },
                number => number + ": NotConnected Closed 5 'think' was not answered: good night; ")), order);
            Fails(Result.UnknownPeer, client.Ask(world.ToServer, "think"));

            // One that was never reached, and words that are missing.
            using (var inline = new Host(new Config { Mode = Mode.Inline }))
                Check.Equal(Reason.Unreachable, Fails(Result.NotConnected, inline.Ask(inline.Connect("127.0.0.1:1"), "think"), inline).Reason);
            ulong again = client.Connect(world.Address);
            Task<Message> asked = client.Ask(again, "think");
            Check.Until(() => world.Server.GetPeers().Length == 1, world.Server);
            world.Server.Disconnect(world.Server.GetPeers()[0]);
            Check.Equal(Reason.Closed, Fails(Result.NotConnected, asked, client, world.Server).Reason);
        }
    }

    public static void Ends_with_the_host()
    {
        var world = new World();
        Task<Message> asked = world.Client.Ask(world.ToServer, "think");
        Task<Connection> connecting = world.Client.ConnectAsync(world.Address);
        world.Client.Close(0);
        Check.That(!asked.IsCompleted && !connecting.IsCompleted, "nobody has pumped");
        Check.Until(() => asked.IsCompleted && connecting.IsCompleted, world.Client, world.Server);
        Check.Equal(Reason.Local, Fails(Result.NotConnected, asked).Reason);
        Check.Equal(Reason.Local, Fails(Result.NotConnected, connecting).Reason);
        Fails(Result.UnknownPeer, world.Client.Ask(world.ToServer, "think"));
        Check.Fails(Result.Closing, () => world.Client.ConnectAsync(world.Address));
        world.Dispose();

        world = new World();
        asked = world.Client.Ask(world.ToServer, "think");
        connecting = world.Client.ConnectAsync(world.Address);
        world.Client.Dispose();
        Check.Equal("the host was disposed of", Fails(Result.Closing, asked).Message);
        Fails(Result.Closing, connecting);
        Check.Throws<ObjectDisposedException>(() => world.Client.Ask(world.ToServer, "think"));
        Check.Throws<ObjectDisposedException>(() => world.Client.ConnectAsync(world.Address));
        world.Dispose();
    }

    public static void Ends_with_a_host_that_another_thread_disposes_of()
    {
        using (var server = new Host())
        {
            var tell = new Message("tell");
            server.OnAsk("buy", (peer, data) => new { price = 1 });
            string address = server.ListeningAddress(server.Listen("127.0.0.1:0"));
            for (int round = 0; round < 50; round++)
            {
                var client = new Host();
                var asked = new List<Task>();
                int told = 0, until = 20 + 5 * round; // then it ends, in the midst of what is told
                ulong to = client.Connect(address);
                client.On("tell", ev => Volatile.Write(ref told, told + 1));
                var asking = new Thread(() =>
                {
                    for (int number = 0; ; number++)
                        try
                        {
                            asked.Add(client.Ask(to, "buy"));
                            if (number < 20)
                                asked.Add(client.ConnectAsync(address));
                            if (number > 200)
                                Thread.Yield();
                        }
                        catch (ObjectDisposedException)
                        {
                            return;
                        }
                });
                var disposing = new Thread(() =>
                {
                    while (Volatile.Read(ref told) < until)
                        Thread.Yield();
                    client.Dispose();
                });
                asking.Start();
                disposing.Start();
                try
                {
                    for (;;)
                    {
                        server.Pump();
                        for (int i = 0; i < 100; i++)
                            server.Broadcast(tell);
                        client.Pump(1);
                    }
                }
                catch (ObjectDisposedException)
                {
                    // It says so, and nothing else.
                }
                asking.Join();
                disposing.Join();
                Check.That(asked.TrueForAll(one => one.IsCompleted), "every task has ended");
            }
        }
    }

    public static void Ends_with_its_peer_while_another_thread_disposes_of_the_host()
    {
        using (var server = new Host())
        {
            string address = server.ListeningAddress(server.Listen("127.0.0.1:0"));
            long longest = 0; // of what is in the midst of it
            for (int round = 0; round < 200; round++)
            {
                var client = new Client();
                Get(client.ConnectAsync(address), server, client);
                var asked = new Task[1000];
                for (int at = 0; at < asked.Length; at++)
                    asked[at] = client.Ask("think");
                var disposing = new Thread(() =>
                {
                    while (client.IsConnected)
                        Thread.Yield();
                    long begun = DateTime.UtcNow.Ticks;
                    if (round < 3)
                        while (!asked[0].IsCompleted)
                            Thread.Yield();
                    else
                        while (DateTime.UtcNow.Ticks - begun < longest * round / 200)
                            Thread.SpinWait(5); // each time a little later
                    longest = round < 3 ? DateTime.UtcNow.Ticks - begun : longest;
                    client.Dispose();
                });
                disposing.Start();
                client.Drop(client.Peer);
                try
                {
                    for (;;)
                        client.Pump(1);
                }
                catch (ObjectDisposedException)
                {
                    // It says so, and nothing else.
                }
                disposing.Join();
                Check.That(Array.TrueForAll(asked, one => one.IsCompleted), "every task has ended");
            }
        }
    }

    // ---- what awaits

    private static async Task Buys(Host client, ulong server, List<int> prices, int count)
    {
        for (int i = 0; i < count; i++)
            prices.Add((await client.Ask(server, "buy", new { item = i % 2 == 0 ? "sword" : "bow" })).Value["price"].AsInt());
    }

    public static void Goes_on_on_the_thread_that_pumps()
    {
        using (var world = new World())
        {
            Open(world.Server);
            var threads = new List<int>();
            Func<Task> ask = async () =>
            {
                for (int i = 0; i < 100; i++)
                {
                    await world.Client.Ask(world.ToServer, "buy");
                    threads.Add(Thread.CurrentThread.ManagedThreadId);
                    Check.Fails(Result.Busy, () => world.Client.Pump());
                }
            };
            Task asking = null;
            var other = new Thread(() => asking = ask());
            other.Start();
            other.Join();
            Check.Until(() => asking.IsCompleted, world.Server, world.Client);
            asking.GetAwaiter().GetResult();
            Check.That(threads.Count == 100 && threads.TrueForAll(id => id == Thread.CurrentThread.ManagedThreadId), "this thread");
        }
    }

    private sealed class Context : SynchronizationContext
    {
        internal readonly List<Action> Posted = new List<Action>();

        public override void Post(SendOrPostCallback call, object state)
        {
            Posted.Add(() => call(state));
        }
    }

    public static void Goes_on_in_its_context_as_Unity_has_one()
    {
        using (var world = new World())
        {
            Open(world.Server);
            var context = new Context();
            var prices = new List<int>();
            SynchronizationContext before = SynchronizationContext.Current;
            SynchronizationContext.SetSynchronizationContext(context);
            Task asking;
            try
            {
                // Pumped in its own context it goes on inside of the pump.
                asking = Buys(world.Client, world.ToServer, prices, 3);
                Check.Until(() => asking.IsCompleted, world.Server, world.Client);
                Check.That(prices.Count == 3 && context.Posted.Count == 0, "nothing was posted");
                asking = Buys(world.Client, world.ToServer, prices, 1);
            }
            finally
            {
                SynchronizationContext.SetSynchronizationContext(before);
            }
            Check.Until(() => context.Posted.Count > 0, world.Server, world.Client); // pumped in another, it waits for its own
            Check.That(!asking.IsCompleted, "not yet");
            context.Posted[0]();
            Check.That(asking.IsCompleted, "now");
        }
    }

    public static void Keeps_the_order_of_what_was_sent()
    {
        using (var world = new World())
        {
            string order = "";
            Func<Task> ask = async () =>
            {
                Message first = await world.Client.Ask(world.ToServer, "think");
                order += "a" + first.Value["n"].AsInt();
                Message second = await world.Client.Ask(world.ToServer, "think");
                order += "b" + second.Value["n"].AsInt();
            };
            world.Client.AddListener(new Teller { Tell = data => order += data["n"].AsInt() });
            Task asking = ask();
            world.Server.Send(world.ToClient, new { action = "tell", n = 1 });
            world.Server.Answer(world.ToClient, 1, new { n = 2 });
            world.Server.Send(world.ToClient, new { action = "tell", n = 3 });
            world.Server.Answer(world.ToClient, 2, new { n = 4 });
            world.Server.Send(world.ToClient, new { action = "tell", n = 5 });
            // When the second answer is looked at, its question has been asked.
            Check.Until(() => order.EndsWith("5", StringComparison.Ordinal), world.Client);
            Check.Equal("1a23b45", order);
            asking.GetAwaiter().GetResult();
        }
    }

    private delegate void Telling(Value data);

    private sealed class Teller
    {
        internal Telling Tell;

        private void Network_tell(Value data)
        {
            Tell(data);
        }
    }

    public static void May_dispose_of_its_host_and_pump_no_more()
    {
        using (var world = new World())
        {
            Open(world.Server);
            int told = 0;
            world.Client.AddListener(new Teller { Tell = data => told++ });
            Action late = () =>
            {
                Check.Throws<ObjectDisposedException>(() => world.Client.Ask(world.ToServer, "buy"));
                Check.Throws<ObjectDisposedException>(() => world.Client.ConnectAsync(world.Address));
            };
            Func<Task> ask = async () =>
            {
                await world.Client.Ask(world.ToServer, "buy");
                world.Client.Dispose();
                late();
            };
            Task asking = ask();
            Check.Until(() => world.Server.Pump(20) > 0);
            world.Server.Send(world.ToClient, new { action = "tell" });
            Check.Until(() => asking.IsCompleted, world.Client);
            asking.GetAwaiter().GetResult();
            Check.Equal(0, told);
            Check.Throws<ObjectDisposedException>(() => world.Client.Pump());
        }
    }

    public static void May_dispose_of_its_host_while_others_end_too()
    {
        Action<Task, Host> after = (task, host) => task.ContinueWith(over => host.Dispose(), TaskContinuationOptions.ExecuteSynchronously);
        using (var world = new World()) // with the peer
        {
            var asked = new Task[3];
            for (int i = 0; i < asked.Length; i++)
                after(asked[i] = world.Client.Ask(world.ToServer, "think"), world.Client);
            world.Server.Disconnect(world.ToClient, 0, "bye");
            Check.Until(() => asked[0].IsCompleted, world.Server, world.Client);
            foreach (Task one in asked)
                Check.Equal("'think' was not answered: bye", Fails(Result.NotConnected, one).Message);
        }
        using (var world = new World()) // canceled
        using (var source = new CancellationTokenSource())
        {
            var opening = new Task[3];
            for (int i = 0; i < opening.Length; i++)
                after(opening[i] = world.Client.ConnectAsync(world.Address, null, source.Token), world.Client);
            source.Cancel();
            world.Client.Poll(out PodsixEvent none); // may be the first that has connected
            Check.Until(() => opening[0].IsCompleted, world.Client);
            foreach (Task one in opening)
                Check.That(one.IsCompleted, "over");
            Check.Throws<ObjectDisposedException>(() => world.Client.Pump());
        }
    }

    public static void Works_for_games_that_poll()
    {
        using (var world = new World())
        {
            Host client = world.Client, server = world.Server;
            Open(server);
            var prices = new List<int>();
            Task asking = Buys(client, world.ToServer, prices, 2);
            string seen = "";
            Check.Until(() =>
            {
                server.Pump(1);
                while (client.Poll(out PodsixEvent ev))
                    seen += ev.Kind;
                return asking.IsCompleted;
            });
            Check.That(seen == "" && prices[0] == 12 && prices[1] == 3, "what a task got is seen nowhere else: " + seen);
            asking = Buys(client, world.ToServer, prices, 1);
            Check.Until(() =>
            {
                server.Pump(1);
                Check.That(!client.Wait(1, out PodsixEvent ev), "an answer is no event");
                return asking.IsCompleted;
            });
            Task<Message> late = client.Ask(world.ToServer, "think", null, 1);
            Check.Until(() => !client.Poll(out PodsixEvent ev) && late.IsCompleted);
            Fails(Result.Timeout, late);
        }
    }

    public static void Is_asked_by_many_threads_at_once()
    {
        const int threads = 4, each = 250;
        using (var world = new World())
        {
            Open(world.Server);
            var asking = new Task[threads];
            var answered = new List<int>[threads];
            for (int i = 0; i < threads; i++)
            {
                int at = i;
                answered[at] = new List<int>();
                asking[at] = Task.Run(async () =>
                {
                    for (int n = 0; n < each; n++)
                        answered[at].Add((await world.Client.Ask(world.ToServer, "buy")).Value["answer"].AsInt());
                });
            }
            Check.Until(() => Array.TrueForAll(asking, task => task.IsCompleted), world.Server, world.Client);
            var all = new List<int>();
            for (int i = 0; i < threads; i++)
            {
                asking[i].GetAwaiter().GetResult();
                all.AddRange(answered[i]);
            }
            all.Sort();
            for (int i = 0; i < threads * each; i++)
                Check.Equal(i + 1, all[i], "each number once");
        }
    }

    // ---- connects

    private sealed class Door
    {
        internal Host Host;

        private void Network_request(ulong peer, Value hello)
        {
            if (hello["name"].Is("ada"))
                Host.Accept(peer, new { seat = 4 });
            else
                Host.Refuse(peer, 7, hello["name"].Is("eve") ? "no eves" : "");
        }
    }

    private static Host Approving(out string address)
    {
        var host = new Host();
        host.AddListener(new Door { Host = host });
        address = host.ListeningAddress(host.Listen("127.0.0.1:0", true));
        return host;
    }

    public static void A_connect_is_awaited()
    {
        using (Host server = Approving(out string address))
        using (var client = new Client())
        {
            bool knew = false;
            Func<Task<Connection>> connect = async () =>
            {
                Connection made = await client.ConnectAsync(address, new { name = "ada" });
                knew = client.IsConnected;
                return made;
            };
            Connection open = Get(connect(), server, client);
            Check.That(knew && open.Peer == client.Peer && open.Reply.Value["seat"].AsInt() == 4, "open, with a reply");
            PodsixException refused = Fails(Result.NotConnected, client.ConnectAsync(address, new { name = "eve" }), server, client);
            Check.Equal("Refused 7 no eves", refused.Reason + " " + refused.ReasonCode + " " + refused.Message);
            refused = Fails(Result.NotConnected, client.ConnectAsync(address), server, client);
            Check.That(refused.Reason == Reason.Refused && refused.Message.Length > 5 && !client.IsConnected, "words of its own: " + refused.Message);
            Check.Equal(Reason.Unreachable, Fails(Result.NotConnected, client.ConnectAsync("127.0.0.1:1"), client).Reason);
            Check.Fails(Result.BadAddress, () => client.ConnectAsync("no address"));
        }
    }

    public static void A_connect_is_canceled()
    {
        var patient = new Config { ApprovalTimeoutMs = 3600000 };
        using (var server = new Host(patient))
        using (var client = new Host(patient))
        using (var source = new CancellationTokenSource())
        {
            string address = server.ListeningAddress(server.Listen("127.0.0.1:0", true));
            Task<Connection> connecting = client.ConnectAsync(address, null, source.Token);
            Check.Until(() => server.GetPeers(true).Length == 1, server); // it has asked
            source.Cancel();
            Check.Until(() => connecting.IsCompleted, client);
            Check.That(connecting.IsCanceled, "canceled");
            Check.Until(() => server.GetPeers(true).Length == 0 && client.GetPeers(true).Length == 0, server, client); // and left
            Check.That(client.ConnectAsync(address, null, source.Token).IsCanceled && client.GetPeers(true).Length == 0, "not begun");
        }
    }

    public static void Programs_without_frames_pump_until_a_task_is_over()
    {
        using (var world = new World())
        {
            Open(world.Server);
            var serving = new Thread(() =>
            {
                while (!world.Server.IsDisposed)
                    try
                    {
                        world.Server.Pump(20);
                    }
                    catch (ObjectDisposedException)
                    {
                    }
            });
            serving.Start();
            var prices = new List<int>();
            world.Client.PumpUntil(Buys(world.Client, world.ToServer, prices, 5));
            Check.Equal("12 3 12 3 12", string.Join(" ", prices));
            Check.Equal(3, world.Client.PumpUntil(world.Client.Ask(world.ToServer, "buy")).Value["price"].AsInt());
            Func<Task> failing = async () =>
            {
                await world.Client.Ask(world.ToServer, "buy");
                throw new FormatException("mine");
            };
            Check.Equal("mine", Check.Throws<FormatException>(() => world.Client.PumpUntil(failing())).Message);
            world.Server.Dispose();
            serving.Join();
        }
    }
}
