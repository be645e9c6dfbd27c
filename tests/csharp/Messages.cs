using System;
using System.Numerics;
using Podsix;

/// <summary>Building messages, which are read back as JSON.</summary>
internal static class Messages
{
    public static void Are_built_call_by_call()
    {
        using (var message = new Message("move"))
        {
            message.Set("x", 3).Set("f", 0.5f).Set("d", 1.25).Set("yes", true).Set("large", ulong.MaxValue).Set("name", "ada")
                .Set("no text", (string)null).Set("no bytes", (byte[])null).SetNull("nothing").Set("big", BigInteger.Pow(10, 20))
                .OpenList("list").Add(1).Add(2u).Add(1.5f).Add(2.5).Add(false).Add("t").AddNull().OpenMap().Key(5).Add("five").Close()
                .OpenTuple().Add(ulong.MaxValue).Close().Close()
                .SetJson("json", "[1, {\"a\": null}]").OpenMap("empty").Close();
            Check.Equal("", message.Error);
            Check.Equal("{\"action\": \"move\", \"x\": 3, \"f\": 0.5, \"d\": 1.25, \"yes\": true, \"large\": 18446744073709551615, " +
                "\"name\": \"ada\", \"no text\": null, \"no bytes\": null, \"nothing\": null, \"big\": 100000000000000000000, " +
                "\"list\": [1, 2, 1.5, 2.5, false, \"t\", null, {\"5\": \"five\"}, [18446744073709551615]], " +
                "\"json\": [1, {\"a\": null}], \"empty\": {}}", Spaced(message));
        }
    }

    public static void Take_one_value_of_any_kind()
    {
        using (var message = new Message())
        {
            Check.Equal("3", message.Clear().Add(3).ToString());
            Check.Equal("\"text\"", message.Clear().Add("text").ToString());
            Check.Equal("-5", message.Clear().Add(new BigInteger(-5)).ToString());
            Check.Equal("null", message.Clear().Add((byte[])null).ToString());
            Check.Equal("[1]", message.FromJson("[1]").ToString());
            Check.Equal("{\"a\": [true]}", Messages.Spaced(message.Clear().AddJson("{\"a\": [true]}")));
            Check.Equal("{\"action\":\"move\"}", message.Begin("move").ToString().Replace(" ", ""));
            Check.Equal("93010203", Hex(message.Clear().AddMessagePack(new byte[] { 0x93, 1, 2, 3 }).ToMessagePack()));
            Check.Equal("c40201ff", Hex(message.Clear().Add(new byte[] { 1, 255 }).ToMessagePack()));
            Check.Equal("c400", Hex(message.Clear().Add(Array.Empty<byte>()).ToMessagePack()));
            Check.Equal("c402feff", Hex(message.Clear().Add(new ReadOnlySpan<byte>(new byte[] { 1, 0xfe, 0xff }, 1, 2)).ToMessagePack()));
            Check.Equal("d405aa", Hex(message.Clear().Add(new Extension(5, new byte[] { 0xaa })).ToMessagePack()));
            Check.Equal("ca3f000000", Hex(message.Clear().Add(0.5f).ToMessagePack()));
            Check.Equal("81a161c0", Hex(message.Clear().OpenMap().SetMessagePack("a", new byte[] { 0xc0 }).Close().ToMessagePack()));
        }
    }

    public static void Take_any_text_and_key()
    {
        string longer = new string('ü', 300), nul = "a\0b", emoji = "🎮日本語";
        using (var message = new Message())
        {
            message.OpenMap().Set(longer, emoji).Set(nul, 1).Set("", longer).Key(nul).Add(nul).Close();
            Check.Equal("", message.Error);
            Check.Equal(emoji, message.Value[longer].AsString());
            Check.Equal(1, message.Value[nul].AsInt());
            Check.Equal(longer, message.Value[""].AsString());
            Check.Equal(4, message.Value.Count);
            Check.That(message.Value[longer].Is(emoji), "the same text");
            Check.That(!message.Value[longer].Is("🎮日本"), "a shorter text");
            Check.That(!message.Value[longer].Is("🎮日本語!"), "a longer text");
            Check.That(!message.Value[longer].Is("🎲日本語"), "another text");
        }
    }

    public static void Remember_the_first_mistake()
    {
        using (var world = new World())
        using (var message = new Message())
        {
            Check.Fails(Result.BadMessage, () => world.Client.Send(world.ToServer, message)); // empty
            message.Begin("move").Close().Close();
            string words = message.Error;
            Check.That(words.Length > 0, "words");
            Check.Equal(words, message.Set("x", 1).Error);
            Check.Equal(ValueKind.None, message.Value.Kind);
            Check.Equal("", message.ToString());
            Check.Equal(0, message.ToMessagePack().Length);
            Check.Fails(Result.BadMessage, () => world.Client.Send(world.ToServer, message));
            Check.Equal("", message.Begin("move").Error);
            Check.Fails(Result.BadJson, () => world.Client.Send(world.ToServer, message.FromJson("{")));
            Check.Fails(Result.BadArgument, () => message.Begin("a\0b"));
            Check.Fails(Result.BadUtf8, () => message.Begin("half \ud83d of a pair"));
            Check.Fails(Result.BadUtf8, () => message.Clear().Add("half \ud83d of a pair"));
            Check.Fails(Result.BadUtf8, () => message.Begin("a").Set("\udc00", 1));
        }
    }

    public static void End_by_dispose()
    {
        var message = new Message("move");
        message.Dispose();
        message.Dispose();
        Check.Throws<ObjectDisposedException>(() => message.Set("x", 1));
        Check.Throws<ObjectDisposedException>(() => message.Begin("x"));
        Check.Throws<ObjectDisposedException>(() => message.ToString());
        using (var host = new Host())
            Check.Throws<ObjectDisposedException>(() => host.Broadcast(message));
    }

    internal static string Hex(byte[] bytes)
    {
        return BitConverter.ToString(bytes).Replace("-", "").ToLowerInvariant();
    }

    /// <summary>JSON with a space behind each comma and colon, however the library writes it.</summary>
    internal static string Spaced(object json)
    {
        return json.ToString().Replace(", ", ",").Replace(": ", ":").Replace(",", ", ").Replace(":", ": ");
    }
}
