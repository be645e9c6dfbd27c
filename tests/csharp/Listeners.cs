using System;
using System.Collections.Generic;
using Podsix;

/// <summary>Who hears what.</summary>
internal static class Listeners
{
    private class Base
    {
        internal readonly List<string> Heard = new List<string>();

        private void Network_say(Value data)
        {
            Heard.Add("base say " + data["n"].AsInt());
        }

        protected virtual void Network_virtual()
        {
            Heard.Add("base virtual");
        }
    }

    private sealed class All : Base
    {
        private void Network_say(ulong peer, Value data)
        {
            Heard.Add("say " + (peer != 0) + " " + data["n"].AsInt());
        }

        protected override void Network_virtual()
        {
            Heard.Add("virtual");
        }

        [NetworkAction("other.words"), NetworkAction("наш")]
        public void Attributed(PodsixEvent ev)
        {
            Heard.Add("attributed " + ev.Action);
        }

        public void Network_bare()
        {
            Heard.Add("bare");
        }

        private void Network_who(ulong peer)
        {
            Heard.Add("who " + (peer != 0));
        }

        private void Network_disconnected()
        {
            Heard.Add("disconnected");
        }

        [NetworkAction("error")]
        private void Trouble()
        {
            Heard.Add("error");
        }

        private void Network(PodsixEvent ev)
        {
            Heard.Add("all " + ev.Kind + " " + ev.Action);
        }

        private void Networks() // is none
        {
            Heard.Add("never");
        }
    }

    private static string Send(World world, Base listener, string action)
    {
        listener.Heard.Clear();
        world.Client.Send(world.ToServer, new { action, n = 5 });
        Check.Until(() => listener.Heard.Count > 0, world.Server);
        return string.Join("; ", listener.Heard);
    }

    public static void Hear_by_action()
    {
        using (var world = new World())
        {
            var all = new All();
            world.Server.AddListener(all);
            Check.Equal("base say 5; say True 5; all Message say", Send(world, all, "say"));
            Check.Equal("virtual; all Message virtual", Send(world, all, "virtual"));
            Check.Equal("attributed other.words; all Message other.words", Send(world, all, "other.words"));
            Check.Equal("attributed наш; all Message наш", Send(world, all, "наш"));
            Check.Equal("bare; all Message bare", Send(world, all, "bare"));
            Check.Equal("who True; all Message who", Send(world, all, "who"));
            Check.Equal("all Message Attributed", Send(world, all, "Attributed"));
            Check.Equal("all Message sa", Send(world, all, "sa"));
            Check.Equal("all Message says", Send(world, all, "says"));
            Check.Equal("all Message ", Send(world, all, ""));
            string longest = new string('a', 100000);
            Check.Equal("all Message " + longest, Send(world, all, longest));
        }
    }

    public static void Are_not_fooled_by_messages_that_call_themselves_events()
    {
        using (var world = new World())
        {
            var all = new All();
            world.Server.AddListener(all);
            foreach (string name in new[] { "connected", "request", "disconnected", "error", "writable", "stalled", "resumed" })
                Check.Equal("all Message " + name, Send(world, all, name));
            all.Heard.Clear();
            world.Client.Disconnect(world.ToServer);
            Check.Until(() => all.Heard.Count > 0, world.Server, world.Client);
            Check.Equal("disconnected; all Disconnected disconnected", string.Join("; ", all.Heard));
            all.Heard.Clear();
            world.Server.Connect("127.0.0.1:1");
            Check.Until(() => all.Heard.Count > 0, world.Server);
            Check.Equal("error; all Error error", string.Join("; ", all.Heard));
        }
    }

    private sealed class OfClass
    {
        internal static int Heard;

        private static void Network_say()
        {
            Heard++;
        }
    }

    public static void May_have_static_handlers()
    {
        using (var world = new World())
        {
            world.Server.AddListener(new OfClass());
            world.Client.Send(world.ToServer, new { action = "say" });
            Check.Until(() => OfClass.Heard == 1, world.Server);
        }
    }

    private abstract class Overridden<T>
    {
        internal string Heard = "";

        protected virtual void Network_named() { Heard += "base "; }
        protected abstract void Unnamed(PodsixEvent ev);

        [NetworkAction("both")]
        public virtual void Both() { Heard += "base "; }

        [NetworkAction("first")]
        public virtual void First() { Heard += "base "; }
    }

    private sealed class Overriding : Overridden<int>
    {
        [NetworkAction("also named")]
        protected override void Network_named() { Heard += "named "; }

        [NetworkAction("unnamed")]
        protected override void Unnamed(PodsixEvent ev) { Heard += "unnamed "; }

        [NetworkAction("both")]
        public override void Both() { Heard += "both "; }

        public override void First() { Heard += "first "; }

        [NetworkAction("text")]
        private new void ToString() { Heard += "text "; }
    }

    public static void May_be_attributed_where_they_override()
    {
        using (var world = new World())
        {
            var listener = new Overriding();
            world.Server.AddListener(listener);
            foreach (string action in new[] { "named", "also named", "unnamed", "both", "first", "text" })
                world.Client.Send(world.ToServer, new { action });
            Check.Until(() => listener.Heard.Contains("text"), world.Server);
            Check.Equal("named named unnamed both first text ", listener.Heard);
        }
    }

    private sealed class Wrong
    {
        private int Network_say(Value data)
        {
            return 1;
        }
    }

    private sealed class WrongToo
    {
        private void Network_say(string text) { }
    }

    private sealed class WrongAsWell
    {
        private void Network_say<T>(Value data) { }
    }

    private sealed class Deaf
    {
        private void Networked() { }
    }

    public static void Of_a_wrong_form_are_refused()
    {
        using (var host = new Host())
        {
            foreach (object wrong in new object[] { new Wrong(), new WrongToo(), new WrongAsWell() })
            {
                string words = Check.Throws<ArgumentException>(() => host.AddListener(wrong)).Message;
                Check.That(words.Contains(wrong.GetType().FullName + ".Network_say cannot be called for an event: ") &&
                    words.Contains("it must take (), (ulong peer), "), words);
            }
            Check.Equal("listener", Check.Throws<ArgumentNullException>(() => host.AddListener(null)).ParamName);
            Check.That(Check.Throws<ArgumentException>(() => host.AddListener(new Deaf())).Message.Contains("no method Network"), "words");
            var all = new All();
            Check.That(Host.Hears(all) && !Host.Hears(new Deaf()), "who has handlers is known before");
            host.AddListener(all);
            Check.Throws<ArgumentException>(() => host.AddListener(all));
            Check.That(host.RemoveListener(all) && !host.RemoveListener(all), "removed once");
            host.AddListener(all);
        }
    }

    private sealed class Leaver
    {
        internal Host Host;
        internal object Next;
        internal int Heard;

        private void Network_say()
        {
            Heard++;
            Check.That(Host.RemoveListener(this), "it was one");
            if (Next != null)
                Host.AddListener(Next);
        }

        private void Network()
        {
            Heard += 100; // it has left
        }
    }

    public static void Come_and_go_while_they_are_called()
    {
        using (var world = new World())
        {
            Host host = world.Server;
            Leaver last = new Leaver { Host = host }, first = new Leaver { Host = host, Next = last };
            var other = new All();
            host.AddListener(first);
            host.AddListener(other);
            Check.Equal("base say 5; say True 5; all Message say", Send(world, other, "say"));
            Check.That(first.Heard == 1 && last.Heard == 0, "who was added begins with the next event");
            Send(world, other, "say");
            Check.That(first.Heard == 1 && last.Heard == 1, "who has left hears no more");
            Send(world, other, "say");
            Check.That(first.Heard == 1 && last.Heard == 1, "neither does the other");
        }
    }

    private sealed class Pumper
    {
        internal Host Host;
        internal int Heard;

        private void Network_say(PodsixEvent ev)
        {
            Check.Fails(Result.Busy, () => Host.Pump());
            Check.Fails(Result.Busy, () => { PodsixEvent none; Host.Poll(out none); });
            Check.Equal(5, ev["n"].AsInt());
            Heard++;
        }
    }

    public static void Cannot_pump_their_host()
    {
        using (var world = new World())
        {
            var pumper = new Pumper { Host = world.Server };
            world.Server.AddListener(pumper);
            world.Client.Send(world.ToServer, new { action = "say", n = 5 });
            Check.Until(() => pumper.Heard == 1, world.Server);
        }
    }

    public static void Hear_what_was_polled_and_dispatched()
    {
        using (var world = new World())
        {
            var all = new All();
            world.Server.AddListener(all);
            world.Client.Send(world.ToServer, new { action = "bare" });
            PodsixEvent ev;
            while (!world.Server.Wait(20, out ev)) { }
            Check.Equal(0, all.Heard.Count);
            world.Server.Dispatch(ev);
            world.Server.Dispatch(ev);
            Check.Equal("bare; all Message bare; bare; all Message bare", string.Join("; ", all.Heard));
        }
    }
}
