using System;
using System.Diagnostics;
using Godot;

/// <summary>The server and the player of docs/godot-csharp.md.</summary>
internal static class InDocument
{
    private static void Until(string printed, params Node[] scene)
    {
        Stopwatch time = Stopwatch.StartNew();
        while (!GD.Printed.Contains(printed))
        {
            if (time.ElapsedMilliseconds > 30000)
                throw new Exception("nobody printed '" + printed + "', but: " + string.Join("; ", GD.Printed));
            foreach (Node node in scene)
                node._Process(1 / 60.0);
        }
    }

    private static int Main()
    {
        var table = new Table();
        var player = new Player { PlayerName = "bob" };
        table._Ready();
        player._Ready();
        Until("bob has come", table, player);
        Until("bob is at 3, " + 1.5f, table, player);
        player._ExitTree();
        Until("bob has left", table);
        table._ExitTree();
        Console.WriteLine("the scripts of docs/godot-csharp.md met");
        return 0;
    }
}
