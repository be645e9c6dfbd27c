using System;
using System.Reflection;
using Podsix;

/// <summary>
/// What is allocated: nothing per message, received or sent, as long as fields are read as numbers.
/// </summary>
internal static class Garbage
{
    private static readonly Keys Move = new Keys("id", "x", "y", "t");

    // Mono has it too, but shows it to itself alone.
    private static readonly Func<long> Allocated = (Func<long>)Delegate.CreateDelegate(typeof(Func<long>),
        typeof(GC).GetMethod("GetAllocatedBytesForCurrentThread", BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic));

    private sealed class Counter
    {
        internal int Moves, Others;
        internal double Sum;

        private void Network_move(ulong peer, Value data)
        {
            data.Fields(Move, out Value id, out Value x, out Value y, out Value t);
            long read;
            Sum += id.AsInt() + x.AsFloat() + y.AsDouble() + t.AsULong() + data["x"].AsDouble() + (id.TryRead(out read) ? 1 : 0);
            Moves++;
        }

        private void Network_list(PodsixEvent ev)
        {
            foreach (Value item in ev["list"])
                Sum += item.AsInt();
            foreach (Entry entry in ev["map"].Entries)
                Sum += entry.Key.Is("a") ? entry.Value.AsInt() : 0;
            if (ev.Is("list") && ev["name"].Is("grüße") && ev.Data.Count == 4)
                Others++;
        }

        private void Network(PodsixEvent ev)
        {
            Sum += ev.Code + (int)ev.Kind;
        }
    }

    private struct Place
    {
        public float x, y;
    }

    private enum Pace : short
    {
        Slow,
        Fast,
    }

    private struct Step
    {
        public Place from, to;
        public Pace pace;
        public char key;
        public bool last;
        public (int, double) pair;
        public Guid id;
        public DateTime when;
        public DateTimeOffset moment;
        public TimeSpan span;
        public decimal price;
        public sbyte a; public byte b; public ushort c; public uint d; public long e; public ulong f;
    }

    private struct Properties
    {
        public int Id { get; set; }
        public Place At { get; set; }
    }

    public static void Structs_are_read_without_any()
    {
        var place = new Place { x = 0.5f, y = -1 };
        var step = new Step {
            from = place, to = place, pace = Pace.Fast, key = 'k', last = true, pair = (3, 0.5), id = Guid.NewGuid(), when = DateTime.UtcNow,
            moment = DateTimeOffset.Now, span = TimeSpan.FromSeconds(1.5), price = 19.99m, a = -1, b = 2, c = 3, d = 4, e = 5, f = ulong.MaxValue,
        };
        var properties = new Properties { Id = 7, At = place };
        using (Message steps = new Message().Clear().Add(step), others = new Message().Clear().Add(properties), numbers = new Message().Clear().Add(3))
        {
            Func<object> read = () =>
            {
                for (int i = 0; i < 1000; i++)
                {
                    Step strictly;
                    if (!steps.Value.TryTo(out strictly) || strictly.span != step.span || strictly.price != step.price || strictly.moment != step.moment)
                        throw new Exception("not read");
                    if (others.Value.To<Properties>().At.y != -1 || numbers.Value.To<Pace>() != (Pace)3 || others.Value.To<Step>().b != 0)
                        throw new Exception("not read");
                }
                return null;
            };
            read();
            Check.Equal(0L, Seen(read), "bytes allocated for 4,000 structs");
            Check.Equal(step, steps.Value.To<Step>());
        }
    }

    private sealed class Places
    {
        internal double Sum;
        internal int Count;

        private void Network_place(ulong peer, Place place)
        {
            Sum += place.x;
        }

        private void Network_place(Place place)
        {
            Sum += place.y;
            Count++;
        }
    }

    public static void Handlers_that_take_structs_make_none()
    {
        using (var world = new World(Mode.Inline))
        using (var message = new Message())
        {
            var places = new Places();
            world.Server.AddListener(places);
            world.Server.On<Place>("place", (peer, place) => places.Sum += place.x); // compiles it for both, where there is no JIT
            Func<object> play = () =>
            {
                int begun = places.Count;
                for (int i = 0; i < 1000; i++)
                {
                    world.Client.Send(world.ToServer, message.Begin("place").Set("x", 1).Set("y", 0.5));
                    while (places.Count == begun + i)
                    {
                        world.Server.Pump();
                        world.Client.Pump();
                    }
                }
                return null;
            };
            play();
            Check.Equal(0L, Seen(play), "bytes allocated for 1,000 messages");
            Check.Equal(2000 * 2.5, places.Sum);
        }
    }

    private sealed class Walk
    {
        public Step step;
        public int Number { get; set; } = 1;
        public double real;
    }

    public static void Classes_and_arrays_are_one_object()
    {
        var walk = new Walk { real = 2, step = new Step { id = Guid.NewGuid() } };
        using (Message one = new Message().Clear().Add(walk), many = new Message().Clear().Add(new[] { walk.step, walk.step, walk.step }))
        {
            Func<object> read = () => one.Value.To<Walk>(), readMany = () => many.Value.To<Step[]>();
            for (int warm = 0; warm < 10; warm++)
                Check.That(((Walk)read()).real == 2 && ((Step[])readMany()).Length == 3, "they are read");
            Check.Equal(Seen(() => new Walk()), Seen(read), "bytes allocated for a class");
            long array = Seen(() => new Step[3]);
            long seen = Seen(readMany); // Mono makes another array of the length that is wanted
            Check.That(seen >= array && seen <= array + 64, seen + " bytes allocated for an array of " + array);
        }
    }

    public static void A_million_messages_make_none()
    {
        Check.That(Seen(() => new byte[1000]) >= 1000, "allocations are counted");
        using (var world = new World(Mode.Inline))
        using (var message = new Message())
        {
            var counter = new Counter();
            world.Server.AddListener(counter);
            using (var source = new System.Threading.CancellationTokenSource())
                world.Server.Ask(world.ToClient, "never answered", null, int.MaxValue, source.Token);
            Play(world, message, counter, 1000); // finds handlers, compiles, makes room
            int collections = GC.CollectionCount(0);
            long bytes = Seen(() =>
            {
                Play(world, message, counter, 1000000);
                return null;
            });
            Check.Equal(0L, bytes, "bytes allocated for 1,000,000 messages");
            Check.Equal(collections, GC.CollectionCount(0), "collections");
            Check.Equal(counter.Moves, counter.Others * 99, "messages of both kinds");
        }
    }

    private sealed class Deaf
    {
        internal int Heard;

        private void Network_last()
        {
            Heard++;
        }
    }

    public static void What_nobody_listens_to_makes_none()
    {
        Warnings.Show = text => { };
        using (var world = new World(Mode.Inline))
        using (var message = new Message())
        {
            var deaf = new Deaf();
            var actions = new string[40]; // more than are told of
            for (int at = 0; at < actions.Length; at++)
                actions[at] = "unheard " + at;
            world.Server.AddListener(deaf);
            PlayUnheard(world, message, actions, deaf, 100);
            Check.Equal(0L, Seen(() =>
            {
                PlayUnheard(world, message, actions, deaf, 1000);
                return null;
            }), "bytes allocated for 40,000 messages");
        }
        Warnings.Show = null;
    }

    private static void PlayUnheard(World world, Message message, string[] actions, Deaf deaf, int rounds)
    {
        for (int round = 0; round < rounds; round++)
        {
            int before = deaf.Heard;
            foreach (string action in actions)
                world.Client.Send(world.ToServer, message.Begin(action));
            world.Client.Send(world.ToServer, message.Begin("last"));
            while (deaf.Heard == before)
            {
                world.Server.Pump();
                world.Client.Pump();
            }
        }
    }

    private static long Seen(Func<object> work)
    {
        long before = Allocated();
        GC.KeepAlive(work());
        return Allocated() - before;
    }

    private static void Play(World world, Message message, Counter counter, int messages)
    {
        const int burst = 100;
        int begun = counter.Moves + counter.Others;
        for (int sent = 0; sent < messages;)
        {
            for (int i = 0; i < burst; i++, sent++)
            {
                if (i == 0)
                    message.Begin("list").Set("name", "grüße").OpenList("list").Add(1).Add(2).Close().OpenMap("map").Set("a", 1).Close();
                else
                    message.Begin("move").Set("id", sent % 1000).Set("x", sent * 0.5f).Set("y", 20.25).Set("t", (ulong)sent);
                if (world.Client.Send(world.ToServer, message) != Result.Ok)
                    throw new Exception("not sent");
            }
            while (counter.Moves + counter.Others - begun < sent)
            {
                world.Server.Pump();
                world.Client.Pump();
            }
        }
    }
}
