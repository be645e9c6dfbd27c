using System;
using System.Diagnostics;
using System.Collections.Generic;
using System.Linq;
using System.Net.Sockets;
using System.Reflection;
using Podsix;
using Podsix.Unity;
using UnityEngine;
using UnityEngine.Scripting;
using Debug = UnityEngine.Debug;

/// <summary>The two scripts with which docs/unity.md begins, in one scene.</summary>
internal static class InDocument
{
    private static void Until(string logged, params GameObject[] scene)
    {
        Stopwatch time = Stopwatch.StartNew();
        while (!Screen.Logged.Contains(logged))
        {
            if (time.ElapsedMilliseconds > 30000)
                throw new Exception("nobody logged '" + logged + "', but: " + string.Join("; ", Screen.Logged));
            foreach (GameObject thing in scene)
                thing.SendMessage("Update");
        }
    }

    /// <summary>As a scene begins: all scripts by their order, and within that the objects as they come.</summary>
    private static void Begin(GameObject server, params GameObject[] scene)
    {
        MonoBehaviour[] scripts = scene.SelectMany(thing => thing.All<MonoBehaviour>()).OrderBy(script =>
            script.GetType().GetCustomAttribute<DefaultExecutionOrder>()?.order ?? 0).ToArray();
        bool listens = false;
        foreach (MonoBehaviour script in scripts)
        {
            if (script is Player && !listens)
                throw new Exception("a player connects before the server of its scene listens");
            script.GetType().GetMethod("Start", BindingFlags.Instance | BindingFlags.NonPublic).Invoke(script, null);
            listens |= script is PodsixBehaviour && script.gameObject == server;
        }
    }

    /// <summary>Lets nobody in whom the scene's server has not let in by itself.</summary>
    private sealed class Refuser
    {
        internal Host Host;

        [Preserve] // beside both using directives it means Unity's
        private void Network_request(ulong peer)
        {
            Host.Refuse(peer);
        }
    }

    private sealed class Stranger : Client
    {
        internal bool Ended;

        internal Stranger(string address, object hello) : base(address, hello) { }

        [NetworkAction("disconnected"), NetworkAction("error")]
        private void End()
        {
            Ended = true;
        }
    }

    /// <summary>Those who play by no rules, and what the server's script makes of them.</summary>
    private static void Strangers(GameObject server, params GameObject[] scene)
    {
        Host host = server.GetComponent<PodsixBehaviour>().Host;
        host.AddListener(new Refuser { Host = host });
        string address = "localhost:" + host.ListeningPort(1), approving = host.ListeningAddress(host.Listen("127.0.0.1:0", approval: true));
        var strangers = new List<Stranger>
        {
            new Stranger(address, null),
            new Stranger(address, new[] { 1, 2 }),
            new Stranger(address, new { name = new { name = 3 } }),
            new Stranger(address, new { name = "\x1b[2J\nERROR: " + new string('x', 3000) }),
            new Stranger(approving, new { name = "eve" }),
            new Stranger(approving, null),
        };
        foreach (Stranger stranger in strangers)
        {
            stranger.Send("move");
            stranger.Send(new object[] { null, 7, new[] { 1.5 } });
            stranger.Send(new { action = new[] { "move" }, x = 1 });
            stranger.Send(new { action = "move" });
            stranger.Send(new { action = "move", x = "nowhere", z = new { z = double.NaN } });
            stranger.Send(new { action = "disconnected" });
            stranger.Send(new { action = "connected", name = "ada" });
            stranger.Send(new { action = "moved", who = new string('\n', 5000), x = "far" });
        }
        using (var knocking = new TcpClient("localhost", host.ListeningPort(1)))
        {
            knocking.GetStream().Write(new byte[] { 0, 255, 13, 10, 13, 10, 13, 10 }, 0, 8);
            Stopwatch time = Stopwatch.StartNew();
            while (!strangers.All(stranger => stranger.Ended) || host.GetPeers(all: true).Length > 2)
            {
                if (time.ElapsedMilliseconds > 30000)
                    throw new Exception("the strangers are still there");
                foreach (Stranger stranger in strangers)
                {
                    if (stranger.IsConnected)
                        stranger.Disconnect(); // after all that it sent
                    stranger.Pump();
                }
                foreach (GameObject thing in scene)
                    thing.SendMessage("Update");
            }
        }
        foreach (Stranger stranger in strangers)
            stranger.Dispose();
    }

    private static int Main()
    {
        var warned = new List<string>();
        Warnings.Show = warned.Add;
        var server = new GameObject();
        typeof(PodsixBehaviour).GetField("listenOn", BindingFlags.Instance | BindingFlags.NonPublic)
            .SetValue(server.AddComponent<PodsixBehaviour>(), "*");
        server.AddComponent<GameServer>();
        var ada = new GameObject();
        ada.AddComponent<PodsixBehaviour>();
        ada.AddComponent<Player>();
        var bob = new GameObject();
        bob.AddComponent<PodsixBehaviour>();
        bob.AddComponent<Player>().playerName = "bob";
        GameObject[] scene = { ada, server, bob };
        Begin(server, scene);

        Until("ada has come", scene);
        Until("bob is at 0, 0", scene);
        bob.transform.position = new Vector3(2, 0, 1.5f);
        Until("bob is at " + 2f + ", " + 1.5f, scene);
        if (warned.Count > 0)
            throw new Exception("the document itself is warned: " + string.Join("; ", warned));
        Strangers(server, scene);
        bob.SendMessage("OnDestroy");
        Until("bob has left", server, ada);
        if (Screen.Logged.Contains("ada has left") || Screen.Logged.Count(line => line == "bob has come") != 1)
            throw new Exception("too much: " + string.Join("; ", Screen.Logged));
        ada.SendMessage("OnDestroy");
        Until("ada has left", server);
        server.SendMessage("OnDestroy");
        if (Debug.Errors.Count > 0)
            throw new Exception("a script has failed: " + string.Join("; ", Debug.Errors));
        string[] bad = Screen.Logged.Where(line => line.Length > 60)
            .Concat(Screen.Logged.Concat(warned).Where(line => line.Any(char.IsControl))).ToArray();
        if (bad.Length > 0)
            throw new Exception("strangers wrote into the log: " + string.Join("; ", bad));
        Console.WriteLine("the scripts of the document met");
        return 0;
    }
}
