using System;
using System.Collections.Generic;
using Podsix;

/// <summary>Handlers that throw: nobody misses an event for it, and nothing that was thrown is lost.</summary>
internal static class Throwing
{
    private sealed class Thrower
    {
        private void Network_say(ulong peer, Value data)
        {
            throw new FormatException("of " + data["n"].AsInt());
        }
    }

    private sealed class Hearer
    {
        internal int Said, Others, Ends;

        private void Network_say()
        {
            Said++;
        }

        private void Network_other()
        {
            Others++;
        }

        private void Network_disconnected()
        {
            Ends++;
        }
    }

    /// <summary>
    /// Has the client say so much, and something other, and waits until all of it is there for one batch, since a
    /// connection has been accepted by a later turn than the one which received it.
    /// </summary>
    private static void Say(World world, int times)
    {
        for (int n = 0; n < times; n++)
            Check.Equal(Result.Ok, world.Client.Send(world.ToServer, new { action = "say", n }));
        Check.Equal(Result.Ok, world.Client.Send(world.ToServer, new { action = "other" }));
        Check.Until(() => world.Server.TryGetStats(world.ToClient, out PeerStats stats) && stats.QueuedEvents == (ulong)times + 1, world.Client);
        int before = world.Client.GetPeers().Length;
        world.Client.Connect(world.Address);
        Check.Until(() => world.Client.GetPeers().Length > before, world.Client);
    }

    public static void What_is_thrown_leaves_Pump_after_its_batch()
    {
        using (var world = new World())
        {
            var after = new Hearer();
            world.Server.AddListener(new Thrower());
            world.Server.AddListener(after);
            Say(world, 1);
            FormatException one = Check.Throws<FormatException>(() => world.Server.Pump());
            Check.That(one.Message == "of 0" && one.StackTrace.Contains("Network_say"), "it says where: " + one.StackTrace);
            Check.That(after.Said == 1 && after.Others == 1, "the rest of the batch was heard");
            world.Server.Pump();

            Say(world, 10);
            AggregateException ten = Check.Throws<AggregateException>(() => world.Server.Pump());
            Check.Equal(10, ten.InnerExceptions.Count);
            for (int n = 0; n < 10; n++)
                Check.Equal("of " + n, ten.InnerExceptions[n].Message);
            Check.That(after.Said == 11 && after.Others == 2, "one batch, however many throw");
            world.Server.Pump(); // nothing is thrown again

            Say(world, 500); // strangers choose how many
            AggregateException first = Check.Throws<AggregateException>(() => world.Server.Pump());
            Check.Equal(16, first.InnerExceptions.Count);
            Check.That(first.Message.Contains("500"), first.Message);
            Check.That(after.Said == 511 && after.Others == 3, "all were heard");
        }
    }

    public static void OnHandlerError_gets_it_and_Pump_goes_on()
    {
        using (var world = new World())
        {
            var after = new Hearer();
            var told = new List<string>();
            world.Server.AddListener(new Thrower());
            world.Server.AddListener(after);
            HandlerErrorAction tell = (peer, error) =>
            {
                told.Add((peer == world.ToClient) + " " + error.Message + " " + after.Said);
                Check.Fails(Result.Busy, () => world.Server.Pump());
            };
            world.Server.OnHandlerError += tell;
            Say(world, 3);
            Check.That(world.Server.Pump() >= 4, "all in one batch");
            Check.Equal("True of 0 0; True of 1 1; True of 2 2", string.Join("; ", told));
            Check.That(after.Said == 3 && after.Others == 1, "all were heard");

            world.Server.OnHandlerError -= tell;
            Say(world, 1);
            Check.Throws<FormatException>(() => world.Server.Pump());
            Check.Equal(3, told.Count);

            // It may end the peer whose message it was.
            world.Server.OnHandlerError += (peer, error) => world.Server.Kick(peer);
            Say(world, 1);
            world.Server.Pump();
            Check.Until(() => after.Ends == 1, world.Server, world.Client);
        }
    }

    public static void What_OnHandlerError_throws_leaves_Pump_too()
    {
        using (var world = new World())
        {
            var after = new Hearer();
            int told = 0;
            world.Server.AddListener(new Thrower());
            world.Server.AddListener(after);
            world.Server.OnHandlerError += (peer, error) => throw new NotSupportedException("this neither", error);
            world.Server.OnHandlerError += (peer, error) => told++;
            Say(world, 2);
            AggregateException thrown = Check.Throws<AggregateException>(() => world.Server.Pump());
            Check.Equal(2, thrown.InnerExceptions.Count);
            Check.That(thrown.InnerException is NotSupportedException && thrown.InnerException.InnerException.Message == "of 0", "both");
            Check.That(told == 2 && after.Said == 2 && after.Others == 1, "everybody else hears all the same");
        }
    }

    public static void Dispatch_throws_what_handlers_do()
    {
        using (var world = new World())
        {
            var after = new Hearer();
            world.Server.AddListener(new Thrower());
            world.Server.AddListener(new Thrower());
            world.Server.AddListener(after);
            Say(world, 1);
            PodsixEvent ev;
            while (!world.Server.Poll(out ev) || !ev.Is("say")) { } // it is there
            AggregateException thrown = null;
            try
            {
                world.Server.Dispatch(ev);
            }
            catch (AggregateException e)
            {
                thrown = e;
            }
            Check.Equal(2, thrown.InnerExceptions.Count);
            Check.Equal(1, after.Said);
            string told = "";
            world.Server.OnHandlerError += (peer, error) => told += error.Message + ";";
            world.Server.Dispatch(ev);
            Check.Equal("of 0;of 0;", told);
        }
    }

    private sealed class Ender
    {
        internal Host Host;

        private void Network_say()
        {
            Host.Dispose();
            throw new FormatException("over");
        }

        private void Network_other()
        {
            throw new FormatException("not over");
        }
    }

    public static void A_handler_may_dispose_of_its_host_and_throw()
    {
        foreach (bool listening in new[] { false, true })
            using (var world = new World())
            {
                var after = new Hearer();
                string told = "";
                world.Server.AddListener(new Ender { Host = world.Server });
                world.Server.AddListener(after);
                if (listening)
                    world.Server.OnHandlerError += (peer, error) => told += error.Message;
                Say(world, 1);
                if (listening)
                    Check.That(world.Server.Pump() >= 1, "it ends there");
                else
                    Check.Equal("over", Check.Throws<FormatException>(() => world.Server.Pump()).Message);
                Check.Equal(listening ? "over" : "", told);
                Check.That(world.Server.IsDisposed && after.Said == 0 && after.Others == 0, "nobody hears of it any more");
                Check.Throws<ObjectDisposedException>(() => world.Server.Pump());
            }
        using (var world = new World())
        {
            world.Server.AddListener(new Thrower());
            world.Server.OnHandlerError += (peer, error) => world.Server.Dispose();
            Say(world, 2);
            Check.That(world.Server.Pump() >= 1, "it ends there");
        }
    }

    private sealed class Loud : Channel
    {
        internal static int Heard;

        private void Network_say()
        {
            throw new FormatException("of the channel");
        }

        private void Network()
        {
            Heard++;
            throw new FormatException("of everything");
        }
    }

    private sealed class Table : Server<Loud>
    {
        internal int Said, Ends;

        internal Table() : base("127.0.0.1:0") { }

        private void Network_say()
        {
            Said++;
            throw new FormatException("of the server");
        }

        private void Network_disconnected(ulong peer)
        {
            Ends++;
            Check.That(ChannelOf(peer) != null, "it stays until all have heard of its end");
        }
    }

    public static void A_channel_that_throws_keeps_nobody_from_hearing()
    {
        using (var server = new Table())
        {
            string told = "";
            server.OnHandlerError += (peer, error) => told += error.Message + ";";
            using (var client = new Client(server.ListeningAddress(1)))
            {
                client.Send(new { action = "say" });
                Check.Until(() => server.Said == 1, server, client);
            }
            Check.Until(() => server.Ends == 1, server);
            // "connected", the message, and the end; maybe it was seen to stall between.
            Check.That(Loud.Heard >= 3 && told.StartsWith("of everything;", StringComparison.Ordinal), told);
            Check.That(told.Contains("of the channel;of everything;of the server;"), told);
            Check.That(server.Channels.Count == 0, "it is gone all the same");
        }
    }

    private sealed class Fragile : Channel
    {
        internal static int Made;

        public Fragile()
        {
            if (++Made == 1)
                throw new FormatException("the first one is bad");
        }

        private void Network_say()
        {
            Send(new { action = "heard" });
        }
    }

    private sealed class Answered : Client
    {
        internal string Heard = "";

        internal Answered(string address) : base(address) { }

        private void Network_heard()
        {
            Heard += "heard";
        }

        [NetworkAction("disconnected"), NetworkAction("error")]
        private void Ended(PodsixEvent ev)
        {
            Heard += ev.Text;
        }
    }

    public static void A_channel_that_cannot_be_made_ends_its_peer()
    {
        foreach (bool approval in new[] { false, true })
        {
            Fragile.Made = 0;
            using (var server = new Server<Fragile>())
            {
                string address = server.ListeningAddress(server.Listen("127.0.0.1:0", approval));
                string told = "";
                server.OnHandlerError += (peer, error) => told += (peer != 0) + " " + error.Message + ";";
                server.AddListener(new Letter { Server = server });
                using (Answered first = new Answered(address), second = new Answered(address))
                {
                    first.Send(new { action = "say" });
                    second.Send(new { action = "say" });
                    Check.Until(() => first.Heard != "" && second.Heard != "", server, first, second);
                    Check.That(first.Heard == "heard" && second.Heard == "something went wrong at the other end" ||
                        second.Heard == "heard" && first.Heard == "something went wrong at the other end", first.Heard + " and " + second.Heard);
                    Check.Equal("True the first one is bad;", told); // once, and as it was thrown
                    Check.That(Fragile.Made == 2 && server.Channels.Count == 1, "it is not made again");
                }
            }
        }
    }

    /// <summary>Lets everybody in.</summary>
    private sealed class Letter
    {
        internal Server Server;

        private void Network_request(ulong peer)
        {
            Server.Accept(peer);
        }
    }

    private sealed class Mistaken : Channel
    {
        private void Network_move(Value data, ulong peer) { }
    }

    public static void A_channel_of_a_wrong_form_is_told_when_its_server_is_made()
    {
        Check.That(Check.Throws<ArgumentException>(() => new Server<Mistaken>("127.0.0.1:0")).Message.Contains("Mistaken.Network_move cannot be called"), "words");
    }
}
