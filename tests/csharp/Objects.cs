using System;
using System.Collections.Generic;
using System.Numerics;
using Podsix;

/// <summary>C#'s own objects as messages.</summary>
internal static class Objects
{
    private enum Colour : byte
    {
        Red,
        Green,
    }

    private sealed class Player
    {
        public string Name { get; set; }
        public int Level;
        public Place At;
        public Colour Colour { get; set; }
        public int? Team { get; set; }
        public List<string> Things = new List<string> { "lamp", null };
        [NonSerialized] public int NotSent = 1;
        public int ReadOnly => 7;
        public static int Shared = 8;
        private int hidden = 9;

        public int this[int index]
        {
            get { return hidden + index; }
            set { hidden = value; }
        }
    }

    // As Unity's Vector3: its properties would never end.
    private struct Place
    {
        public float x, y;

        public Place Normalized
        {
            get { return this; }
            set { }
        }
    }

    private static string Json(object value)
    {
        using (var message = new Message())
            return Messages.Spaced(message.Clear().Add(value));
    }

    public static void Become_messages()
    {
        Check.Equal("{\"action\": \"move\", \"x\": 3, \"path\": [[1, 2], [3, 4]], \"no\": null}",
            Json(new { action = "move", x = 3, path = new[] { new[] { 1, 2 }, new[] { 3, 4 } }, no = (string)null }));
        Check.Equal("{\"a\": 1, \"b\": [true, \"c\", 1.5]}",
            Json(new Dictionary<string, object> { { "a", 1 }, { "b", new object[] { true, 'c', 1.5f } } }));
        Check.Equal("{\"5\": \"five\", \"-6\": 6}", Json(new Dictionary<object, object> { { 5, "five" }, { (sbyte)-6, (ushort)6 } }));
        Check.Equal("[-128, 255, -32768, 65535, -2147483648, 4294967295, -9223372036854775808, 18446744073709551615, 0.1]",
            Json(new object[] { sbyte.MinValue, byte.MaxValue, short.MinValue, ushort.MaxValue, int.MinValue, uint.MaxValue, long.MinValue, ulong.MaxValue, 0.1 }));
        Check.Equal("[1, \"two\", [3.5]]", Json((1, "two", new[] { 3.5 })));
        Check.Equal("100000000000000000000", Json(BigInteger.Pow(10, 20)));
        Check.Equal("null", Json(null));
        Check.Equal("[{\"x\": 1}]", Json(new List<object> { new Message().OpenMap().Set("x", 1).Close() }));
        Check.Equal("c402feff", Messages.Hex(new Message().Add((object)new byte[] { 0xfe, 0xff }).ToMessagePack()));
        Check.Equal("d5090102", Messages.Hex(new Message().Add((object)new Extension(9, new byte[] { 1, 2 })).ToMessagePack()));
        Check.That(new Message().Add((object)(1, 2)).Value.IsTuple, "a tuple");
    }

    public static void May_have_tuples_as_keys()
    {
        var walls = new Dictionary<(int, int), string> { { (1, 2), "wall" }, { (1, 3), "door" } };
        Compact("{\"[1,2]\":\"wall\",\"[1,3]\":\"door\"}", walls);
        Compact("{\"[[1,2],\\\"a\\\"]\":{\"[3]\":1}}", new Dictionary<((int, int), string), object> {
            { ((1, 2), "a"), new Dictionary<Tuple<int>, int> { { Tuple.Create(3), 1 } } } });
        using (var message = new Message().Clear().Add((object)walls))
        {
            foreach (Entry entry in message.Value.Entries)
                Check.That(entry.Key.IsTuple && entry.Key[0].AsInt() == 1 && walls[(1, entry.Key[1].AsInt())] == entry.Value.AsString(), "a cell");
            Check.Equal("door", (string)message.Value.ToDictionary()["[1,3]"]);
        }
        using (var cell = new Message().Clear().OpenTuple().Add(1).Add(2).Close())
        using (var message = new Message().Clear().OpenMap().Key(cell.Value).Add("wall").Close())
            Check.Equal("{\"[1,2]\":\"wall\"}", message.Value.ToString());
        using (var message = new Message().Clear().Add((object)new Dictionary<(int, int[]), int> { { (1, new[] { 2 }), 3 } }))
            Check.Equal("a key cannot be a list", message.Error);
    }

    private static void Compact(string json, object value)
    {
        using (var message = new Message().Clear().Add(value))
            Check.Equal(json, message.Value.ToString());
    }

    public static void Of_the_games_own_types_too()
    {
        var player = new Player { Name = "ada", Level = 3, At = new Place { x = 1.5f, y = -2 }, Colour = Colour.Green };
        Check.Equal("{\"Level\": 3, \"At\": {\"x\": 1.5, \"y\": -2.0}, \"Things\": [\"lamp\", null], \"Name\": \"ada\", \"Colour\": 1, \"Team\": null}", Json(player));
        player.Team = 4;
        using (var message = new Message("players").Set("all", new[] { player }))
            Check.Equal(4, message.Value["all"][0]["Team"].AsInt());
    }

    private sealed class Node
    {
        public Node Next { get; set; }
        public object Payload;
    }

    public static void Refused_are_named_by_their_place()
    {
        Says("the message.players[1].at cannot be sent: a System.Object has no", new { players = new object[] { 1, new { at = new object() } } });
        Says("the message[k].when cannot be sent: a System.Object has no", new Dictionary<string, object> { { "k", new { when = new object() } } });
        Says("the message[0] cannot be sent: a System.Action", new object[] { new Action(Become_messages) });
        Says("the message cannot be sent: a System.Object has no public fields", new object());
        Says("the message[0].Payload cannot be sent: a System.Type means nothing elsewhere", new object[] { new Node { Payload = typeof(Type) } }, "a System.");
        Says("the message[1.5] cannot be sent: a System.Double is no key; texts, integers and tuples are", new Dictionary<double, int> { { 1.5, 1 } });
        Says("the message.m cannot be sent: ", new { m = new Message("a").Close().Close() });
        var endless = new Node();
        endless.Next = endless;
        Says("the message.Next.Next.", endless);
        Says("the message[0] cannot be sent: a UnityEngine.Transform is a part of the scene", new object[] { new UnityEngine.Transform() });
        using (var world = new World())
        {
            Check.Fails(Result.Unsendable, () => world.Client.Send(world.ToServer, new { at = new object() }));
            Check.Equal(Result.Ok, world.Client.Send(world.ToServer, new { at = 1 })); // the spare message is good again
            Check.Equal("{\"at\": 1}", Messages.Spaced(world.Next(ev => ev.Data.ToString())));
        }
    }

    private static void Says(string words, object value, string upTo = null)
    {
        PodsixException e = Check.Throws<PodsixException>(() => Json(value));
        Check.Equal(Result.Unsendable, e.Code);
        int end = upTo == null ? words.Length : words.IndexOf(upTo, StringComparison.Ordinal);
        Check.That(e.Message.StartsWith(words.Substring(0, end), StringComparison.Ordinal), "'" + e.Message + "' begins with '" + words + "'");
        Check.That(e.Message.Length < 400, "the words are few");
    }

    private sealed class Sender
    {
        internal World World;

        public int Level
        {
            get
            {
                World.Client.Send(World.ToServer, new { inner = 1 });
                return 2;
            }
            set { }
        }
    }

    public static void May_send_while_they_are_read()
    {
        using (var world = new World())
        {
            world.Client.Send(world.ToServer, new Sender { World = world });
            Check.Equal("{\"inner\": 1}", Messages.Spaced(world.Next(ev => ev.Data.ToString())));
            Check.Equal("{\"Level\": 2}", Messages.Spaced(world.Next(ev => ev.Data.ToString())));
        }
    }
}
