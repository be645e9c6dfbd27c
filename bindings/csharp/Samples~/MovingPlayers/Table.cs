using System.Collections.Generic;
using Podsix;

/// <summary>
/// The server of the sample: it knows who plays and where they are, and tells everybody. It has nothing of
/// Unity in it, so it would run on a machine of its own just as well.
///
/// A client's hello is {name}; it sends move {x, z} and say {text}. The server sends welcome {you,
/// players: [{id, name, x, z}]} to who is new, and came {id, name, x, z}, moved {id, x, z}, said {id, text}
/// and left {id} to the others.
/// </summary>
public sealed class Table : Server
{
    private const float Edge = 5; // of the table, from its middle
    private const int MaxName = 20, MaxText = 200; // in characters

    private static readonly Keys Place = new Keys("x", "z");

    private readonly Dictionary<ulong, Player> players = new Dictionary<ulong, Player>();
    private readonly Message moved = new Message(); // kept, so that what is sent each frame makes no garbage

    public Table(string address) : base(address) { }

    private void Network_connected(ulong peer, Value hello)
    {
        var player = new Player { id = peer, name = Shortened(hello["name"], MaxName) };
        Send(peer, new { action = "welcome", you = peer, players = players.Values });
        Broadcast(new { action = "came", player.id, player.name, player.x, player.z }, except: peer);
        players.Add(peer, player);
    }

    private void Network_move(ulong peer, Value data)
    {
        // A client decides what it sends, the server what it believes.
        data.Fields(Place, out Value x, out Value z);
        Player player = players[peer];
        player.x = OnTable(x.AsFloat());
        player.z = OnTable(z.AsFloat());
        Broadcast(moved.Begin("moved").Set("id", peer).Set("x", player.x).Set("z", player.z), except: peer);
    }

    private void Network_say(ulong peer, Value data)
    {
        Broadcast(new { action = "said", id = peer, text = Shortened(data["text"], MaxText) });
    }

    private void Network_disconnected(ulong peer, Value data)
    {
        players.Remove(peer);
        Broadcast(new { action = "left", id = peer });
    }

    private static float OnTable(float place)
    {
        return place > Edge ? Edge : place > -Edge ? place : -Edge; // not a number is -Edge too
    }

    private static string Shortened(Value text, int max)
    {
        string all = text.AsString("somebody");
        return all.Length <= max ? all : all.Substring(0, char.IsHighSurrogate(all[max - 1]) ? max - 1 : max);
    }

    /// <summary>As it is sent: the public fields.</summary>
    private sealed class Player
    {
        public ulong id;
        public string name;
        public float x, z;
    }
}
