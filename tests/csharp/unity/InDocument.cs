using System;
using System.Diagnostics;
using System.Linq;
using System.Reflection;
using Podsix.Unity;
using UnityEngine;

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

    private static int Main()
    {
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
        GameObject[] scene = { server, ada, bob };
        foreach (string message in new[] { "Awake", "Start" })
            foreach (GameObject thing in scene)
                thing.SendMessage(message);

        Until("ada has come", scene);
        Until("bob is at 0, 0", scene);
        bob.transform.position = new Vector3(2, 0, 1.5f);
        Until("bob is at " + 2f + ", " + 1.5f, scene);
        bob.SendMessage("OnDestroy");
        Until("bob has left", server, ada);
        if (Screen.Logged.Contains("ada has left") || Screen.Logged.Count(line => line == "bob has come") != 1)
            throw new Exception("too much: " + string.Join("; ", Screen.Logged));
        ada.SendMessage("OnDestroy");
        Until("ada has left", server);
        server.SendMessage("OnDestroy");
        Console.WriteLine("the scripts of the document met");
        return 0;
    }
}
