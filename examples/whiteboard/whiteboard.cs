// whiteboard: everybody draws on one board, each in a colour of their own. The same program as
// whiteboard.c, which it talks to, but without a window.
//
//     whiteboard server [address...]       default: tcp at port 31425 and podsixnet at port 31426,
//                                          of every address of this machine
//     whiteboard client address --headless
//
// The client reads lines, of which each draws a point: "line X Y" where a new line starts, "point X
// Y" where it goes on. It prints what arrives, and leaves at the end of its input.
//
// The client sends   startline {point}   and   drawpoint {point},   a point being a tuple (x, y).
// The server passes both on to all, the sender too, with the player's   id,   its number as a
// string; it sends   initial {lines: {id: {color, lines: [[point, ...], ...]}}}   to who is new,
// and players {players: {id: color}}   to all on every change, a color being a list [red, green,
// blue].

using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading;
using Podsix;

// ---- what is drawn

internal struct Point
{
    internal int X, Y;

    /// <summary>As it is sent: a tuple.</summary>
    internal (int, int) Sent
    {
        get { return (X, Y); }
    }

    internal static bool TryRead(Value value, out Point point)
    {
        point = new Point { X = value[0].AsInt(int.MaxValue), Y = value[1].AsInt(int.MaxValue) };
        return value.Kind == ValueKind.List && value.Count == 2 && point.IsNear;
    }

    internal bool IsNear
    {
        get { return X == (short)X && Y == (short)Y; }
    }

    public override string ToString()
    {
        return X + "," + Y;
    }
}

internal sealed class Player
{
    // What a stranger sends cannot make the board grow: old ink fades. If each point is a line of its
    // own, and there are Board.MaxPlayers players, these are 64,000 values: one message may have
    // 65,536 (Config.MaxValues).
    private const int MaxPoints = 1000;

    private readonly Queue<KeyValuePair<Point, bool>> ink = new Queue<KeyValuePair<Point, bool>>(); // true starts a line

    internal ulong Peer; // where the server knows it
    internal string Id;
    internal int[] Color = { 0, 0, 0 };

    /// <summary>Adds a point; without any before it, a line cannot lead to it, and nothing happens.</summary>
    internal bool Draw(Point point, bool startsLine)
    {
        if (ink.Count == 0 && !startsLine)
            return false;
        if (ink.Count == MaxPoints)
            ink.Dequeue();
        ink.Enqueue(new KeyValuePair<Point, bool>(point, startsLine));
        return true;
    }

    internal List<List<Point>> Lines()
    {
        var lines = new List<List<Point>>();
        foreach (KeyValuePair<Point, bool> drop in ink)
        {
            if (drop.Value || lines.Count == 0) // what led to the first may have faded
                lines.Add(new List<Point>());
            lines[lines.Count - 1].Add(drop.Key);
        }
        return lines;
    }

    internal bool TryReadColor(Value value)
    {
        var color = new int[3];
        for (int at = 0; at < color.Length; at++)
            color[at] = value[at].AsInt(-1);
        if (value.Count != color.Length || color.Any(part => part < 0 || part > 255))
            return false;
        Color = color;
        return true;
    }

    public override string ToString()
    {
        return Id + " (" + string.Join(", ", Color) + ")";
    }
}

/// <summary>Who plays, in the order in which they came.</summary>
internal sealed class Board
{
    internal const int MaxPlayers = 16;
    private const int MaxId = 15;

    internal readonly List<Player> Players = new List<Player>();

    internal Player Find(string id)
    {
        return Players.Find(player => player.Id == id);
    }

    /// <summary>Null if the board is full, or the id is none.</summary>
    internal Player Add(string id)
    {
        if (Players.Count == MaxPlayers || id.Length == 0 || id.Length > MaxId || id.Any(c => c <= ' ' || c > '~'))
            return null;
        var player = new Player { Id = id };
        Players.Add(player);
        return player;
    }
}

// ---- the server

internal sealed class WhiteboardServer : Server
{
    private const int WaitMs = 100, CloseMs = 5000;

    private readonly Board board = new Board();
    private int numbered; // players so far; the newest one's id

    private WhiteboardServer() : base(new Config { MaxPeers = Board.MaxPlayers }) { }

    internal static int Run(IEnumerable<string> addresses)
    {
        using (var server = new WhiteboardServer())
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
                server.Pump(WaitMs);
            server.Close(CloseMs, 0, "the server is closing"); // nobody misses a word, but who is too slow for it
            return 0;
        }
    }

    /// <summary>Listens, and tells where: the port may have been left to the system (":0").</summary>
    private void ListenAt(string address)
    {
        int end = address.IndexOf("://", StringComparison.Ordinal);
        string scheme = end < 0 ? "tcp" : address.Substring(0, end);
        Console.WriteLine("server launched at " + scheme + "://" + ListeningAddress(Listen(address)));
    }

    private void Network_connected(PodsixEvent ev)
    {
        Player player = board.Add((++numbered).ToString());
        if (player == null) // one who left is still on the board: its end is on the way
        {
            Disconnect(ev.Peer, 0, "the board is full");
            return;
        }
        player.Peer = ev.Peer;
        player.Color = new[] { 1, 2, 3 }.Select(part => (numbered + part) % 3 * 84).ToArray();
        SendInitial(ev.Peer);
        SendPlayers();
    }

    private void Network_disconnected(PodsixEvent ev)
    {
        if (board.Players.Remove(Find(ev.Peer)))
            SendPlayers();
    }

    /// <summary>A program of another kind has knocked, say.</summary>
    private void Network_error(PodsixEvent ev)
    {
        Console.Error.WriteLine("whiteboard: " + ev.Text);
    }

    private void Network_startline(ulong peer, Value data)
    {
        Draw(peer, data, true);
    }

    private void Network_drawpoint(ulong peer, Value data)
    {
        Draw(peer, data, false);
    }

    /// <summary>A client decides what it sends, the server what it believes and passes on.</summary>
    private void Draw(ulong peer, Value data, bool startsLine)
    {
        Player player = Find(peer);
        Point point;
        if (player == null || !Point.TryRead(data["point"], out point) || !player.Draw(point, startsLine))
            return;
        string action = startsLine ? "startline" : "drawpoint";
        ThrowUnlessGone(Broadcast(new { action, point = point.Sent, id = player.Id }));
    }

    private void SendInitial(ulong peer)
    {
        var lines = board.Players.ToDictionary(player => player.Id, player => new
        {
            color = player.Color,
            lines = player.Lines().Select(line => line.Select(point => point.Sent)),
        });
        ThrowUnlessGone(Send(peer, new { action = "initial", lines }));
    }

    private void SendPlayers()
    {
        var players = board.Players.ToDictionary(player => player.Id, player => player.Color);
        ThrowUnlessGone(Broadcast(new { action = "players", players }));
    }

    private Player Find(ulong peer)
    {
        return board.Players.Find(player => player.Peer == peer);
    }
}

// ---- the client

internal sealed class WhiteboardClient : Client
{
    private const int FrameMs = 16, CloseMs = 5000;

    private readonly Board board = new Board();
    private readonly BlockingCollection<string> commands = new BlockingCollection<string>(100);
    private bool leaving, done, failed;

    private WhiteboardClient(string address) : base(address, null, new Config { MaxPeers = 1 }) { }

    /// <summary>Until it has left.</summary>
    internal static int Run(string address)
    {
        using (var client = new WhiteboardClient(address))
        {
            while (!client.done)
            {
                if (client.IsConnected && !client.leaving)
                    client.ObeyInput();
                client.Pump(FrameMs);
            }
            return client.failed ? 1 : 0;
        }
    }

    private void Network_connected()
    {
        Console.WriteLine("*** connected to the server");
        // Only a thread of its own can wait for input; it does not keep the program alive.
        new Thread(ReadInput) { IsBackground = true }.Start();
    }

    private void Network_initial(Value data)
    {
        board.Players.Clear();
        foreach (Entry entry in data["lines"].Entries)
        {
            Player player = Enter(entry.Key, entry.Value["color"]);
            if (player == null)
                continue;
            foreach (Value line in entry.Value["lines"])
            {
                bool startsLine = true;
                foreach (Value value in line)
                {
                    Point point;
                    if (Point.TryRead(value, out point))
                        player.Draw(point, startsLine);
                    startsLine = false;
                }
            }
        }
        Print("initial", player => player + string.Concat(player.Lines().Select(line => " / " + string.Join(" - ", line))));
    }

    private void Network_players(Value data)
    {
        // Who is not among them has left, and its lines with it.
        Dictionary<string, object> playing = data["players"].ToDictionary();
        board.Players.RemoveAll(player => !playing.ContainsKey(player.Id));
        foreach (Entry entry in data["players"].Entries)
            Enter(entry.Key, entry.Value);
        Print("players", player => player.ToString());
    }

    private void Network_startline(Value data)
    {
        Draw(data, true);
    }

    private void Network_drawpoint(Value data)
    {
        Draw(data, false);
    }

    [NetworkAction("disconnected"), NetworkAction("error")]
    private void Ended(PodsixEvent ev)
    {
        done = true;
        failed = ev.Reason != Reason.Local;
        Console.WriteLine("*** disconnected: " + ev.Reason.Name() + " " + ev.Text);
    }

    /// <summary>The player with this id, who may be new, in this colour. Null if the board has no room.</summary>
    private Player Enter(Value id, Value color)
    {
        Player player = board.Find(id.AsString()) ?? board.Add(id.AsString());
        if (player != null)
            player.TryReadColor(color);
        return player;
    }

    private void Draw(Value data, bool startsLine)
    {
        Player player = board.Find(data["id"].AsString());
        Point point;
        if (player != null && Point.TryRead(data["point"], out point) && player.Draw(point, startsLine))
            Console.WriteLine(player.Id + (startsLine ? ": startline " : ": drawpoint ") + point);
    }

    private void Print(string what, Func<Player, string> told)
    {
        Console.WriteLine("*** " + what + ": " + string.Join(", ", board.Players.Select(told)));
    }

    private void ReadInput()
    {
        for (string line; (line = Console.ReadLine()) != null;)
            commands.Add(line);
        commands.CompleteAdding();
    }

    /// <summary>Does what has been written, without ever waiting for it.</summary>
    private void ObeyInput()
    {
        string command;
        while (commands.TryTake(out command))
            Obey(command);
        if (!commands.IsCompleted)
            return;
        leaving = true; // all that was drawn arrives before the goodbye
        Close(CloseMs, 0, "bye"); // what became of it, Ended hears
    }

    private void Obey(string command)
    {
        string[] words = command.Split(new[] { ' ', '\t' }, StringSplitOptions.RemoveEmptyEntries);
        var point = new Point();
        bool isWhole = words.Length == 3 && int.TryParse(words[1], out point.X) && int.TryParse(words[2], out point.Y);
        if (!isWhole || (words[0] != "line" && words[0] != "point"))
            Console.Error.WriteLine("whiteboard: '" + command + "' is neither 'line X Y' nor 'point X Y'");
        else if (!point.IsNear)
            Console.Error.WriteLine("whiteboard: '" + command + "' lies beyond 32767");
        else
            ThrowUnlessGone(Send(new { action = words[0] == "line" ? "startline" : "drawpoint", point = point.Sent }));
    }
}

internal static class Program
{
    private static int Main(string[] arguments)
    {
        Console.OutputEncoding = new UTF8Encoding(false); // whatever the locale
        string role = arguments.FirstOrDefault();
        try
        {
            if (role == "server")
                return WhiteboardServer.Run(arguments.Length > 1 ? arguments.Skip(1) : new[] { "*", "podsixnet://*:31426" });
            if (role == "client" && arguments.Length == 3 && arguments[2] == "--headless")
                return WhiteboardClient.Run(arguments[1]);
        }
        catch (PodsixException e)
        {
            Console.Error.WriteLine("whiteboard: " + e.Message + " (" + e.Code.Name() + ")");
            return 1;
        }
        if (role == "client" && arguments.Length <= 2)
        {
            Console.Error.WriteLine("whiteboard: this program in C# has no window: use --headless, or the one in C,");
            Console.Error.WriteLine("            which has one where SDL2 is installed (on Debian: libsdl2-dev)");
            return 2;
        }
        Console.Error.WriteLine("usage: whiteboard server [address...]");
        Console.Error.WriteLine("       whiteboard client address --headless");
        Console.Error.WriteLine("an address is tcp://host:port, where tcp:// and :port may be left out,");
        Console.Error.WriteLine("or, for programs of PodSixNet, podsixnet://host:port");
        return 2;
    }
}
