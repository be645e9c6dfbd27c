using System;
using System.Collections.Generic;
using System.Numerics;
using Podsix;
#pragma warning disable 649 // To and TryTo assign them

/// <summary>Reading into the game's own types, by the rules of sending.</summary>
internal static class OwnTypes
{
    private enum Colour : byte
    {
        Red,
        Green,
    }

    private struct Place
    {
        public float x, y;
    }

    private struct Move
    {
        public int id;
        public Place to;
        public bool fast;
        public Colour colour;
        public double speed { get; set; } // not one of them: there are fields
        public ulong at;
        public char key;
    }

    private sealed class Player
    {
        public string Name { get; set; } = "nobody";
        public int Level = 1;
        public Place At;
        public Colour Colour { get; set; }
        public int? Team { get; set; }
        public List<string> Things = new List<string>();
        public Player Friend;
        [NonSerialized] public int Kept = 7;
    }

    private static Message Json(string json)
    {
        return new Message().FromJson(json);
    }

    public static void Are_structs()
    {
        Value value = Json("{\"id\": 3, \"to\": {\"x\": 1.5, \"y\": -2}, \"fast\": true, \"colour\": 1, \"at\": 18446744073709551615, \"key\": \"ü\", \"more\": 1}").Value;
        var move = value.To<Move>();
        Check.That(move.id == 3 && move.to.x == 1.5f && move.to.y == -2 && move.fast && move.colour == Colour.Green, "the members");
        Check.That(move.at == ulong.MaxValue && move.key == 'ü', "the others");
        Move strictly;
        Check.That(value.TryTo(out strictly) && strictly.Equals(move), "strictly");
    }

    public static void Are_classes()
    {
        Value value = Json("{\"Name\": \"ada\", \"Level\": 3, \"At\": {\"x\": 1, \"y\": 2}, \"Colour\": 1, \"Team\": null, \"Things\": [\"lamp\"], " +
            "\"Kept\": 1, \"Friend\": {\"Name\": \"bob\"}}").Value;
        var player = value.To<Player>();
        Check.That(player.Name == "ada" && player.Level == 3 && player.At.y == 2 && player.Colour == Colour.Green && player.Team == null, "the members");
        Check.That(player.Things.Count == 1 && player.Things[0] == "lamp" && player.Kept == 7 && player.Friend.Name == "bob" && player.Friend.Friend == null, "the others");
        Check.That(!value.TryTo(out player) && player == null, "the friend is not whole");
    }

    public static void Keep_their_defaults_for_what_is_missing_or_of_another_type()
    {
        foreach (string json in new[] { "{}", "5", "null", "[]", "\"text\"", "{\"Name\": 5, \"Level\": \"high\", \"At\": [1, 2], \"Colour\": 256, \"Team\": 1.5, \"Things\": {}, \"Friend\": \"bob\"}",
            "{\"Name\": null, \"Level\": null, \"At\": null, \"Colour\": null, \"Team\": null, \"Things\": null, \"Friend\": null}" })
        {
            Value value = Json(json).Value;
            var player = value.To<Player>();
            Check.That(player.Name == "nobody" && player.Level == 1 && player.At.x == 0 && player.Colour == Colour.Red, json);
            Check.That(player.Team == null && player.Things.Count == 0 && player.Friend == null, json);
            Check.That(!value.TryTo(out player) && player == null, json + " strictly");
            Check.That(value.To<Move>().Equals(default(Move)), json);
            Move move;
            Check.That(!value.TryTo(out move), json + " strictly");
        }
        Value none = default(Value);
        Check.That(none.To<Player>().Name == "nobody" && none.To<Move>().id == 0, "nothing");
        // What is right beside what is not is read.
        Check.Equal(3, Json("{\"id\": 3, \"to\": 1, \"fast\": []}").Value.To<Move>().id);
        Check.Equal(2f, Json("{\"to\": {\"x\": null, \"y\": 2}}").Value.To<Move>().to.y);
    }

    private struct Named
    {
        public int x;
        public string name;
    }

    private sealed class Defaults
    {
        public bool b = true;
        public sbyte i8 = 1;
        public byte u8 = 2;
        public short i16 = 3;
        public ushort u16 = 4;
        public int i32 = 5;
        public uint u32 = 6;
        public long i64 = 7;
        public ulong u64 = 8;
        public float f = 9;
        public double d { get; set; } = 10;
        public char c = 'c';
        public decimal m = 11;
        public Guid g = new Guid(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
        public DateTime t = new DateTime(2000, 1, 1);
        public DateTimeOffset o = new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
        public TimeSpan s = new TimeSpan(12);
        public Colour e = Colour.Green;
        public Place p = new Place { x = 1, y = 2 };
        public int? n = 13;
        public string text = "text";
        public int[] list = { 14 };
        public Named named = new Named { x = 1, name = "name" };
        private ulong between = ulong.MaxValue;

        internal bool Whole => between == ulong.MaxValue;
    }

    public static void Keep_the_defaults_that_a_class_gives_them()
    {
        using (var whole = new Message().Clear().Add(new Defaults()))
        {
            string json = whole.ToString();
            // The same keys, and nothing of the right type.
            foreach (var wrong in new[] { ("[]", "list"), ("{}", "p named"), ("\"no\"", "text"), ("-1.5", "fdms"), ("null", "n") })
            {
                var message = new Message().OpenMap();
                foreach (Entry entry in whole.Value.Entries)
                    if (!wrong.Item2.Contains(entry.Key.AsString()))
                        message.SetJson(entry.Key.AsString(), wrong.Item1);
                var read = message.Close().Value.To<Defaults>();
                Check.Equal(json, new Message().Add(read).ToString(), wrong.Item1);
                Check.That(read.Whole, "what lies between");
            }
            Check.That(Json("{\"p\": {\"x\": 5}, \"named\": {\"x\": 7}, \"u64\": 6}").Value.To<Defaults>() is Defaults some && some.p.x == 5 && some.p.y == 2 && some.named.name == "name" && some.named.x == 7 && some.u64 == 6 && some.i64 == 7, "some");
        }
    }

    public static void Are_never_null()
    {
        Value none = default(Value);
        Check.Equal("", none.To<string>());
        Check.Equal(0, none.To<byte[]>().Length);
        Check.Equal(0, none.To<Player[]>().Length);
        Check.Equal(0, none.To<List<Player>>().Count);
        Check.Equal(0, none.To<Dictionary<ulong, Player>>().Count);
        Check.Equal("", none.To<Tuple<string, int>>().Item1);
        Check.Equal("null", none.To<Message>().ToString());
        Check.That(none.To<object>() == null && none.To<int?>() == null, "but for what may be");
        Value list = Json("[null, {\"Name\": \"ada\"}, 5]").Value;
        foreach (Player player in list.To<List<Player>>())
            Check.That(player.Name == "nobody" || player.Name == "ada", "a whole one");
        Check.Equal(3, list.To<Player[]>().Length);
        Check.Equal("|lamp|", string.Join("|", Json("[1, \"lamp\", null]").Value.To<string[]>()));
        Player[] strictly;
        Check.That(!list.TryTo(out strictly) && strictly == null, "strictly");
    }

    private static bool Is<T>(string json)
    {
        T read;
        return Json(json).Value.TryTo(out read);
    }

    public static void Are_read_strictly()
    {
        const string whole = "{\"id\": 3, \"to\": {\"x\": 1, \"y\": 2}, \"fast\": true, \"colour\": 1, \"at\": 1, \"key\": \"k\"}";
        Check.That(Is<Move>(whole) && Is<Move>(whole.Replace("{\"id\"", "{\"more\": [], \"id\"")), "whole, and more");
        foreach (string part in new[] { "3", "{\"x\": 1, \"y\": 2}", "2}", "true", "1", "\"k\"" })
            Check.That(!Is<Move>(whole.Replace(": " + part, ": null")) && Json(whole.Replace(": " + part, ": null")).Value.To<Move>().Equals(Json(whole).Value.To<Move>()) == false, part);
        Check.That(!Is<Move>(whole.Replace("\"id\"", "\"Id\"")), "keys are as they are written");
        Check.That(Is<sbyte>("-128") && !Is<sbyte>("128") && Is<byte>("255") && !Is<byte>("-1") && !Is<short>("32768") && !Is<ushort>("65536"), "small ones");
        Check.That(!Is<int>("2147483648") && !Is<uint>("-1") && !Is<long>("18446744073709551615") && Is<ulong>("18446744073709551615") && !Is<ulong>("-1"), "large ones");
        Check.That(!Is<int>("3.0") && Is<float>("3") && Is<double>("3") && !Is<double>("9007199254740993") && !Is<bool>("1") && !Is<char>("\"ab\"") && !Is<char>("\"\""), "others");
        Check.That(Is<int?>("null") && Is<int?>("3") && !Is<int?>("3.5") && Is<object>("null"), "nullable ones");
        Check.That(Is<(int, string)>("[1, \"a\"]") && !Is<(int, string)>("[1]") && !Is<(int, string)>("[1, \"a\", 2]"), "tuples");
        Check.That(!Is<Tuple<int>>("[1, 2]") && !Is<int[]>("[1, null]") && !Is<List<int>>("[1, \"2\"]") && !Is<Dictionary<string, int>>("{\"a\": null}"), "containers");
        Check.That(!Is<KeyValuePair<string, int>>("{\"a\": 1, \"b\": 2}") && !Is<KeyValuePair<string, int>[]>("{\"a\": \"b\"}"), "pairs");
        Check.That(!Is<Dictionary<int, int>>("{\"a\": 1}") && Json("{\"a\": 1}").Value.To<Dictionary<int, int>>().Count == 0, "keys of another type are left out");
    }

    public static void Take_numbers_of_any_type()
    {
        Check.Equal(3, Json("3.0").Value.To<int>());
        Check.Equal(0, Json("3.5").Value.To<int>());
        Check.Equal(Colour.Green, Json("1.0").Value.To<Colour>());
        Check.Equal(3ul, Json("3.0").Value.To<ulong>());
        Check.Equal(0ul, Json("-3.0").Value.To<ulong>());
        Check.Equal(9007199254740992.0, Json("9007199254740993").Value.To<double>());
        Check.Equal(1.8446744073709552e19f, Json("18446744073709551615").Value.To<float>());
        Check.Equal(1.5m, Json("1.5").Value.To<decimal>());
        Check.Equal(BigInteger.Pow(10, 30), new Message().Add(BigInteger.Pow(10, 30)).Value.To<BigInteger>());
        Check.Equal(9, new Message().Add(new Extension(9, new byte[] { 1 })).Value.To<Extension>().Type);
        Check.Equal(2, new Message().Add(new byte[] { 1, 2 }).Value.To<byte[]>().Length);
        Check.Equal("{\"a\":1}", Json("{\"a\": 1}").Value.To<Message>().ToString());
        Check.Equal(1L, (long)Json("[1]").Value.To<List<object>>()[0]);
    }

    public static void Know_the_forms_of_others()
    {
        foreach (string text in new[] { "2000-12-31T23:59:58Z", "2000-12-31T23:59:58.0+00:00", "2001-01-01T00:29:58.000000000+00:30" })
        {
            Check.Equal(new DateTime(2000, 12, 31, 23, 59, 58, DateTimeKind.Utc), Json("\"" + text + "\"").Value.To<DateTime>().ToUniversalTime(), text);
            Check.Equal(new DateTimeOffset(2000, 12, 31, 23, 59, 58, TimeSpan.Zero), Json("\"" + text + "\"").Value.To<DateTimeOffset>(), text);
        }
        Check.Equal(new DateTime(2000, 12, 31), Json("\"2000-12-31\"").Value.To<DateTime>());
        foreach (string text in new[] { "", "5", "\"\"", "\"2000-\"", "\"2000-13-01\"", "\"2001-02-29\"", "\"0000-01-01\"", "\"2000-12-31T24:00:00\"", "\"2000-12-31T23:59:60Z\"",
            "\"2000-12-31T23:59:58.Z\"", "\"2000-12-31T23:59:58.0000000000Z\"", "\"2000-12-31T23:59:58+15:00\"", "\"0001-01-01T00:00:00+01:00\"", "\"9999-12-31T23:59:59-01:00\"",
            "\"2000-12-31T23:59:58Z \"", "\"2000-12-31 23:59:58\"", "\"٢000-12-31\"", "\"" + new string('1', 100000) + "\"", "[]", "1e400" })
        {
            Message message = text.Length == 0 ? new Message().AddNull() : text == "1e400" ? new Message().Add(double.PositiveInfinity) : Json(text);
            DateTime time;
            DateTimeOffset moment;
            Guid id;
            Check.That(!message.Value.TryTo(out time) && !message.Value.TryTo(out moment) && !message.Value.TryTo(out id), text);
            Check.Equal(default(DateTime), message.Value.To<DateTime>());
            if (text != "5" && !text.StartsWith("\"1"))
                Check.That(!message.Value.TryTo(out TimeSpan span) && !message.Value.TryTo(out decimal number), text);
        }
        foreach (double number in new[] { double.NaN, double.NegativeInfinity, double.MaxValue, 8e28 })
            Check.That(new Message().Add(number).Value.To<decimal>() == 0 && new Message().Add(number).Value.To<TimeSpan>() == TimeSpan.Zero, "no number");
        Check.That(Json("\"00112233445566778899aabbccddeeff\"").Value.TryTo(out Guid plain), "as Python's hex");
    }

    private sealed class Careful
    {
        private int level;

        public int Level
        {
            get { return level; }
            set { level = value > 0 ? value : throw new ArgumentOutOfRangeException(); }
        }

        public SortedByNothing Sorted = new SortedByNothing();
    }

    /// <summary>It takes one, and no more.</summary>
    private sealed class SortedByNothing : List<int>, System.Collections.IList
    {
        int System.Collections.IList.Add(object value)
        {
            Add(Count == 0 ? (int)value : throw new InvalidOperationException());
            return 0;
        }
    }

    public static void May_refuse_values()
    {
        Value value = Json("{\"Level\": -1, \"Sorted\": [1, 2]}").Value;
        var careful = value.To<Careful>();
        Check.That(careful.Level == 0 && careful.Sorted.Count == 1, "what it does not take stays as it was");
        Check.That(!value.TryTo(out careful) && !Is<SortedByNothing>("[1, 2]") && Is<SortedByNothing>("[1]"), "strictly");
        Check.Equal(3, Json("{\"Level\": 3}").Value.To<Careful>().Level);
    }

    private sealed class Broken
    {
        public int Level;

        public Broken()
        {
            throw new InvalidOperationException("not today");
        }
    }

    private struct Triple : System.Runtime.CompilerServices.ITuple
    {
        public int Length => 3;
        public object this[int index] => index;
    }

    private interface IThing
    {
        int Level { get; set; }
    }

    private abstract class Thing
    {
        public int Level;
    }

    private sealed class Outer
    {
        public int Level;
        public List<Dictionary<string, Inner>> Inners;
    }

    private sealed class Inner
    {
        public Action Callback { get; set; }
    }

    private static void Refuses<T>(string words)
    {
        PodsixException e = Check.Throws<PodsixException>(() => default(Value).To<T>()); // whatever is read
        Check.That(e.Code == Result.BadArgument && e.Message.Contains(words), "'" + e.Message + "' has '" + words + "'");
        Check.Throws<PodsixException>(() => Json("{}").Value.TryTo(out T read));
    }

    public static void Are_refused_by_their_place()
    {
        Refuses<Outer>("Outer.Inners[][].Callback cannot be read: a System.Action means nothing elsewhere");
        Refuses<IThing>("is an interface, and cannot be made");
        Refuses<Thing>("is abstract, and cannot be made");
        Refuses<Action>("means nothing elsewhere");
        Refuses<UnityEngine.Transform>("part of the scene");
        Refuses<int[,]>("several dimensions");
        Refuses<Tuple<int, int, int, int, int, int, int, Tuple<int>>>("a tuple in brackets can, of any number");
        Refuses<Triple>("a tuple in brackets can, of any number");
        Refuses<IReadOnlyList<int>>("cannot be made and filled; an array, List or Dictionary can");
        Refuses<IReadOnlyDictionary<int, int>>("cannot be made and filled; a Dictionary can");
        Refuses<Dictionary<double, int>>("a System.Double is no key; texts, integers and tuples are");
        Refuses<Version>("has no public fields or properties that can be read and written");
        Check.That(Check.Throws<PodsixException>(() => Json("{}").Value.To<Broken>()).Message.Contains("its constructor threw System.InvalidOperationException: not today"), "a constructor");
    }

    private sealed class Node
    {
        public Node Next { get; set; }
        public List<Node> Nodes;
        public Dictionary<string, Node> Named;
        public Leaf[] Leaves;
    }

    private struct Leaf
    {
        public Leaf[] Leaves;
    }

    public static void May_hold_themselves_as_deep_as_messages_go()
    {
        int deep = 0;
        foreach (string form in new[] { "{\"Next\": *}", "{\"Nodes\": [*]}", "{\"Named\": {\"n\": *}}" })
        {
            string json = "{}";
            for (int at = 0; at < (form.Length > 12 ? 127 : 255); at++)
                json = form.Replace("*", json);
            deep = 0;
            for (Node node = Json(json).Value.To<Node>(); node != null; deep++)
                node = node.Next ?? (node.Nodes == null ? node.Named == null ? null : node.Named["n"] : node.Nodes[0]);
            Check.That(deep > 127, form);
        }
        string leaves = "{}";
        for (int at = 0; at < 127; at++)
            leaves = "{\"Leaves\": [" + leaves + "]}";
        Check.Equal(1, Json(leaves).Value.To<Leaf>().Leaves.Length);
    }

    public static void May_be_many()
    {
        using (var message = new Message().Clear().OpenList())
        {
            for (int at = 0; at < 20000; at++)
                message.OpenMap().Set("x", at).Set("y", 0.5f).Close();
            message.Close();
            Place[] places = message.Value.To<Place[]>();
            Check.That(places.Length == 20000 && places[19999].x == 19999 && places[0].y == 0.5f, "an array");
            List<Place> strictly;
            Check.That(message.Value.TryTo(out strictly) && strictly.Count == 20000 && strictly[7].x == 7, "a list");
        }
    }

    /// <summary>As keys they would all be found one behind the other: the halves of each cancel out in a ulong's own hash.</summary>
    public static void May_have_keys_that_a_stranger_chose()
    {
        using (var message = new Message().Clear().OpenMap())
        {
            for (ulong at = 0; at < 20000; at++)
                message.Key(at | at << 32).Add(1);
            message.Close();
            var read = message.Value.To<Dictionary<ulong, int>>();
            Check.Equal(20000, read.Count);
            var hashes = new Dictionary<int, bool>();
            foreach (ulong key in read.Keys)
                hashes[read.Comparer.GetHashCode(key)] = true;
            Check.That(hashes.Count > 19900, "hashes that nobody can foresee");
            // Where that cannot be helped there are not so many.
            Check.Equal(1024, message.Value.To<Dictionary<Far, int>>().Count);
            Check.That(!message.Value.TryTo(out Dictionary<Far, int> far), "strictly");
            Check.Equal(20000, message.Value.To<KeyValuePair<Far, int>[]>().Length);
        }
        Check.That(Is<Dictionary<string, int>>("{\"a\": 1}") && Json("{\"a\": 1, \"b\": 2}").Value.To<Dictionary<string, int>>()["b"] == 2, "texts");
        var all = Json("{\"a\": 1, \"ü\": 2}").Value.ToDictionary();
        Check.That((long)all["ü"] == 2 && !all.ContainsKey("u"), "texts");
        Cells<(int, int)>(5000, 5000);
        Cells<(int, long)>(5000, 1024);
    }

    private enum Far : ulong
    {
        Away = 1,
    }

    private static void Cells<T>(int many, int read)
    {
        using (var message = new Message().Clear().OpenMap())
        {
            for (int at = 0; at < many; at++)
                using (var cell = new Message().Clear().Add((at, 1)))
                    message.Key(cell.Value).Add(at);
            message.Close();
            Check.Equal(read, message.Value.To<Dictionary<T, int>>().Count);
        }
    }

    private sealed class Meddling
    {
        internal static Message Read;
        public int First { get { return 0; } set { Read.Clear(); } }
        public int Second;
    }

    private sealed class Nesting
    {
        internal static Message Read;
        public Place At;
        public int First { get { return 0; } set { At.x += Read.Value["At"].To<Place>().x; } }
    }

    /// <summary>A game's code runs while one of its types is read, and may do what it likes.</summary>
    public static void May_read_and_change_messages_meanwhile()
    {
        Meddling.Read = Json("{\"First\": 1, \"Second\": 2}");
        Check.That(Meddling.Read.Value.To<Meddling>().Second == 2, "fields come first"); // and what was read is read
        Meddling.Read = Json("{\"First\": 1}");
        Check.Throws<InvalidOperationException>(() => { Value value = Meddling.Read.Value; value.To<Meddling>(); value.To<Meddling>(); });
        Nesting.Read = Json("{\"At\": {\"x\": 1, \"y\": 2}, \"First\": 1}");
        Check.Equal(2f, Nesting.Read.Value.To<Nesting>().At.x);
    }

    public static void Are_read_by_many_threads()
    {
        int wrong = 0;
        var threads = new List<System.Threading.Thread>();
        for (int number = 1; number <= 4; number++)
        {
            int mine = number;
            var thread = new System.Threading.Thread(() =>
            {
                using (var message = new Message().Clear().Add(new { id = mine, to = new { x = mine, y = mine }, of = new[] { mine } }))
                    for (int at = 0; at < 2000; at++)
                        if (message.Value.To<Move>().id != mine || message.Value["to"].To<Place>().y != mine || message.Value["of"].To<int[]>()[0] != mine)
                            wrong++;
            });
            thread.Start();
            threads.Add(thread);
        }
        foreach (System.Threading.Thread thread in threads)
            thread.Join();
        Check.Equal(0, wrong);
    }

    public static void Come_over_the_network()
    {
        using (var world = new World())
        {
            world.Client.Send(world.ToServer, new { action = "move", id = 3, to = new Place { x = 1.5f }, colour = Colour.Green });
            Check.That(world.Next(ev => { Move move = ev.Data.To<Move>(); return move.id == 3 && move.to.x == 1.5f && move.colour == Colour.Green; }), "as sent");
        }
    }
}
