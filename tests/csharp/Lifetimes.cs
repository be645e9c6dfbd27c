using System;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Threading;
using Podsix;

/// <summary>What is used after its end throws, and what is forgotten ends by itself.</summary>
internal static class Lifetimes
{
    public static void Values_end_with_the_next_poll()
    {
        using (var world = new World())
        {
            Message kept = null;
            world.Client.Send(world.ToServer, new { action = "move", to = new[] { 1, 2 } });
            world.Client.Send(world.ToServer, new { action = "move", to = new[] { 3, 4 } });
            PodsixEvent ev;
            while (!world.Server.Wait(20, out ev)) { }
            Value to = ev["to"];
            world.Client.Send(world.ToServer, to.Copy()); // sending does not end them
            kept = to.Copy();
            Check.Equal(2, to[1].AsInt());
            PodsixEvent later;
            while (!world.Server.Wait(20, out later)) { }
            Check.Equal(4, later["to"][1].AsInt());

            Check.That(Over(to, value => value[1]), "indexing");
            Check.That(Over(to, value => value["x"]), "looking up");
            Check.That(Over(to, value => { value.AsInt(); return value; }), "reading");
            Check.That(Over(to, value => { value.ToString(); return value; }), "writing");
            Check.That(Over(to, value => { foreach (Value item in value) { } return value; }), "walking");
            Check.That(Over(to, value => { value.Fields(new Keys("x"), out Value x); return x; }), "fields");
            Check.That(Over(to, value => { value.Copy(); return value; }), "copying");
            Check.That(Over(to, value => { new Message().Add(value); return value; }), "sending");
            Check.That(Over(to, value => { value.Is(default(Value)); return value; }), "comparing");
            try
            {
                Check.That(ev.Peer == 0, "this is not reached");
            }
            catch (InvalidOperationException e)
            {
                Check.That(e.Message.Contains("next Poll"), "words");
                ev = default(PodsixEvent);
            }
            Check.Equal("[1, 2]", Messages.Spaced(kept));
            Check.Equal(2, kept.Value[1].AsInt());
        }
    }

    public static void Values_end_with_their_host()
    {
        var world = new World();
        world.Client.Send(world.ToServer, "text");
        PodsixEvent ev;
        while (!world.Server.Wait(20, out ev)) { }
        Value data = ev.Data;
        Check.Equal("text", data.AsString());
        world.Dispose();
        Check.That(Over(data, value => { value.AsString(); return value; }), "reading");
    }

    public static void Values_of_messages_end_when_they_are_changed()
    {
        var message = new Message().Add(1);
        Value value = message.Value;
        Check.Equal(1, value.AsInt());
        message.Clear();
        Check.That(Over(value, one => { one.AsInt(); return one; }), "after Clear");
        message.OpenList().Add(1).Close();
        value = message.Value;
        Check.That(Over(value, one => { message.Clear().Add(one); return one; }), "its own value");
        message.Clear().Add(1);
        value = message.Value;
        message.Dispose();
        Check.That(Over(value, one => { one.AsInt(); return one; }), "after Dispose");
    }

    private delegate Value Use(Value value);

    private static bool Over(Value value, Use use)
    {
        try
        {
            use(value);
            return false;
        }
        catch (InvalidOperationException)
        {
            return true;
        }
    }

    public static void There_is_no_event_before_the_first()
    {
        try
        {
            PodsixEvent ev = default(PodsixEvent);
            Check.That(ev.Kind == EventKind.None, "this is not reached");
        }
        catch (InvalidOperationException)
        {
            return;
        }
        throw new Exception("nothing was thrown");
    }

    public static void A_disposed_host_says_so()
    {
        var host = new Host();
        Check.That(!host.IsDisposed, "it lives");
        host.Dispose();
        host.Dispose();
        Check.That(host.IsDisposed, "it is disposed of");
        Check.Throws<ObjectDisposedException>(() => host.Pump());
        Check.Throws<ObjectDisposedException>(() => { PodsixEvent ev; host.Poll(out ev); });
        Check.Throws<ObjectDisposedException>(() => host.Send(1, "text"));
        Check.Throws<ObjectDisposedException>(() => host.Listen("*:0"));
        Check.Throws<ObjectDisposedException>(() => host.GetPeers());
        Check.Throws<ObjectDisposedException>(() => host.Close(0));
    }

    public static void Hosts_come_and_go()
    {
        for (int round = 0; round < 20; round++)
            using (var world = new World(round % 2 == 0 ? Mode.Threaded : Mode.Inline))
                Check.Equal(round, world.Arrives(new Message().Add(round), ev => ev.Data.AsInt()));
    }

    public static void A_host_disposed_of_by_its_handler_ends_after_it()
    {
        var world = new World();
        var handler = new Disposer { Host = world.Server };
        world.Server.AddListener(handler);
        world.Server.AddListener(new Late());
        world.Client.Send(world.ToServer, new { action = "end" });
        Check.Until(() => handler.Called == 1, world.Server);
        Check.That(world.Server.IsDisposed && handler.Threw, "its value ended with it");
        var ended = new Ended();
        world.Client.AddListener(ended);
        Check.Until(() => ended.Reason == Reason.Shutdown, world.Client);
        world.Dispose();
    }

    private sealed class Disposer
    {
        internal Host Host;
        internal int Called;
        internal bool Threw;

        private void Network_end(Value data)
        {
            Called++;
            Host.Dispose();
            try
            {
                data["action"].AsString();
            }
            catch (InvalidOperationException)
            {
                Threw = true;
            }
        }
    }

    private sealed class Late
    {
        private void Network()
        {
            throw new Exception("called after the host's end");
        }
    }

    private sealed class Ended
    {
        internal Reason Reason;

        private void Network_disconnected(PodsixEvent ev)
        {
            Reason = ev.Reason;
        }
    }

    public static void A_host_disposed_of_by_another_thread_ends_after_the_look()
    {
        var world = new World();
        world.Client.Send(world.ToServer, "text");
        PodsixEvent ev;
        while (!world.Server.Wait(20, out ev)) { }
        Value data = ev.Data;
        var thread = new Thread(world.Server.Dispose);
        thread.Start();
        thread.Join();
        Check.That(Over(data, value => { value.AsString(); return value; }), "reading");
        Check.Throws<ObjectDisposedException>(() => { PodsixEvent none; world.Server.Poll(out none); }); // now it is freed
        var ended = new Ended();
        world.Client.AddListener(ended);
        Check.Until(() => ended.Reason == Reason.Shutdown, world.Client);
        world.Dispose();
    }

    public static void A_host_disposed_of_while_another_thread_waits_gives_no_event()
    {
        var world = new World();
        bool came = false;
        var waiting = new Thread(() => { PodsixEvent ev; came = world.Server.Wait(30000, out ev); });
        while (world.Server.Poll(out PodsixEvent before)) { }
        waiting.Start();
        FieldInfo holder = typeof(Host).GetField("holder", BindingFlags.Instance | BindingFlags.NonPublic);
        Check.Until(() => (int)holder.GetValue(world.Server) == waiting.ManagedThreadId, new Host[0]);
        world.Server.Dispose();
        world.Client.Send(world.ToServer, "text"); // ends the wait
        waiting.Join();
        Check.That(!came, "an event in memory that is freed");
        world.Dispose();
    }

    public static void A_forgotten_host_is_finalized()
    {
        Forgotten(false);
        Forgotten(true);
    }

    private static void Forgotten(bool whileLooking)
    {
        using (var client = new Host())
        {
            var ended = new Ended();
            client.AddListener(ended);
            var thread = new Thread(() => Forget(client, whileLooking)); // no stack still knows it
            thread.Start();
            thread.Join();
            for (int tries = 0; ended.Reason == Reason.None && tries < 300; tries++)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                client.Pump(20);
            }
            Check.Equal(Reason.Shutdown, ended.Reason);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Forget(Host client, bool whileLooking)
    {
        var server = new Host();
        client.Connect(server.ListeningAddress(server.Listen("127.0.0.1:0")));
        PodsixEvent ev;
        while (!server.Wait(20, out ev)) { }
        if (!whileLooking)
            while (server.Poll(out ev)) { }
        for (bool connected = false; !connected;)
            while (client.Wait(20, out ev))
                connected |= ev.Kind == EventKind.Connected;
    }

    public static void A_finalizer_does_not_wait_for_the_goodbyes()
    {
        const int count = 40; // each of which takes 200 ms to end
        using (var client = new Host(new Config { Mode = Mode.Inline })) // which answers nothing while it is not pumped
        {
            var ended = new Count();
            client.AddListener(ended);
            var thread = new Thread(() =>
            {
                for (int known = 1; known <= count; known++)
                    Forget(client, known);
            });
            thread.Start();
            thread.Join();
            int begun = Environment.TickCount;
            GC.Collect();
            GC.WaitForPendingFinalizers();
            Check.That(Environment.TickCount - begun < count * 200 / 2, "it has waited");
            // One or two may still be known to a stack.
            Check.Until(() => { GC.Collect(); return ended.All >= count - 2; }, client);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Forget(Host client, int known)
    {
        var server = new Host();
        client.Connect(server.ListeningAddress(server.Listen("127.0.0.1:0")));
        Check.Until(() => server.GetPeers().Length == 1 && client.GetPeers().Length == known, server, client);
    }

    private sealed class Count
    {
        internal int All;

        private void Network_disconnected()
        {
            All++;
        }
    }

    public static void Forgotten_messages_and_values_are_finalized()
    {
        for (int round = 0; round < 2000; round++)
        {
            Value value = new Message().Clear().Add(round).Value;
            if (round % 500 == 0)
                GC.Collect();
            Check.Equal(round, value.AsInt());
        }
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    public static void DisposeAll_ends_what_was_forgotten()
    {
        var host = new Host();
        uint id = host.Listen("127.0.0.1:0");
        string address = host.ListeningAddress(id);
        Host.DisposeAll();
        Check.That(host.IsDisposed, "it is disposed of");
        using (var again = new Host())
            again.Listen(address);
    }
}
