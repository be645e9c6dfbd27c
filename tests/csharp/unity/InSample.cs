using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Reflection;
using Podsix;
using Podsix.Unity;
using UnityEngine;
using Debug = UnityEngine.Debug;

/// <summary>The package's sample, played by two: one hosts at the default port, the other sits down.</summary>
internal static class InSample
{
    private sealed class Seat
    {
        private readonly GameObject place = new GameObject();
        internal string[] Lines = { };

        internal Seat()
        {
            place.AddComponent<PodsixBehaviour>();
            place.AddComponent<MovingPlayers>();
            place.SendMessage("Start");
        }

        /// <summary>What each cube is called, and where it is, as this player sees it.</summary>
        internal string Cubes
        {
            get
            {
                var cubes = (Dictionary<ulong, GameObject>)typeof(MovingPlayers)
                    .GetField("cubes", BindingFlags.Instance | BindingFlags.NonPublic).GetValue(place.GetComponent<MovingPlayers>());
                if (!cubes.Values.All(Screen.Shown.Contains))
                    throw new Exception("a cube that was destroyed is still looked after");
                return string.Join(" ", cubes.OrderBy(cube => cube.Value.name).Select(cube =>
                    cube.Value.name + Math.Round(cube.Value.transform.position.x, 2) + "," + Math.Round(cube.Value.transform.position.z, 2)));
            }
        }

        internal void Frame(string pressed = "")
        {
            Screen.NewFrame();
            Screen.Pressed = pressed;
            place.SendMessage("Update");
            place.SendMessage("OnGUI");
            Lines = Screen.Labels.ToArray();
            Screen.Pressed = "";
            Screen.Typed.Clear();
            Screen.Axes.Clear();
        }

        internal void Leave()
        {
            place.SendMessage("OnDestroy");
        }
    }

    private static void Until(Func<bool> holds, params Seat[] seats)
    {
        Stopwatch time = Stopwatch.StartNew();
        while (!holds())
        {
            if (time.ElapsedMilliseconds > 30000)
                throw new Exception("nothing came within 30 s; seen: " + string.Join(" | ", seats.Select(seat => seat.Cubes + " " + string.Join("; ", seat.Lines))));
            foreach (Seat seat in seats)
                seat.Frame();
        }
    }

    /// <summary>A server that says anything, in any order, and twice.</summary>
    private static void MeanServer(Seat eve)
    {
        using (var server = new Server())
        {
            string address = server.ListeningAddress(server.Listen("127.0.0.1:0"));
            Screen.Typed[1] = address;
            eve.Frame();
            eve.Frame("Sit down at " + address);
            Until(() => { server.Pump(); return server.GetPeers().Length == 1; }, eve);
            object[] junk =
            {
                new { action = "welcome" }, new { action = "left", id = 0 }, new { action = "welcome", you = 5, players = 6 },
                new { action = "came", id = 5, name = new[] { 1 }, x = "far" }, new { action = "came", id = 7 }, new { action = "came", id = 7 },
                new { action = "moved", id = "7", x = double.NaN }, new { action = "moved", id = 7, z = new int[0] },
                new { action = "said", id = 7, text = new string('\n', 5000) }, new { action = "said", id = 8, text = 9 },
                new { action = "left", id = 5 }, new { action = "left", id = 5 }, new { action = "welcome", you = 5, players = new object[] { 1, null } },
                "text", 5, new { action = 5 },
            };
            foreach (object one in junk)
                server.Broadcast(one);
            server.Broadcast(new { action = "came", id = 9, name = "the last" });
            Until(() => eve.Lines.Contains("the last is here"), eve);
            Screen.Axes["Horizontal"] = 1;
            eve.Frame();
            if (eve.Lines.Any(line => line.Length > 250 || line.Any(char.IsControl)))
                throw new Exception("a stranger's words are shown as they are");
        }
        Until(() => eve.Cubes == "", eve);
    }

    private static int Main()
    {
        var ada = new Seat();
        var bob = new Seat();
        Screen.Typed[1] = "no address";
        bob.Frame();
        bob.Frame("Sit down at no address");
        bob.Frame();
        if (bob.Lines.Length != 1 || !bob.Lines[0].Contains("no address"))
            throw new Exception("it does not say what is wrong with the address");

        ada.Frame("Host a table");
        Until(() => ada.Cubes == "ada0,0", ada);
        Screen.Typed[0] = "bob";
        Screen.Typed[1] = "127.0.0.1";
        bob.Frame();
        bob.Frame("Sit down at 127.0.0.1");
        Until(() => ada.Cubes == "ada0,0 bob0,0" && bob.Cubes == "ada0,0 bob0,0", ada, bob);

        for (int frame = 0; frame < 30; frame++)
        {
            Screen.Axes["Horizontal"] = 1;
            ada.Frame();
            Screen.Axes["Vertical"] = -0.5f;
            bob.Frame();
        }
        Until(() => bob.Cubes == "ada2,0 bob0,-1" && ada.Cubes == bob.Cubes, ada, bob);

        Screen.Typed[0] = "good game";
        bob.Frame("Say");
        Until(() => ada.Lines.Contains("bob: good game") && bob.Lines.Contains("bob: good game"), ada, bob);

        int shown = Screen.Shown.Count;
        bob.Leave();
        Until(() => ada.Lines.Contains("bob has left"), ada);
        if (ada.Cubes != "ada2,0" || Screen.Shown.Count != shown - 1)
            throw new Exception("bob's cube is still there: " + ada.Cubes);

        var eve = new Seat();
        eve.Frame("Sit down at localhost");
        Until(() => eve.Cubes == "ada0,0 ada2,0", ada, eve); // she kept the name that was there
        shown = Screen.Shown.Count;
        ada.Leave();
        Until(() => eve.Lines.Any(line => line.StartsWith("the game is over", StringComparison.Ordinal)), eve);
        if (eve.Cubes != "" || Screen.Shown.Count != shown - 2)
            throw new Exception("cubes are left: " + eve.Cubes);
        MeanServer(eve);
        eve.Leave();
        if (Debug.Errors.Count > 0)
            throw new Exception("a script has failed: " + string.Join("; ", Debug.Errors));
        Console.WriteLine("two players moved, talked and left");
        return 0;
    }
}
