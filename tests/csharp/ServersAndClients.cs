using System;
using Podsix;

/// <summary>The classes to derive from, as a game does.</summary>
internal static class ServersAndClients
{
    private sealed class Mistaken : Server
    {
        internal Mistaken() : base("127.0.0.1:0") { }

        private void Network_move(ulong peer) // peer and data, or none of them
        {
        }
    }

    private class Table : Server
    {
        internal string Names = "";

        internal Table(string address) : base(address) { }

        private void Network_connected(ulong peer, Value hello)
        {
            Names += "+" + hello["name"].AsString("nobody");
            Check.Equal(Result.Ok, Send(peer, new { action = "welcome", you = peer }));
        }

        private void Network_move(ulong peer, Value data)
        {
            using (var message = new Message("moved"))
                Broadcast(message.Set("who", peer).Set("x", data["x"]));
        }

        private void Network_disconnected(Event ev)
        {
            Names += "-" + ev.Text;
        }
    }

    private sealed class Player : Client
    {
        internal ulong Me;
        internal int X;
        internal string Trouble = "";

        internal Player(string address, object hello) : base(address, hello) { }

        private void Network_connected()
        {
            Check.That(IsConnected, "it knows");
            Check.Equal(Result.Ok, Send(new { action = "move", x = 3 }));
        }

        private void Network_welcome(Value data)
        {
            Me = data["you"].AsULong();
        }

        private void Network_moved(Value data)
        {
            Check.That(data["who"].AsULong() == Me, "it was me");
            X = data["x"].AsInt();
        }

        private void Network_error(Event ev)
        {
            Trouble = ev.Reason.ToString();
        }
    }

    public static void Play()
    {
        using (var server = new Table("127.0.0.1:0"))
        {
            string address = "127.0.0.1:" + server.ListeningPort(1);
            using (var player = new Player(address, new { name = "ada" }))
            {
                Check.That(!player.IsConnected && player.Peer != 0, "not yet");
                Check.Until(() => player.X == 3, server, player);
                Check.That(player.IsConnected && player.Me != 0, "in the game");
                using (var message = new Message("move").Set("x", 4))
                    Check.Equal(Result.Ok, player.Send(message));
                Check.Until(() => player.X == 4, server, player);
                Check.Equal(Result.Ok, player.Disconnect(1, "good night"));
                Check.Until(() => !player.IsConnected && server.Names.Contains("-"), server, player);
                Check.Equal("+ada-good night", server.Names);
                player.Connect(address);
                Check.Until(() => player.IsConnected, server, player);
                Check.Equal("+ada-good night+nobody", server.Names);
            }
        }
    }

    public static void Tell_what_went_wrong()
    {
        using (var player = new Player("127.0.0.1:1", null))
        {
            Check.Until(() => player.Trouble.Length > 0, player);
            Check.Equal("Unreachable", player.Trouble);
            Check.That(!player.IsConnected, "not connected");
        }
        Check.Fails(Result.BadAddress, () => new Player("", null));
        Check.Fails(Result.BadAddress, () => new Table("no address"));
        using (var later = new Server())
        using (var client = new Client())
        {
            Check.Equal(Result.UnknownPeer, client.Send("hello"));
            client.Connect(later.ListeningAddress(later.Listen("127.0.0.1:0")));
            Check.Until(() => client.IsConnected, later, client);
        }
        // What is derived is registered by its base, and a handler of a wrong form is told there.
        Check.Throws<ArgumentException>(() => new Mistaken());
    }
}
