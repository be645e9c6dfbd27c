// chat: everybody reads what anybody writes, under a nickname. The same program as chat.c, which it
// talks to.
//
//     chat server [address...]          default: tcp at port 31425 and podsixnet at port 31426, of
//                                       every address of this machine
//     chat client [address] [nickname]  default: localhost, and "anonymous"
//
// A server listens at all its addresses at once, so that programs that speak podsix (tcp://) and
// programs of PodSixNet (podsixnet://) meet in one chat.
//
// The client sends   nickname {nickname}   and   message {message};
// the server sends   players {players}     and   message {message, who}   to all.

using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using Podsix;

/// <summary>One client as the server knows it.</summary>
internal sealed class Player : Channel
{
    internal const int MaxNickname = 32, MaxLine = 1000; // in bytes

    internal string Nickname { get; private set; } = "anonymous";

    private ChatServer Server
    {
        get { return (ChatServer)Host; }
    }

    private void Network_connected()
    {
        Server.Enter(this);
    }

    private void Network_disconnected()
    {
        Server.Leave(this);
    }

    private void Network_nickname(Value data)
    {
        string nickname;
        if (!Believable(data["nickname"], MaxNickname, out nickname))
            return;
        Nickname = nickname;
        Server.SendPlayers();
    }

    private void Network_message(Value data)
    {
        string message;
        if (Believable(data["message"], MaxLine, out message))
            Server.SendToAll(new { action = "message", message, who = Nickname });
    }

    /// <summary>
    /// A client decides what it sends, the server what it believes: text, not too long, without the NULs
    /// that could spell the end of a message to PodSixNet.
    /// </summary>
    private static bool Believable(Value value, int max, out string text)
    {
        return value.TryRead(out text) && Encoding.UTF8.GetByteCount(text) <= max && text.IndexOf('\0') < 0;
    }
}

internal sealed class ChatServer : Server<Player>
{
    private const int WaitMs = 100, CloseMs = 5000;

    private readonly List<Player> players = new List<Player>(); // in the order in which they came

    internal static int Run(IEnumerable<string> addresses)
    {
        using (var server = new ChatServer())
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

    internal void Enter(Player player)
    {
        players.Add(player);
        SendPlayers();
    }

    internal void Leave(Player player)
    {
        players.Remove(player);
        SendPlayers();
    }

    internal void SendPlayers()
    {
        SendToAll(new { action = "players", players = players.Select(player => player.Nickname) });
    }

    internal void SendToAll(object message)
    {
        ThrowUnlessGone(Broadcast(message));
    }

    /// <summary>Listens, and tells where: the port may have been left to the system (":0").</summary>
    private void ListenAt(string address)
    {
        int end = address.IndexOf("://", StringComparison.Ordinal);
        string scheme = end < 0 ? "tcp" : address.Substring(0, end);
        Console.WriteLine("server launched at " + scheme + "://" + ListeningAddress(Listen(address)));
    }

    /// <summary>A program of another kind has knocked, say.</summary>
    private void Network_error(PodsixEvent ev)
    {
        Console.Error.WriteLine("chat: " + ev.Text);
    }

    private void Network_disconnected(PodsixEvent ev)
    {
        if (ev.Reason == Reason.WrongProtocol)
            Network_error(ev);
    }
}

internal sealed class ChatClient : Client
{
    private const int FrameMs = 16, CloseMs = 5000, MaxShown = 100;

    private readonly BlockingCollection<string> typed = new BlockingCollection<string>(100); // lines
    private readonly string nickname; // null for none
    private bool leaving, done, failed;

    private ChatClient(string address, string nickname) : base(address)
    {
        this.nickname = nickname;
    }

    /// <summary>Until it has left.</summary>
    internal static int Run(string address, string nickname)
    {
        using (var client = new ChatClient(address, nickname))
        {
            while (!client.done)
            {
                if (client.IsConnected && !client.leaving)
                    client.SendTyped();
                client.Pump(FrameMs);
            }
            return client.failed ? 1 : 0;
        }
    }

    private void Network_connected()
    {
        Console.WriteLine("*** connected to the server");
        if (nickname != null)
            Say(new { action = "nickname", nickname });
        // Only a thread of its own can wait for what is typed; it does not keep the program alive.
        new Thread(ReadKeyboard) { IsBackground = true }.Start();
    }

    private void Network_players(Value data)
    {
        var nicknames = new List<string>();
        foreach (Value player in data["players"])
            if (nicknames.Count < MaxShown)
                nicknames.Add(player.Printable(Player.MaxNickname));
        Console.WriteLine("*** players: " + string.Join(", ", nicknames));
    }

    private void Network_message(Value data)
    {
        // What strangers wrote moves no cursor.
        Console.WriteLine(data["who"].Printable(Player.MaxNickname) + ": " + data["message"].Printable(Player.MaxLine));
    }

    [NetworkAction("disconnected"), NetworkAction("error")]
    private void Ended(PodsixEvent ev)
    {
        done = true;
        failed = ev.Reason != Reason.Local;
        Console.WriteLine("*** disconnected: " + ev.Reason.Name() + " " + ev.Text);
    }

    private void Say(object message)
    {
        Result sent = Send(message);
        if (sent == Result.Terminator)
            Console.Error.WriteLine("chat: not sent, it ends messages of PodSixNet");
        else
            ThrowUnlessGone(sent);
    }

    private void ReadKeyboard()
    {
        using (var keyboard = new StreamReader(Console.OpenStandardInput(), new UTF8Encoding(false)))
            for (string line; (line = keyboard.ReadLine()) != null;)
                typed.Add(line);
        typed.CompleteAdding();
    }

    /// <summary>Sends the lines that have been typed, without ever waiting for one.</summary>
    private void SendTyped()
    {
        string line;
        while (typed.TryTake(out line))
            if (Encoding.UTF8.GetByteCount(line) < Player.MaxLine)
                Say(new { action = "message", message = line });
            else
                Console.Error.WriteLine("chat: the line is too long");
        if (!typed.IsCompleted)
            return;
        leaving = true; // all that was typed arrives before the goodbye
        Close(CloseMs, 0, "bye"); // what became of it, Ended hears
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
                return ChatServer.Run(arguments.Length > 1 ? arguments.Skip(1) : new[] { "*", "podsixnet://*:31426" });
            if (role == "client" && arguments.Length <= 3)
                return ChatClient.Run(arguments.ElementAtOrDefault(1) ?? "localhost", arguments.ElementAtOrDefault(2));
        }
        catch (PodsixException e)
        {
            Console.Error.WriteLine("chat: " + e.Message + " (" + e.Code.Name() + ")");
            return 1;
        }
        Console.Error.WriteLine("usage: chat server [address...]");
        Console.Error.WriteLine("       chat client [address] [nickname]");
        Console.Error.WriteLine("an address is tcp://host:port, where tcp:// and :port may be left out,");
        Console.Error.WriteLine("or, for programs of PodSixNet, podsixnet://host:port");
        return 2;
    }
}
