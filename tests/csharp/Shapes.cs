using System;
using System.Collections;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using Podsix;
#pragma warning disable 649 // To and TryTo assign them

/// <summary>
/// Every shape that a member may have, both ways: reflection fails with some of them where there is no JIT.
/// </summary>
internal static class Shapes
{
    private enum Side : long
    {
        Left = -5,
        Right = long.MaxValue,
    }

    private struct Place
    {
        public float x, y;
    }

    private class Virtual
    {
        public virtual int Number { get; set; }
        public virtual string Text { get; set; }
        public virtual Place Place { get; set; }
        public virtual Side Side { get; set; }
        public virtual int? Perhaps { get; set; }
        public virtual decimal Price { get; set; }
        public virtual (int, string) Pair { get; set; }
        public virtual List<Place> Places { get; set; }
    }

    private sealed class Overriding : Virtual
    {
        private int number;
        public override int Number { get { return number; } set { number = value; } }
        public override string Text { get; set; }
        public override Place Place { get; set; }
        public override Side Side { get; set; }
        public override int? Perhaps { get; set; }
        public override decimal Price { get; set; }
        public override (int, string) Pair { get; set; }
        public override List<Place> Places { get; set; }
    }

    private sealed class HalfOverriding : Virtual
    {
        public override int Number { get { return base.Number + 1; } }
        public override string Text { set { base.Text = value; } }
    }

    private interface INamed
    {
        string Name { get; set; }
        Place At { get; set; }
        int Secret { get; set; }
    }

    private sealed class Implementing : INamed
    {
        public string Name { get; set; }
        public Place At { get; set; }
        int INamed.Secret { get; set; }
    }

    private struct ImplementingStruct : INamed
    {
        public string Name { get; set; }
        public Place At { get; set; }
        int INamed.Secret { get; set; }
    }

    private abstract class Abstract
    {
        public abstract int Number { get; set; }
        public abstract Place Place { get; set; }
        public int Own { get; set; }
    }

    private sealed class Concrete : Abstract
    {
        public override int Number { get; set; }
        public override Place Place { get; set; }
    }

    private class Generic<T>
    {
        public virtual T Value { get; set; }
        public T Field;
        public List<T> List { get; set; }
    }

    private sealed class OfPlaces : Generic<Place>
    {
        public override Place Value { get; set; }
    }

    private struct GenericStruct<T>
    {
        public T Value { get; set; }
        public GenericStruct<T>[] More { get; set; }
    }

    private class Hidden
    {
        public int Number = 1, Left = 1;
        public int Text { get; set; } = 1;
        public virtual int Kept { get; set; } = 1;
    }

    private sealed class Hiding : Hidden
    {
        public new string Number = "two";
        public new int Left => 2; // read only: it hides, and is not sent
        public new string Text { get; set; } = "two";
        public override int Kept { get; set; } = 2;
    }

    // What is not a value of each object's own.
    private class LeftOut
    {
        public const int Constant = 1;
        public static int Shared = 2;
        public static int SharedToo { get; set; } = 3;
        public int Sent = 4;
        [NonSerialized] public int NotSent = 5;
        public int ReadOnly => 6;
        public int SetInside { get; private set; } = 7;
        public int WriteOnly { set { Sent = value; } }
        protected int Inner { get; set; } = 8;
        internal int Internal { get; set; } = 9;
        private int[] items = { 10 };
        public int this[int index] { get { return items[index]; } set { items[index] = value; } }
        public ref int Reference => ref items[0];
        public Span<int> Span { get { return items; } set { items = value.ToArray(); } }
        public event Action Changed { add { } remove { } }
    }

    // As the compiler makes of records and of what is set where an object is made.
    private sealed class Record
    {
        public Record(int x, string name)
        {
            X = x;
            Name = name ?? throw new ArgumentNullException();
        }

        public int X { get; set; }
        public string Name { get; set; }
        public readonly Place At;
    }

    private struct ReadOnlyStruct
    {
        public readonly int X;
        public readonly string Name;

        public ReadOnlyStruct(int x, string name)
        {
            X = x;
            Name = name;
        }
    }

    private class Walked : IEnumerable<Place>
    {
        public IEnumerator<Place> GetEnumerator()
        {
            yield return new Place { x = 1 };
            yield return new Place { y = 2 };
        }

        IEnumerator IEnumerable.GetEnumerator()
        {
            return GetEnumerator();
        }
    }

    // As Unity has them.
    private struct Vector3
    {
        public const float kEpsilon = 0.00001f;
        public static readonly Vector3 one = new Vector3 { x = 1, y = 1, z = 1 };
        public float x, y, z;

        public Vector3 normalized => one;
        public float this[int index] { get { return x; } set { x = value; } }
        public void Set(float newX) { x = newX; }
    }

    private struct Vector2Int
    {
        private int m_X, m_Y;

        public int x { get { return m_X; } set { m_X = value; } }
        public int y { get { return m_Y; } set { m_Y = value; } }
        public int sqrMagnitude => m_X * m_X + m_Y * m_Y;
    }

    [StructLayout(LayoutKind.Explicit)]
    private struct Color32
    {
        [FieldOffset(0)] private int rgba;
        [FieldOffset(0)] public byte r;
        [FieldOffset(1)] public byte g;
        [FieldOffset(2)] public byte b;
        [FieldOffset(3)] public byte a;

        internal int All => rgba;
    }

    private struct Spawn
    {
        public Vector3 at;
        public Color32 colour;
        public Vector2Int cell;
        public bool[] flags;
        public string name;
    }

    private static string Json(object value)
    {
        using (var message = new Message().Clear().Add(value))
            return Messages.Spaced(message);
    }

    /// <summary>As JSON; and what is read of it is the same again.</summary>
    private static void Both<T>(string json, T value)
    {
        Check.Equal(json, Json(value), "what is sent of a " + typeof(T));
        using (var message = new Message().Clear().Add(value))
        {
            Check.Equal(json, Json(message.Value.To<T>()), "what is read of a " + typeof(T));
            T strictly;
            Check.That(message.Value.TryTo(out strictly), "a " + typeof(T) + " is one strictly");
            Check.Equal(json, Json(strictly));
        }
    }

    private static T Filled<T>() where T : Virtual, new()
    {
        return new T { Number = 1, Text = "t", Place = new Place { x = 1, y = 2 }, Side = Side.Left, Perhaps = 3, Price = 1.50m, Pair = (4, "p"), Places = new List<Place> { new Place { y = 5 } } };
    }

    public static void May_be_virtual()
    {
        const string rest = "\"Place\": {\"x\": 1.0, \"y\": 2.0}, \"Side\": -5, \"Perhaps\": 3, \"Price\": \"1.50\", \"Pair\": [4, \"p\"], \"Places\": [{\"x\": 0.0, \"y\": 5.0}]}";
        Both("{\"Number\": 1, \"Text\": \"t\", " + rest, Filled<Virtual>());
        Both("{\"Number\": 1, \"Text\": \"t\", " + rest, Filled<Overriding>());
        // Who overrides one half has the other of its base.
        Check.Equal("{\"Number\": 2, \"Text\": \"t\", " + rest, Json(Filled<HalfOverriding>()));
        using (var message = new Message().Clear().Add(Filled<HalfOverriding>()))
            Check.Equal(3, message.Value.To<HalfOverriding>().Number);
    }

    public static void May_be_of_interfaces_and_bases()
    {
        var at = new Place { x = 1 };
        const string named = "{\"Name\": \"n\", \"At\": {\"x\": 1.0, \"y\": 0.0}}"; // what is the interface's alone is not public
        Both(named, new Implementing { Name = "n", At = at });
        Both(named, new ImplementingStruct { Name = "n", At = at });
        Both("{\"Number\": 1, \"Place\": {\"x\": 1.0, \"y\": 0.0}, \"Own\": 2}", new Concrete { Number = 1, Place = at, Own = 2 });
        Check.Equal("[" + named + "]", Json(new INamed[] { new Implementing { Name = "n", At = at } }));
    }

    public static void May_be_generic()
    {
        var at = new Place { x = 1 };
        const string place = "{\"x\": 1.0, \"y\": 0.0}";
        Both("{\"Field\": 1, \"Value\": 2, \"List\": [3]}", new Generic<int> { Field = 1, Value = 2, List = new List<int> { 3 } });
        Both("{\"Field\": \"a\", \"Value\": \"b\", \"List\": [\"c\"]}", new Generic<string> { Field = "a", Value = "b", List = new List<string> { "c" } });
        Both("{\"Field\": " + place + ", \"Value\": " + place + ", \"List\": [" + place + "]}", new Generic<Place> { Field = at, Value = at, List = new List<Place> { at } });
        Check.Equal("{\"Field\": " + place + ", \"Value\": " + place + ", \"List\": []}", Json(new OfPlaces { Field = at, Value = at, List = new List<Place>() }));
        Both("{\"Value\": 1, \"More\": [{\"Value\": 2, \"More\": []}]}", new GenericStruct<ulong> { Value = 1, More = new[] { new GenericStruct<ulong> { Value = 2, More = new GenericStruct<ulong>[0] } } });
    }

    public static void May_be_like_Unitys()
    {
        var spawn = new Spawn { at = Vector3.one, colour = new Color32 { r = 1, g = 2, b = 3, a = 255 }, cell = new Vector2Int { x = 4, y = 5 }, flags = new[] { true }, name = "n" };
        const string colour = "{\"r\": 1, \"g\": 2, \"b\": 3, \"a\": 255}";
        Both("{\"at\": {\"x\": 1.0, \"y\": 1.0, \"z\": 1.0}, \"colour\": " + colour + ", \"cell\": {\"x\": 4, \"y\": 5}, \"flags\": [true], \"name\": \"n\"}", spawn);
        Both("[" + colour + "]", new[] { spawn.colour });
        Both("{\"x\": 4, \"y\": 5}", spawn.cell);
        using (var message = new Message().Clear().Add(spawn.colour))
            Check.Equal(spawn.colour.All, message.Value.To<Color32>().All);
    }

    public static void May_hide_others()
    {
        Both("{\"Number\": \"two\", \"Text\": \"two\", \"Kept\": 2}", new Hiding());
    }

    public static void Are_left_out_where_they_are_no_value()
    {
        Both("{\"Sent\": 4}", new LeftOut());
    }

    public static void May_be_set_only_once()
    {
        Both("{\"At\": {\"x\": 0.0, \"y\": 0.0}, \"X\": 1, \"Name\": \"n\"}", new Record(1, "n"));
        Both("{\"X\": 1, \"Name\": \"n\"}", new ReadOnlyStruct(1, "n"));
    }

    public static void May_be_walked_through()
    {
        Check.Equal("[{\"x\": 1.0, \"y\": 0.0}, {\"x\": 0.0, \"y\": 2.0}]", Json(new Walked()));
        Both("[{\"x\": 1.0, \"y\": 0.0}]", new[] { new Place { x = 1 } });
        Both("[[1], []]", new[] { new[] { 1 }, new int[0] });
        Both("[true, false]", new[] { true, false });
        Both("[\"a\", \"ü\"]", new List<char> { 'a', 'ü' });
        Both("[1, null]", new int?[] { 1, null });
        Both("[\"1.5\"]", new LinkedNumbers { 1.5m });
    }

    /// <summary>A collection that is no IList.</summary>
    private sealed class LinkedNumbers : ICollection<decimal>
    {
        private readonly List<decimal> all = new List<decimal>();

        public int Count => all.Count;
        public bool IsReadOnly => false;
        public void Add(decimal item) { all.Add(item); }
        public void Clear() { all.Clear(); }
        public bool Contains(decimal item) { return all.Contains(item); }
        public void CopyTo(decimal[] array, int index) { all.CopyTo(array, index); }
        public bool Remove(decimal item) { return all.Remove(item); }
        public IEnumerator<decimal> GetEnumerator() { return all.GetEnumerator(); }
        IEnumerator IEnumerable.GetEnumerator() { return all.GetEnumerator(); }
    }

    public static void May_be_tuples()
    {
        Both("[1, \"a\"]", (1, "a"));
        Both("[1, 2.5, [3, {\"x\": 1.0, \"y\": 0.0}]]", (1, 2.5, ((byte)3, new Place { x = 1 })));
        Both("[1, \"a\"]", Tuple.Create(1, "a"));
        Both("[1, 2, 3, 4, 5, 6, 7, 8, 9]", new ValueTuple<int, int, int, int, int, int, int, ValueTuple<int, int>>(1, 2, 3, 4, 5, 6, 7, new ValueTuple<int, int>(8, 9)));
        Both("[1, 2, 3, 4, 5, 6, 7, 8, \"n\"]", new ValueTuple<int, int, int, int, int, int, int, ValueTuple<int, string>>(1, 2, 3, 4, 5, 6, 7, new ValueTuple<int, string>(8, "n")));
    }

    public static void May_be_dictionaries()
    {
        Both("{\"18446744073709551615\": 1, \"7\": 2}", new Dictionary<ulong, int> { { ulong.MaxValue, 1 }, { 7, 2 } });
        Both("{\"-3\": {\"x\": 1.0, \"y\": 0.0}}", new Dictionary<int, Place> { { -3, new Place { x = 1 } } });
        Both("{\"-5\": \"l\", \"9223372036854775807\": \"r\"}", new Dictionary<Side, string> { { Side.Left, "l" }, { Side.Right, "r" } });
        Both("{\"a\": \"b\"}", new Dictionary<char, char> { { 'a', 'b' } });
        Both("{\"[1,2]\": \"wall\"}".Replace(",", ", "), new Dictionary<(int, int), string> { { (1, 2), "wall" } });
        Both("{\"00000000-0000-0000-0000-000000000000\": 1}", new Dictionary<Guid, int> { { Guid.Empty, 1 } });
        Both("{\"1.50\": 1}", new Dictionary<decimal, int> { { 1.50m, 1 } });
        Both("{\"a\": [1]}", new Dictionary<string, List<int>> { { "a", new List<int> { 1 } } });
        Both("{\"a\": 1, \"b\": \"c\", \"d\": [null]}", new Dictionary<string, object> { { "a", 1L }, { "b", "c" }, { "d", new List<object> { null } } });
    }

    private sealed class OnlyLookedAt : IReadOnlyDictionary<ulong, Place>
    {
        private readonly Dictionary<ulong, Place> all = new Dictionary<ulong, Place> { { ulong.MaxValue, new Place { x = 1 } } };

        public Place this[ulong key] => all[key];
        public IEnumerable<ulong> Keys => all.Keys;
        public IEnumerable<Place> Values => all.Values;
        public int Count => all.Count;
        public bool ContainsKey(ulong key) { return all.ContainsKey(key); }
        public bool TryGetValue(ulong key, out Place value) { return all.TryGetValue(key, out value); }
        public IEnumerator<KeyValuePair<ulong, Place>> GetEnumerator() { return all.GetEnumerator(); }
        IEnumerator IEnumerable.GetEnumerator() { return all.GetEnumerator(); }
    }

    public static void May_be_pairs()
    {
        Check.Equal("{\"18446744073709551615\": {\"x\": 1.0, \"y\": 0.0}}", Json(new OnlyLookedAt()));
        Check.Equal("{}", Json(new KeyValuePair<int, int>[0]));
        Both("{\"5\": \"five\"}", new KeyValuePair<int, string>(5, "five"));
        // In their order, which a dictionary has none of.
        Both("{\"b\": 2, \"a\": 1}", new List<KeyValuePair<string, int>> { new KeyValuePair<string, int>("b", 2), new KeyValuePair<string, int>("a", 1) });
        Both("{\"7\": {\"x\": 1.0, \"y\": 0.0}}", new[] { new KeyValuePair<ulong, Place>(7, new Place { x = 1 }) });
    }
}
