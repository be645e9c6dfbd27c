// lagtime: how long a message takes there and back. The same program as lagtime.c, which it talks
// to.
//
// The server pings each client, the client sends every ping back as it came, and the server prints
// the round trips and, when the client leaves, how they spread.
//
//     lagtime server [address...]          default: tcp at port 31425 and podsixnet at port 31426,
//                                          of every address of this machine
//     lagtime client [address]             default: localhost
//     lagtime demo [--count N] [--inline]  both in one process
//
// Both send   ping {count},   which the server counts from 0; the client leaves at 10.

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Threading;
using Podsix;

/// <summary>One client as the server knows it.</summary>
internal sealed class Player : Channel
{
    // Upper ends of the histogram's bars, in microseconds; the last bar has none.
    private static readonly double[] Ends =
        { 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5 };

    private readonly int[] bars = new int[Ends.Length + 1];
    private readonly Message ping = new Message(); // reused: a message keeps its memory
    private string address;
    private long count; // of the ping under way
    private long sent; // by Stopwatch

    private void Network_connected()
    {
        address = Address;
        Console.WriteLine(address + " connected");
        Ping();
    }

    private void Network_ping(Value data)
    {
        if (data["count"].AsLong(-1) != count)
            return; // not an answer to the ping under way
        double took = (Stopwatch.GetTimestamp() - sent) / (double)Stopwatch.Frequency;
        int bar = Array.FindIndex(Ends, end => took * 1e6 <= end);
        bars[bar < 0 ? Ends.Length : bar]++;
        if (count < ((LagtimeServer)Host).Printed)
            Console.WriteLine(address + ": ping " + count + " round trip time was " + took.ToString("F6", CultureInfo.InvariantCulture));
        count++;
        Ping();
    }

    private void Network_disconnected()
    {
        Console.WriteLine(address + " disconnected");
        PrintHistogram();
    }

    private void Ping()
    {
        sent = Stopwatch.GetTimestamp();
        Host.ThrowUnlessGone(Send(ping.Begin("ping").Set("count", count)));
    }

    private void PrintHistogram()
    {
        Console.WriteLine(address + ": " + count + " round trips");
        int first = Array.FindIndex(bars, bar => bar > 0), last = Array.FindLastIndex(bars, bar => bar > 0);
        for (int at = first; at >= 0 && at <= last; at++)
        {
            string end = at < Ends.Length ? "to " + Ends[at].ToString(CultureInfo.InvariantCulture).PadLeft(7) : "beyond    ";
            string stars = new string('*', (int)((bars[at] * 50L + bars.Max() - 1) / bars.Max()));
            Console.WriteLine("  " + end + " us " + bars[at].ToString(CultureInfo.InvariantCulture).PadLeft(6) + " " + stars);
        }
    }
}

internal sealed class LagtimeServer : Server<Player>
{
    internal LagtimeServer(Mode mode = Mode.Threaded, long printed = long.MaxValue) : base(new Config { Mode = mode })
    {
        Printed = printed;
    }

    /// <summary>How many round trips of each client are printed.</summary>
    internal long Printed { get; }

    /// <summary>Listens, and tells where: the port may have been left to the system (":0").</summary>
    internal string ListenAt(string address)
    {
        int end = address.IndexOf("://", StringComparison.Ordinal);
        string scheme = end < 0 ? "tcp" : address.Substring(0, end);
        string bound = scheme + "://" + ListeningAddress(Listen(address));
        Console.WriteLine("server launched at " + bound);
        return bound;
    }

    /// <summary>A program of another kind has knocked, say.</summary>
    private void Network_error(PodsixEvent ev)
    {
        Console.Error.WriteLine("lagtime: " + ev.Text);
    }
}

internal sealed class LagtimeClient : Client
{
    private readonly Message answer = new Message();
    private readonly long last; // the ping at which to leave

    internal LagtimeClient(string address, Mode mode = Mode.Threaded, long last = 10)
        : base(address, null, new Config { Mode = mode })
    {
        this.last = last;
    }

    internal bool Done { get; private set; }
    internal bool Failed { get; private set; }

    private void Network_connected()
    {
        Console.WriteLine("connected to the server");
    }

    private void Network_ping(Value data)
    {
        ThrowUnlessGone(data["count"].AsLong() >= last ? Disconnect() : Send(answer.Clear().Add(data)));
    }

    private void Network_disconnected(PodsixEvent ev)
    {
        Done = true;
        Failed = ev.Reason != Reason.Local;
        Console.WriteLine("disconnected (" + ev.Reason.Name() + ")");
    }

    private void Network_error(PodsixEvent ev)
    {
        Done = Failed = true;
        Console.Error.WriteLine("lagtime: " + ev.Text + " (" + ev.Reason.Name() + ")");
    }
}

internal static class Program
{
    private const int FrameMs = 100, CloseMs = 5000;

    private static int RunServer(IEnumerable<string> addresses)
    {
        using (var server = new LagtimeServer())
        {
            bool interrupted = false; // by Ctrl-C
            Console.CancelKeyPress += (sender, e) =>
            {
                e.Cancel = true; // what is left to do is done below
                Volatile.Write(ref interrupted, true);
            };
            foreach (string address in addresses)
                server.ListenAt(address);
            while (!Volatile.Read(ref interrupted))
                server.Pump(FrameMs);
            server.Close(CloseMs, 0, "the server is closing"); // nobody misses a word, but who is too slow for it
            server.Pump(); // prints their round trips
            return 0;
        }
    }

    private static int RunClient(string address)
    {
        using (var client = new LagtimeClient(address))
        {
            while (!client.Done)
                client.Pump(FrameMs);
            return client.Failed ? 1 : 0;
        }
    }

    private static int RunDemo(long count, Mode mode)
    {
        const int printed = 10;
        using (var server = new LagtimeServer(mode, printed))
        using (var client = new LagtimeClient(server.ListenAt("127.0.0.1:0"), mode, count))
        {
            // Two hosts in one loop: neither may wait while the other has something to do.
            while (!client.Done || server.Channels.Count > 0)
            {
                server.Pump();
                client.Pump();
                Thread.Yield(); // this loop never sleeps: let the hosts' own threads run
            }
            return client.Failed ? 1 : 0;
        }
    }

    /// <summary>The demo's options; false if they are none.</summary>
    private static bool ReadOptions(IEnumerable<string> arguments, out long count, out Mode mode)
    {
        count = 1000;
        mode = Mode.Threaded;
        bool right = true;
        var left = new Queue<string>(arguments);
        while (right && left.Count > 0)
            switch (left.Dequeue())
            {
                case "--inline":
                    mode = Mode.Inline;
                    break;
                case "--count":
                    right = left.Count > 0 && long.TryParse(left.Dequeue(), out count) && count > 0;
                    break;
                default:
                    right = false;
                    break;
            }
        return right;
    }

    private static int Main(string[] arguments)
    {
        string role = arguments.FirstOrDefault();
        long count;
        Mode mode;
        try
        {
            if (role == "server")
                return RunServer(arguments.Length > 1 ? arguments.Skip(1) : new[] { "*", "podsixnet://*:31426" });
            if (role == "client" && arguments.Length <= 2)
                return RunClient(arguments.ElementAtOrDefault(1) ?? "localhost");
            if (role == "demo" && ReadOptions(arguments.Skip(1), out count, out mode))
                return RunDemo(count, mode);
        }
        catch (PodsixException e)
        {
            Console.Error.WriteLine("lagtime: " + e.Message + " (" + e.Code.Name() + ")");
            return 1;
        }
        Console.Error.WriteLine("usage: lagtime server [address...]");
        Console.Error.WriteLine("       lagtime client [address]");
        Console.Error.WriteLine("       lagtime demo [--count N] [--inline]");
        Console.Error.WriteLine("an address is tcp://host:port, where tcp:// and :port may be left out,");
        Console.Error.WriteLine("or, for programs of PodSixNet, podsixnet://host:port");
        return 2;
    }
}
