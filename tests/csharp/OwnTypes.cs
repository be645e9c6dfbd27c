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
}
