using System;
using System.Globalization;
using Podsix;

/// <summary>
/// tests/cpp/flood.c in C#: a flood of messages from a host to itself, built and read field by field.
/// </summary>
internal sealed class Flood
{
    private static readonly Keys Move = new Keys("id", "x", "y", "t");
    private long messages;
    private double sum;

    private void Network_move(Value data)
    {
        data.Fields(Move, out Value id, out Value x, out Value y, out Value t);
        sum += id.AsULong() + x.AsDouble() + y.AsDouble() + t.AsULong();
        messages++;
    }

    private static int Main(string[] arguments)
    {
        const int burst = 100;
        long wanted = arguments.Length > 0 ? long.Parse(arguments[0], CultureInfo.InvariantCulture) : 1000000;
        var flood = new Flood();
        using (var host = new Host(new Config { Mode = Mode.Inline }))
        using (var message = new Message())
        {
            host.AddListener(flood);
            ulong peer = host.Connect(host.ListeningAddress(host.Listen("127.0.0.1:0")));
            for (int connected = 0; connected < 2;)
                connected += host.Pump(1000);
            for (long sent = 0; sent < wanted;)
            {
                for (int i = 0; i < burst; i++, sent++)
                {
                    message.Begin("move").Set("id", sent % 1000).Set("x", sent * 0.5).Set("y", 20.25).Set("t", sent);
                    if (host.Send(peer, message) != Result.Ok)
                        return 1;
                }
                while (flood.messages < sent)
                    host.Pump();
            }
        }
        Console.WriteLine(flood.messages + " messages, " + flood.sum.ToString("F2", CultureInfo.InvariantCulture));
        return 0;
    }
}
