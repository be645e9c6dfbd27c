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
        Check.Equal("[{}, {}]", Json(new object[] { new { }, new Dictionary<string, int>() }));
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
        Says("the message.grid cannot be sent: a System.Int32[,] has several dimensions; an array of arrays says", new { grid = new int[2, 3] });
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

    private sealed class Throwing
    {
        internal bool Lazily;
        internal string Words = "not yet";

        public int Level
        {
            get { return Lazily ? 1 : throw new InvalidOperationException(Words); }
            set { }
        }

        public IEnumerable<int> Items
        {
            get
            {
                yield return 1;
                throw new InvalidOperationException("no more");
            }
            set { }
        }
    }

    /// <summary>As a log may show it, whatever a stranger had a hand in.</summary>
    private static bool IsALine(string words)
    {
        foreach (char letter in words)
            if (char.IsControl(letter))
                return false;
        return words.Length < 400;
    }

    public static void Say_where_something_threw()
    {
        PodsixException e = Check.Throws<PodsixException>(() => Json(new { by = new[] { new Throwing() } }));
        Check.Equal("the message.by[0].Level cannot be sent: it threw System.InvalidOperationException: not yet", e.Message);
        Check.That(e.InnerException is InvalidOperationException && e.Code == Result.Unsendable, "the exception is in it");
        e = Check.Throws<PodsixException>(() => new Message("a").Set("by", new Throwing { Lazily = true }));
        Check.Equal("by.Items cannot be sent: it threw System.InvalidOperationException: no more", e.Message);
        e = Check.Throws<PodsixException>(() => Json(new { text = new[] { "half \ud83d of a pair" } }));
        Check.That(e.Message.StartsWith("the message.text[0] cannot be sent: a text has half", StringComparison.Ordinal) && e.Code == Result.BadUtf8, e.Message);
        var key = new string('k', 30) + "\u001b\n" + new string('k', 1000);
        e = Check.Throws<PodsixException>(() => Json(new Dictionary<string, object> { { key, new object() } }));
        Check.That(e.Message.StartsWith("the message[" + new string('k', 30), StringComparison.Ordinal) && IsALine(e.Message), e.Message);
        e = Check.Throws<PodsixException>(() => new Message("a").Set(key, new object()));
        Check.That(e.Message.StartsWith(new string('k', 30), StringComparison.Ordinal) && IsALine(e.Message), e.Message);
        e = Check.Throws<PodsixException>(() => Json(new Throwing { Words = key }));
        Check.That(e.Message.Contains(new string('k', 30)) && IsALine(e.Message), e.Message);
        Says("the message[null] cannot be sent: null is no key", new[] { new KeyValuePair<string, int>(null, 1) });
    }

    public static void Have_stated_forms()
    {
        var utc = new DateTime(2000, 12, 31, 23, 59, 58, 500, DateTimeKind.Utc);
        var offset = new DateTimeOffset(2000, 12, 31, 23, 59, 58, TimeSpan.FromMinutes(-90));
        Both("\"x\"", 'x');
        Both("\"ü\"", 'ü');
        Both("\"00112233-4455-6677-8899-aabbccddeeff\"", new Guid("00112233445566778899aabbccddeeff"));
        Both("\"2000-12-31T23:59:58.5000000Z\"".Replace(":", ": "), utc);
        Both("\"2000-12-31T23:59:58.5000000\"".Replace(":", ": "), DateTime.SpecifyKind(utc, DateTimeKind.Unspecified));
        Both("\"2000-12-31T23:59:58.0000000-01:30\"".Replace(":", ": "), offset);
        Both("1.5", TimeSpan.FromSeconds(1.5));
        Both("\"-19.990\"", -19.990m);
        foreach (var span in new[] { TimeSpan.Zero, new TimeSpan(1), new TimeSpan(-1), TimeSpan.FromDays(2000) + new TimeSpan(1), TimeSpan.MaxValue, TimeSpan.MinValue })
            Check.Equal(span, new Message().Set(null, (object)span).Value.To<TimeSpan>());
        foreach (var number in new[] { decimal.MaxValue, decimal.MinValue, 0m, 0.0000000000000000000000000001m })
            Check.Equal(number, new Message().Add(number).Value.To<decimal>());
        foreach (var time in new[] { DateTime.MinValue, DateTime.MaxValue, DateTime.UtcNow, DateTime.Now })
        {
            DateTime read = new Message().Add(time).Value.To<DateTime>();
            Check.That(read == time && read.Kind == time.Kind, time.ToString("O"));
        }
    }

    /// <summary>As a value and as a member of an object; and what is read of it is the same again.</summary>
    private static void Both<T>(string json, T value)
    {
        Check.Equal(json, Json(value));
        Check.Equal("{\"v\": " + json + "}", Json(new { v = value }));
        T read;
        Check.That(new Message().Add(value).Value.TryTo(out read) && Equals(read, value), json + " is read");
    }

    public static void May_be_letters()
    {
        // As numbers they would be 120: C# turns a letter into whatever number is asked for.
        using (var message = new Message("a").Set("v", 'x').Key('k').Add('y').OpenList("l").Add('z').Close().Key(ulong.MaxValue).Add(1).Key(7ul).Add(2))
            Check.Equal("{\"action\": \"a\", \"v\": \"x\", \"k\": \"y\", \"l\": [\"z\"], \"18446744073709551615\": 1, \"7\": 2}", Messages.Spaced(message));
        Check.Fails(Result.BadUtf8, () => new Message("a").Set("v", '\ud83d'));
    }

    public static void May_have_peers_as_keys()
    {
        var scores = new Dictionary<ulong, int> { { 7, 1 }, { ulong.MaxValue, 2 }, { 1ul << 63, 3 } };
        using (var message = new Message().Clear().Add(scores))
        {
            foreach (KeyValuePair<ulong, int> score in scores)
                Check.Equal(score.Value, message.Value.Find(score.Key).AsInt());
            Check.That(!message.Value.Find(ulong.MaxValue - 1).Exists && !message.Value.Find(8ul).Exists && !message.Value["7"].Exists, "no other key");
        }
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
