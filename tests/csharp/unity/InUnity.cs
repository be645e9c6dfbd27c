using System;
using System.Reflection;
using Podsix;
using Podsix.Unity;
using UnityEngine;

/// <summary>PodsixBehaviour, driven as Unity drives it.</summary>
internal static class InUnity
{
    private sealed class Game : MonoBehaviour
    {
        internal string Heard = "";

        private void Network_move(Value data)
        {
            Heard += "move " + data["x"].AsInt() + ";";
        }
    }

    /// <summary>Is destroyed in the middle of an event, and touches nothing any more.</summary>
    private sealed class Bomb : MonoBehaviour
    {
        internal MonoBehaviour Beside;
        internal int Heard;

        private void Network_move(Value data)
        {
            if (this == null)
                throw new InvalidOperationException("it was destroyed");
            Heard++;
            if (data["x"].AsInt() == 2)
                UnityEngine.Object.DestroyImmediate(Beside);
            if (data["x"].AsInt() == 3)
                UnityEngine.Object.DestroyImmediate(this);
        }

        private void Network(PodsixEvent ev)
        {
            if (this == null)
                throw new InvalidOperationException("it was destroyed");
        }

        internal void Spared(ulong peer, Value data)
        {
            Heard += 100;
        }
    }

    private sealed class Scenery : MonoBehaviour { }

    /// <summary>A scene of one object, with what its inspector says.</summary>
    private static PodsixBehaviour Load(string field, string address, out Game game)
    {
        var scene = new GameObject();
        game = scene.AddComponent<Game>();
        scene.AddComponent<Scenery>();
        scene.AddMissingScript();
        var behaviour = scene.AddComponent<PodsixBehaviour>();
        if (field != null)
            typeof(PodsixBehaviour).GetField(field, BindingFlags.Instance | BindingFlags.NonPublic).SetValue(behaviour, address);
        return behaviour;
    }

    private static void Call(PodsixBehaviour behaviour, string message)
    {
        typeof(PodsixBehaviour).GetMethod(message, BindingFlags.Instance | BindingFlags.NonPublic).Invoke(behaviour, null);
    }

    /// <summary>What Unity calls before each Play.</summary>
    private static void Play()
    {
        int called = 0;
        foreach (MethodInfo method in typeof(PodsixBehaviour).GetMethods(BindingFlags.Static | BindingFlags.NonPublic))
            foreach (RuntimeInitializeOnLoadMethodAttribute attribute in method.GetCustomAttributes(typeof(RuntimeInitializeOnLoadMethodAttribute), false))
                if (attribute.loadType == RuntimeInitializeLoadType.SubsystemRegistration)
                {
                    method.Invoke(null, null);
                    called++;
                }
        Check.Equal(1, called, "methods called before Play");
    }

    private static void Frames(Func<bool> until, params PodsixBehaviour[] behaviours)
    {
        Check.Until(() =>
        {
            foreach (PodsixBehaviour behaviour in behaviours)
                Call(behaviour, "Update");
            return until();
        }, new Host[0]);
    }

    public static void A_component_is_a_host()
    {
        string heard = "";
        using (var server = new Server())
        {
            uint id = server.Listen("127.0.0.1:0");
            Game game;
            PodsixBehaviour player = Load("connectTo", server.ListeningAddress(id), out game);
            player.OnConnected.AddListener(peer => heard += "connected " + (peer == player.Server) + ";");
            player.OnDisconnected.AddListener((peer, why) => heard += "disconnected " + (peer == player.Server) + " " + why + ";");
            player.OnError.AddListener((peer, why) => heard += "error;");
            player.Config = new Config { Mode = Mode.Inline };
            Call(player, "Update"); // nothing happens before Start
            Call(player, "Start");
            Frames(() => { server.Pump(); return heard.Length > 0; }, player);
            Check.Equal("connected True;", heard);
            ulong to = server.GetPeers()[0];
            server.Send(to, new { action = "move", x = 3 });
            Frames(() => game.Heard.Length > 0, player);
            Check.Equal("move 3;", game.Heard);
            Check.Equal(Result.Ok, player.Send(new { action = "a" }));
            using (var message = new Message("b"))
                Check.Equal(Result.Ok, player.Send(message));
            server.Disconnect(to, 0, "good night");
            Frames(() => { server.Pump(); return heard.Contains("disc"); }, player);
            Check.Equal("connected True;disconnected True good night;", heard);
            server.StopListening(id);
            player.Connect("127.0.0.1:1", new { name = "ada" });
            Frames(() => heard.EndsWith("error;", StringComparison.Ordinal), player);
            Call(player, "OnDestroy");
            // What another component does in its own OnDestroy makes no new one.
            Check.That(player.Host.IsDisposed, "the one that has ended");
            Check.That(player.Host.RemoveListener(game), "it was one");
            Check.Equal(Result.NotConnected, player.Send(new { action = "a" }));
            using (var message = new Message("b"))
                Check.Equal(Result.NotConnected, player.Send(message));
            Call(player, "Update");
        }
        PodsixBehaviour unused = Load(null, null, out Game nobody);
        Call(unused, "Update");
        Call(unused, "OnDestroy");
        Check.That(unused.Host == null, "there was none");
        Check.Fails(Result.Closing, () => unused.Connect("localhost"));
    }

    public static void The_game_goes_on_behind_another_window()
    {
        foreach (bool wanted in new[] { false, true })
        {
            PodsixBehaviour player = Load(null, null, out Game game);
            if (!wanted)
                typeof(PodsixBehaviour).GetField("runInBackground", BindingFlags.Instance | BindingFlags.NonPublic).SetValue(player, false);
            Application.runInBackground = false;
            Call(player, "Start");
            Check.Equal(wanted, Application.runInBackground);
            Call(player, "OnDestroy");
        }
    }

    public static void A_component_awaits()
    {
        using (var server = new Server("127.0.0.1:0"))
        {
            server.OnAsk("buy", (peer, data) => new { price = data["item"].AsString().Length });
            PodsixBehaviour player = Load(null, null, out Game game);
            Call(player, "Start");
            int sum = 0;
            Func<System.Threading.Tasks.Task> play = async () =>
            {
                Connection opened = await player.ConnectAsync(server.ListeningAddress(1), new { name = "ada" });
                Check.That(opened.Peer == player.Server, "the server");
                sum += (await player.Ask("buy", new { item = "bow" })).Value["price"].AsInt();
                sum += (await player.Ask<System.Collections.Generic.Dictionary<string, object>>("buy", new { item = "sword" })).Count;
                await player.Ask("never");
            };
            System.Threading.Tasks.Task playing = play();
            Frames(() => { server.Pump(); return sum == 3 + 3; }, player);
            Call(player, "OnDestroy");
            Check.Equal(Result.Closing, ((PodsixException)playing.Exception.InnerException).Code);
            foreach (System.Threading.Tasks.Task late in new System.Threading.Tasks.Task[] { player.Ask("buy"), player.Ask<Game>("buy"), player.ConnectAsync("localhost") })
                Check.Equal(Result.Closing, ((PodsixException)late.Exception.InnerException).Code);
        }
    }

    private sealed class Last : MonoBehaviour
    {
        internal int Count;
        internal Reason End;

        private void Network_last()
        {
            Count++;
        }

        private void Network_disconnected(PodsixEvent ev)
        {
            End = ev.Reason;
        }
    }

    public static void The_last_words_arrive_when_the_component_ends()
    {
        using (var server = new Server())
        {
            var words = new Last();
            server.AddListener(words);
            PodsixBehaviour player = Load("connectTo", server.ListeningAddress(server.Listen("127.0.0.1:0")), out Game game);
            Call(player, "Start");
            Frames(() => { server.Pump(); return player.Host.GetPeers().Length > 0; }, player);
            // What this end has not read must not cost the other what it has been sent.
            server.Broadcast(new byte[100000]);
            Check.That(server.Flush(30000), "it is on its way");
            for (int i = 0; i < 100; i++)
                Check.Equal(Result.Ok, player.Send(new { action = "last" }));
            Call(player, "OnDestroy");
            Check.Until(() => words.End != Reason.None, server);
            Check.Equal(Reason.Shutdown, words.End);
            Check.Equal(100, words.Count);
        }
    }

    public static void Who_is_destroyed_hears_no_more()
    {
        Play();
        Debug.Errors.Clear();
        Debug.Warnings.Clear();
        using (var server = new Server())
        {
            var scene = new GameObject();
            var bomb = scene.AddComponent<Bomb>();
            var beside = scene.AddComponent<Game>();
            bomb.Beside = beside;
            var player = scene.AddComponent<PodsixBehaviour>();
            typeof(PodsixBehaviour).GetField("connectTo", BindingFlags.Instance | BindingFlags.NonPublic)
                .SetValue(player, server.ListeningAddress(server.Listen("127.0.0.1:0")));
            Call(player, "Start");
            player.Host.On("move", bomb.Spared); // whose method it is counts here too
            int moves = 0;
            player.Host.On("last", (peer, data) => moves++);
            Frames(() => { server.Pump(); return server.GetPeers().Length == 1; }, player);
            for (int x = 1; x <= 4; x++)
                server.Broadcast(new { action = "move", x });
            server.Broadcast(new { action = "last" });
            Frames(() => { server.Pump(); return moves == 1; }, player);
            Check.Equal("move 1;", beside.Heard);
            Check.Equal(1 + 100 + 1 + 100 + 1, bomb.Heard);
            Check.Equal("", string.Join("; ", Debug.Errors));
            Check.Equal("podsix: Host: nobody here listens to 'move'", string.Join("; ", Debug.Warnings));
            Check.That(!player.Host.RemoveListener(beside) && !player.Host.RemoveListener(bomb), "they have gone already");
            Call(player, "OnDestroy");
        }
        Warnings.Show = null;
    }

    private sealed class Mistaken : MonoBehaviour
    {
        private void Network_move(int x) { }
    }

    private sealed class Bad : MonoBehaviour
    {
        private void Network_move(Value data)
        {
            throw new FormatException("of move " + data["x"].AsInt());
        }
    }

    public static void What_throws_is_logged_and_the_game_goes_on()
    {
        Debug.Errors.Clear();
        using (var server = new Server())
        {
            var scene = new GameObject();
            scene.AddComponent<Mistaken>();
            scene.AddComponent<Bad>();
            var game = scene.AddComponent<Game>();
            var player = scene.AddComponent<PodsixBehaviour>();
            typeof(PodsixBehaviour).GetField("connectTo", BindingFlags.Instance | BindingFlags.NonPublic)
                .SetValue(player, server.ListeningAddress(server.Listen("127.0.0.1:0")));
            player.OnConnected.AddListener(peer => throw new FormatException("of OnConnected"));
            Call(player, "Start");
            Check.That(Debug.Errors.Count == 1 && Debug.Errors[0].Contains("Mistaken.Network_move cannot be called"), "it is named");
            Frames(() => { server.Pump(); return Debug.Errors.Contains("of OnConnected") && server.GetPeers().Length == 1; }, player);

            const int times = 1000;
            Debug.Errors.Clear();
            int begun = Environment.TickCount;
            for (int x = 0; x < times; x++)
                Check.Equal(Result.Ok, server.Broadcast(new { action = "move", x }));
            int left = 0;
            Frames(() =>
            {
                server.Pump();
                left = 0;
                int logged = 0;
                foreach (string error in Debug.Errors)
                    if (error.StartsWith("of move ", StringComparison.Ordinal))
                        logged++;
                    else
                        left += int.Parse(error.Split(' ')[3]);
                return logged + left == times;
            }, player);
            int seconds = (Environment.TickCount - begun) / 1000 + 1;
            Check.That(left > 0 && Debug.Errors.Count <= 11 * seconds, "strangers do not fill the log: " + Debug.Errors.Count + " in " + seconds + " s");
            Check.That(game.Heard.EndsWith("move " + (times - 1) + ";", StringComparison.Ordinal), "and the others hear everything");
            Call(player, "OnDestroy");
        }
    }

    public static void Warnings_go_to_the_console()
    {
        Play();
        Debug.Warnings.Clear();
        using (var server = new Server())
        {
            PodsixBehaviour player = Load("connectTo", server.ListeningAddress(server.Listen("127.0.0.1:0")), out Game game);
            Call(player, "Start");
            Frames(() => { server.Pump(); return server.GetPeers().Length == 1; }, player);
            server.Broadcast(new { action = "move" });
            server.Broadcast(new { action = "Move" });
            Frames(() => Debug.Warnings.Count > 0, player);
            Check.Equal("podsix: Host: nobody here listens to 'Move', but to 'move'", string.Join("; ", Debug.Warnings));
            Call(player, "OnDestroy");
        }
        Play(); // and the next one is warned again
        Warnings.Show(Debug.Warnings.Count.ToString());
        Check.Equal("podsix: 1", Debug.Warnings[1]);
        Warnings.Show = null;
    }

    public static void The_second_play_finds_its_port_free()
    {
        Play();
        PodsixBehaviour first = Load("listenOn", "127.0.0.1:0", out Game game);
        Call(first, "Start");
        string address = first.Host.ListeningAddress(1);
        var forgotten = new Host();
        forgotten.Listen("127.0.0.1:0");
        // The domain is not reloaded, and nobody called OnDestroy.
        Play();
        Check.That(forgotten.IsDisposed, "the forgotten one has ended");
        PodsixBehaviour second = Load("listenOn", address, out game);
        Call(second, "Start");
        Check.Equal(address, second.Host.ListeningAddress(1));
        Call(second, "OnDestroy");
    }
}
