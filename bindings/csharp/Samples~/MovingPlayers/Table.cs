using System.Linq;
using Podsix;

/// <summary>
/// The server of the sample. It has nothing of Unity in it, so it would run on a machine of its own just as
/// well.
/// </summary>
public sealed class Table : Server<Seat>
{
    public Table(string address) : base(address) { }
}

/// <summary>
/// The table's end of one connection: it knows who plays and where they are, and tells the others.
///
/// A client's hello is {name}; it sends move {x, z} and say {text}. The server sends welcome {you,
/// players: [{id, name, x, z}]} to who is new, and came {id, name, x, z}, moved {id, x, z}, said {id, text}
/// and left {id} to the others.
/// </summary>
public sealed class Seat : Channel
{
    private const float Edge = 5; // of the table, in metres from its middle
    private const int MaxName = 20, MaxText = 200; // in characters

    private static readonly Keys Place = new Keys("x", "z");

    private readonly Message moved = new Message(); // kept, so that what is sent each frame makes no garbage
    private string name = "somebody";
    private float x, z;

    private void Network_connected(Value hello)
    {
        if (hello["name"].Kind == ValueKind.String)
            name = hello["name"].Printable(MaxName);
        var players = ((Table)Host).Channels.Where(seat => seat != this)
            .Select(seat => new { id = seat.Peer, seat.name, seat.x, seat.z });
        Send(new { action = "welcome", you = Peer, players });
        Host.Broadcast(new { action = "came", id = Peer, name, x, z }, except: Peer);
    }

    private void Network_move(Value data)
    {
        // A client decides what it sends, the server what it believes.
        data.Fields(Place, out Value toX, out Value toZ);
        x = OnTable(toX.AsFloat());
        z = OnTable(toZ.AsFloat());
        Host.Broadcast(moved.Begin("moved").Set("id", Peer).Set("x", x).Set("z", z), except: Peer);
    }

    private void Network_say(Value data)
    {
        Host.Broadcast(new { action = "said", id = Peer, text = data["text"].Printable(MaxText) });
    }

    private void Network_disconnected()
    {
        Host.Broadcast(new { action = "left", id = Peer });
    }

    private static float OnTable(float place)
    {
        return place > Edge ? Edge : place > -Edge ? place : -Edge; // what is no number is at the edge too
    }
}
