using System;
using System.Diagnostics;
using System.Globalization;
using Podsix;

/// <summary>What each of the native calls costs that a received or sent message needs, its way there and back included.</summary>
internal static class Calls
{
    private static readonly Keys Move = new Keys("id", "x", "y", "t");

    private static void Main()
    {
        using (var host = new Host())
        using (var message = new Message())
        {
            message.Begin("move").Set("id", 7).Set("x", 0.5).Set("y", 20.25).Set("t", 123456);
            Measure("Poll, where nothing has come", count =>
            {
                for (int i = 0; i < count; i++)
                    host.Poll(out PodsixEvent none);
            });
            Measure("Fields, of four keys", count =>
            {
                for (int i = 0; i < count; i++)
                    message.Value.Fields(Move, out Value id, out Value x, out Value y, out Value t);
            });
            Measure("AsLong", count =>
            {
                Value id = message.Value["id"];
                for (int i = 0; i < count; i++)
                    id.AsLong();
            });
            Measure("AsDouble", count =>
            {
                Value x = message.Value["x"];
                for (int i = 0; i < count; i++)
                    x.AsDouble();
            });
            Measure("the value at a key", count =>
            {
                Value move = message.Value;
                for (int i = 0; i < count; i++)
                    if (!move["t"].Exists)
                        throw new InvalidOperationException();
            });
            Measure("Begin and Set of four numbers", count =>
            {
                for (int i = 0; i < count; i++)
                    message.Begin("move").Set("id", i).Set("x", i * 0.5).Set("y", 20.25).Set("t", i);
            });
            Measure("Send, to nobody", count =>
            {
                for (int i = 0; i < count; i++)
                    host.Send(1, message);
            });
        }
    }

    /// <summary>The least of five rounds, so that other programs do not count.</summary>
    private static void Measure(string what, Action<int> calls)
    {
        const int count = 200000;
        double least = double.MaxValue;
        calls(count / 10);
        for (int round = 0; round < 5; round++)
        {
            Stopwatch watch = Stopwatch.StartNew();
            calls(count);
            least = Math.Min(least, watch.Elapsed.TotalMilliseconds * 1e6 / count);
        }
        Console.WriteLine(least.ToString("F0", CultureInfo.InvariantCulture).PadLeft(6) + " ns  " + what);
    }
}
