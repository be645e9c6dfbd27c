using System;
using System.Collections.Generic;
using System.Numerics;
using Podsix;

/// <summary>Reading, of what was built: a received value is the same, as Golden shows.</summary>
internal static class Values
{
    private static readonly Keys Three = new Keys("x", "y", "missing");

    private static Message Json(string json)
    {
        return new Message().FromJson(json);
    }

    public static void Are_looked_up_in_chains()
    {
        Message message = Json("{\"players\": [{\"name\": \"ada\"}, {\"name\": \"bob\"}], \"x\": 3}");
        Value value = message.Value;
        Check.Equal("bob", value["players"][1]["name"].AsString());
        Check.Equal(ValueKind.None, value["players"][2]["name"]["first"].Kind);
        Check.That(!value["nothing"].Exists && value["x"].Exists, "existence");
        Check.Equal(0, value["players"][-1].Count);
        Check.Equal(2, value.Count);
        Check.Equal(2, value["players"].Count);
        Check.That(!value["players"].IsTuple, "a list is no tuple");
        Check.That(new Message().OpenTuple().Close().Value.IsTuple, "a tuple");
        Message numbered = new Message().OpenMap().Key(7).Add("seven").Key(-1).Add("least").Close();
        Check.Equal("seven", numbered.Value.Find(7).AsString());
        Check.Equal("least", numbered.Value.Find(-1).AsString());
        Check.That(!numbered.Value.Find(8).Exists, "no eight");
        Value none = default(Value);
        Check.Equal(5, none["a"][1].AsInt(5));
        Check.Equal("", none.ToString());
    }

    public static void Are_read_many_at_once()
    {
        Message message = Json("{\"action\": \"move\", \"x\": 3, \"y\": 4.5, \"a\": 1, \"b\": 2, \"c\": 3, \"d\": 4, \"e\": 5, \"f\": 6}");
        Value value = message.Value;
        value.Fields(Three, out Value x, out Value y, out Value missing);
        Check.Equal(3, x.AsInt());
        Check.Equal(4.5f, y.AsFloat());
        Check.That(!missing.Exists, "nothing is at 'missing'");
        value.Fields(new Keys("y"), out y);
        value.Fields(new Keys("y", "x"), out y, out x);
        Check.Equal(3L, x.AsLong());
        value.Fields(new Keys("a", "b", "c", "d"), out Value a, out Value b, out Value c, out Value d);
        Check.Equal(10, a.AsInt() + b.AsInt() + c.AsInt() + d.AsInt());
        value.Fields(new Keys("a", "b", "c", "d", "e"), out a, out b, out c, out d, out Value e);
        value.Fields(new Keys("a", "b", "c", "d", "e", "f"), out a, out b, out c, out d, out e, out Value f);
        value.Fields(new Keys("a", "b", "c", "d", "e", "f", "x"), out a, out b, out c, out d, out e, out f, out x);
        value.Fields(new Keys("a", "b", "c", "d", "e", "f", "x", "y"), out a, out b, out c, out d, out e, out f, out x, out y);
        Check.Equal(21, a.AsInt() + b.AsInt() + c.AsInt() + d.AsInt() + e.AsInt() + f.AsInt());
        Check.Equal(4.5, y.AsDouble());
        x["of no map"].Fields(Three, out x, out y, out missing);
        Check.That(!x.Exists && !y.Exists, "no map has no fields");
        Check.Throws<ArgumentException>(() => Two(message));
        Check.Throws<ArgumentException>(() => new Keys());
        Check.Throws<ArgumentException>(() => new Keys("1", "2", "3", "4", "5", "6", "7", "8", "9"));
    }

    private static void Two(Message message)
    {
        message.Value.Fields(Three, out Value x, out Value y);
    }

    public static void Fall_back()
    {
        Message message = Json("[true, 3, 3.0, 3.5, 18446744073709551615, \"text\", null, 4294967296]");
        Value value = message.Value;
        Check.That(value[0].AsBool() && !value[1].AsBool() && value[1].AsBool(true), "truth");
        Check.Equal(3, value[2].AsInt());
        Check.Equal(-1, value[3].AsInt(-1));
        Check.Equal(-1L, value[4].AsLong(-1));
        Check.Equal(-1, value[7].AsInt(-1));
        Check.Equal(ulong.MaxValue, value[4].AsULong());
        Check.Equal(7UL, value[5].AsULong(7));
        Check.Equal(3.5, value[3].AsDouble());
        Check.Equal(3.5f, value[3].AsFloat());
        Check.Equal(0.5f, value[5].AsFloat(0.5f));
        Check.Equal("text", value[5].AsString());
        Check.Equal("none", value[6].AsString("none"));
        Check.Equal("text", System.Text.Encoding.UTF8.GetString(value[5].AsBytes()));
        Check.That(value[1].AsBytes() == null, "a number has no bytes");
        var buffer = new byte[3];
        Check.Equal(4, value[5].CopyBytes(buffer));
        Check.Equal("746578", Messages.Hex(buffer));
        Check.Equal(-1, value[1].CopyBytes(buffer));
    }

    public static void Are_read_strictly()
    {
        Message message = new Message().OpenList().Add(true).Add(3).Add(3.5).Add(ulong.MaxValue).Add("text").Add(new byte[] { 1 })
            .Add(BigInteger.Pow(2, 70)).Add(new Extension(9, new byte[] { 2 })).Add(1L << 40).Add(0.25f).Close();
        Value value = message.Value;
        bool b; int i; long l; ulong u; float f; double d; string s; byte[] bytes; BigInteger big; Extension extension;
        Check.That(value[0].TryRead(out b) && b && !value[1].TryRead(out b), "bool");
        Check.That(value[1].TryRead(out i) && i == 3 && !value[2].TryRead(out i) && !value[8].TryRead(out i), "int");
        Check.That(value[8].TryRead(out l) && l == 1L << 40 && !value[3].TryRead(out l), "long");
        Check.That(value[3].TryRead(out u) && u == ulong.MaxValue && !value[4].TryRead(out u), "ulong");
        Check.That(value[9].TryRead(out f) && f == 0.25f && !value[0].TryRead(out f), "float");
        Check.That(value[2].TryRead(out d) && d == 3.5 && value[1].TryRead(out d) && d == 3 && !value[4].TryRead(out d), "double");
        Check.That(value[4].TryRead(out s) && s == "text" && !value[5].TryRead(out s) && s == null, "string");
        Check.That(value[5].TryRead(out bytes) && bytes.Length == 1 && !value[4].TryRead(out bytes), "bytes");
        Check.That(value[6].TryRead(out big) && big == BigInteger.Pow(2, 70) && value[1].TryRead(out big) && big == 3, "integers of any size");
        Check.That(value[3].TryRead(out big) && big == ulong.MaxValue && !value[2].TryRead(out big) && !value[7].TryRead(out big), "and nothing else");
        Check.That(value[7].TryRead(out extension) && extension.Type == 9 && extension.Bytes[0] == 2 && !value[1].TryRead(out extension), "extension");
    }

    public static void Are_walked_through()
    {
        Message message = Json("{\"list\": [1, 2, 3], \"map\": {\"a\": 1, \"b\": 2}}");
        int sum = 0;
        foreach (Value item in message.Value["list"])
            sum += item.AsInt();
        foreach (Value item in message.Value["map"])
            sum += item.AsInt() * 10;
        Check.Equal(36, sum);
        string keys = "";
        foreach (Entry entry in message.Value["map"].Entries)
            keys += entry.Key.AsString() + entry.Value.AsInt();
        Check.Equal("a1b2", keys);
        foreach (Entry entry in message.Value["list"].Entries)
            throw new Exception("a list has no entries");
        foreach (Value item in message.Value["nothing"])
            throw new Exception("nothing has no items");
    }

    public static void Become_objects()
    {
        Message message = Json("{\"n\": null, \"b\": true, \"i\": -3, \"d\": 0.5, \"s\": \"t\", \"l\": [1, [2]], \"m\": {\"k\": 1}, \"u\": 18446744073709551615}");
        byte[] plain = message.ToMessagePack();
        message.Clear().OpenMap().SetMessagePack("json", plain).Set("big", BigInteger.Pow(2, 70))
            .Set("x", new Extension(4, new byte[] { 1, 2 })).Set("bytes", new byte[] { 3 }).Key(5).Add("five").Set("big", 1).Close();
        Dictionary<string, object> all = message.Value.ToDictionary();
        var json = (Dictionary<string, object>)all["json"];
        Check.That(json["n"] == null && (bool)json["b"] && (long)json["i"] == -3 && (double)json["d"] == 0.5 && (string)json["s"] == "t", "plain ones");
        Check.Equal(ulong.MaxValue, (ulong)json["u"]);
        var list = (List<object>)json["l"];
        Check.Equal(2L, (long)((List<object>)list[1])[0]);
        Check.Equal(1L, (long)((Dictionary<string, object>)json["m"])["k"]);
        Check.Equal(BigInteger.Pow(2, 70), (BigInteger)all["big"]);
        Check.Equal(4, ((Extension)all["x"]).Type);
        Check.Equal(3, ((byte[])all["bytes"])[0]);
        Check.Equal("five", (string)all["5"]);
        Check.Equal(5, all.Count);
        Check.Equal(0, message.Value.ToList().Count);
        Check.Equal(0, message.Value["bytes"].ToDictionary().Count);
        Check.That(message.Value["none"].ToObject() == null, "nothing is null");
        Check.That(ReferenceEquals(message.Value.ToObject().GetType(), typeof(Dictionary<string, object>)), "a map");
    }

    public static void Are_copied()
    {
        Message message = Json("{\"a\": [1, {\"b\": 2}]}");
        using (Message copy = message.Value["a"].Copy())
        using (Message nothing = message.Value["missing"].Copy())
        {
            message.Clear();
            Check.Equal(2, copy.Value[1]["b"].AsInt());
            // What a stranger left out is no mistake of who passes it on.
            Check.Equal("null", nothing.ToString());
            Check.Equal("{\"action\": \"pass\", \"on\": null}", Messages.Spaced(message.Begin("pass").Set("on", copy.Value["missing"])));
            Check.Equal("[null, 2]", Messages.Spaced(message.Clear().OpenList().Add(default(Value)).Add(copy.Value[1]["b"]).Close()));
        }
    }

    public static void Are_compared()
    {
        Message message = Json("[[1, {\"a\": 2}], [1, {\"a\": 2}], [1.0]]");
        Check.That(message.Value[0].Is(message.Value[1]), "equal");
        Check.That(!message.Value[0].Is(message.Value[2]), "not equal");
        Check.That(!message.Value[0].Is("1"), "no text");
        Check.Equal("[1.0]", message.Value[2].ToString());
    }
    public static void Of_others_are_shown_on_one_line()
    {
        const string hostile = "a\n\u001b[2J\u009b\u202e\u2028";
        const string shown = "a \ufffd[2J\ufffd\ufffd ";
        Check.Equal(shown, hostile.Printable(100));
        Check.Equal("a \u2026", hostile.Printable(3));
        Check.Equal("gr\u00fc\u00dfe \ud83c\udfae", "gr\u00fc\u00dfe \ud83c\udfae".Printable(7));
        Check.Equal("\ud83c\udfae\u2026", "\ud83c\udfae\ud83c\udfae\ud83c\udfae".Printable(2));
        Check.Equal("half \ufffd", "half \ud83c".Printable(100));
        Check.Equal(1000, new string('\u001b', 1000000).Printable(1000).Length);
        Check.Equal("", ((string)null).Printable(3));
        Check.Equal("", "text".Printable(0));
        Check.Throws<ArgumentOutOfRangeException>(() => "text".Printable(-1));

        Message message = new Message().Begin("say").Set("text", hostile);
        Check.Equal(shown, message.Value["text"].Printable(100));
        Check.Equal("a \u2026", message.Value["text"].Printable(3));
        Check.Equal("{\"action\":\u2026", message.Value.Printable(11));
        Check.Equal("", message.Value["none"].Printable(3));
        Check.Equal("\"a\\n\\u001b[2J\\u009b\\u202e\\u2028\"", message.Value["text"].ToString());
        Check.Throws<ArgumentOutOfRangeException>(() => message.Value.Printable(-1));
    }
}
