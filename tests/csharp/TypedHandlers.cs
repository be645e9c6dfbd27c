using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Podsix;

/// <summary>Handlers that take the game's own types, handlers that answer, and those without an object: On.</summary>
internal static class TypedHandlers
{
    internal struct Step
    {
        public int x;
        public float z;
    }

    internal struct Rare // which only reflection hands over
    {
        public int x;
    }

    internal sealed class Say
    {
        public string text = "";
        public List<int> to = new List<int>();
    }

    internal sealed class Price
    {
        public int price;
    }

    internal struct Stock
    {
        public int left;
    }

    private static string heard = "";

    private static void Hear(string what)
    {
        heard += what + ";";
    }

    private class Base
    {
        private void Network_say(Say say)
        {
            Hear("base " + say.text);
        }
    }

    private sealed class Game : Base
    {
        private void Network_step(ulong peer, Step step)
        {
            Hear("step " + (peer != 0) + " " + step.x + " " + step.z);
        }

        private void Network_step(Step step)
        {
            Hear("alone " + step.x);
        }

        private void Network_say(ulong peer, Say say)
        {
            Hear("say " + say.text + " " + string.Join(" ", say.to));
        }

        private static void Network_rare(ulong peer, Rare rare)
        {
            Hear("rare " + rare.x);
        }

        private void Network_rare(Rare rare)
        {
            if (rare.x < 0)
                throw new FormatException("rare");
        }

        [NetworkAction("table")]
        private void OnTable(Dictionary<string, object> table)
        {
            Hear("table " + table["n"]);
        }

        private void Network_connected(ulong peer, Say hello)
        {
            Hear("connected " + hello.text);
        }
    }

    private static string Heard(World world, object message)
    {
        heard = "";
        world.Client.Send(world.ToServer, message);
        world.Client.Send(world.ToServer, new { action = "end of it" });
        Check.Until(() => heard.EndsWith("end;", StringComparison.Ordinal), world.Server);
        return heard.Substring(0, heard.Length - 4);
    }

    public static void Take_types_of_the_games_own()
    {
        using (var world = new World())
        {
            world.Server.AddListener(new Game());
            world.Server.On("end of it", (peer, data) => Hear("end"));
            Check.Equal("step True 3 1.5;alone 3;", Heard(world, new { action = "step", x = 3, z = 1.5 }));
            Check.Equal("base hi;say hi 1 2;", Heard(world, new { action = "say", text = "hi", to = new[] { 1, 2 } }));
            Check.Equal("rare 7;", Heard(world, new Dictionary<string, object> { ["action"] = "rare", ["x"] = 7 }));
            Check.Equal("table 5;", Heard(world, new { action = "table", n = 5 }));
            // What a stranger sends is no reason to throw.
            Check.Equal("step True 0 0;alone 0;", Heard(world, new { action = "step", x = "three", z = new[] { 1 } }));
            Check.Equal("step True 0 2;alone 0;", Heard(world, new { action = "step", x = 5000000000, z = 2 }));
            Check.Equal("base ;say  ;", Heard(world, new { action = "say", text = 5, to = "you" }));
            Exception thrown = null;
            world.Server.OnHandlerError += (peer, error) => thrown = error;
            Check.Equal("rare -1;", Heard(world, new { action = "rare", x = -1 }));
            Check.That(thrown is FormatException && thrown.StackTrace.Contains("Network_rare"), "as it was thrown: " + thrown);
            heard = "";
            world.Client.Connect(world.Address, new { text = "I am new" });
            world.Client.Connect(world.Address);
            const string both = "connected ;connected I am new;"; // in either order
            Check.Until(() => heard.Length >= both.Length, world.Server, world.Client);
            Check.That(heard.Length == both.Length && heard.Contains("I am new"), heard);
        }
    }

    private sealed class OfText
    {
        private void Network_say(ulong peer, string text) { }
    }

    private sealed class OfList
    {
        private void Network_say(int[] all) { }
    }

    private sealed class OfAction
    {
        private void Network_say(Action action) { }
    }

    private sealed class OfBoth
    {
        private void Network_say(Say say, ulong peer) { }
    }

    private sealed class OfThree
    {
        private void Network_say(ulong peer, Say say, int more) { }
    }

    private sealed class ToList
    {
        private int[] Network_say(Say say)
        {
            return null;
        }
    }

    private sealed class ToNumber
    {
        private Task<int> Network_say(Say say)
        {
            return null;
        }
    }

    private sealed class ToCoroutine
    {
        private System.Collections.IEnumerator Network_say(ulong peer)
        {
            yield break;
        }
    }

    private sealed class ToValueTask
    {
        private async ValueTask<Price> Network_say(Say say)
        {
            await Task.Yield();
            return null;
        }
    }

    private sealed class ToText
    {
        private string Network_say()
        {
            return "";
        }
    }

    private sealed class ToStruct
    {
        private Stock Network_say(Value data)
        {
            return new Stock();
        }
    }

    public static void That_are_mistakes_are_refused()
    {
        using (var host = new Host())
        {
            foreach (object wrong in new object[] { new OfText(), new OfList(), new OfAction(), new OfBoth(), new OfThree(), new ToList(), new ToNumber(), new ToStruct(),
                new ToCoroutine(), new ToValueTask(), new ToText() })
            {
                string words = Check.Throws<ArgumentException>(() => host.AddListener(wrong)).Message;
                Check.That(words.Contains(".Network_say cannot be called for an event: ") && words.Contains("it must take (), "), words);
            }
            Check.Fails(Result.BadArgument, () => host.On<Action>("x", (peer, data) => { }));
            Check.Fails(Result.BadArgument, () => host.Ask<Action>(1, "x"));
            Check.Fails(Result.BadArgument, () => host.Ask<int>(1, "x"));
            Check.Fails(Result.BadArgument, () => host.On<string>("x", (peer, data) => { }));
            Check.Fails(Result.BadArgument, () => host.OnAsk<int[]>("x", (peer, data) => new { yes = true }));
            Check.Throws<ArgumentNullException>(() => host.On(null, (peer, data) => { }));
            Check.Throws<ArgumentNullException>(() => host.On("x", (EventAction)null));
        }
    }

    public static void Of_On_are_called_in_their_turn()
    {
        using (var world = new World())
        {
            Host server = world.Server;
            IDisposable first = server.On("step", (peer, data) => Hear("first " + (peer == world.ToClient) + data["x"].AsInt()));
            server.AddListener(new Game());
            server.On<Step>("step", (peer, step) => Hear("typed " + step.x));
            server.On<Say>("say", (peer, say) => Hear("said " + say.text));
            server.On("step", ev => Hear("event " + ev.Action));
            IDisposable once = null;
            once = server.On("step", (peer, data) =>
            {
                Hear("once");
                once.Dispose();
                once.Dispose();
                server.On("step", ev => Hear("later"));
            });
            server.On("наш", (peer, data) => Hear("ours"));
            server.On("disconnected", ev => Hear("left " + ev.Text));
            server.On("end of it", (peer, data) => Hear("end"));
            Check.Equal("first True3;step True 3 0;alone 3;typed 3;event step;once;", Heard(world, new { action = "step", x = 3 }));
            first.Dispose();
            Check.Equal("step True 4 0;alone 4;typed 4;event step;later;", Heard(world, new { action = "step", x = 4 }));
            Check.Equal("base a;say a ;said a;", Heard(world, new { action = "say", text = "a" }));
            Check.Equal("ours;", Heard(world, new { action = "наш" }));
            Check.Equal("", Heard(world, new { action = "disconnected" }));
            Check.Equal("", Heard(world, new { action = "steps" }));
            heard = "";
            world.Client.Disconnect(world.ToServer, 0, "bye");
            Check.Until(() => heard.Length > 0, server, world.Client);
            Check.Equal("left bye;", heard);
        }
    }

    // ---- answers

    private sealed class Shop
    {
        internal readonly List<TaskCompletionSource<object>> Waiting = new List<TaskCompletionSource<object>>();

        private Price Network_class(ulong peer, Say say)
        {
            return new Price { price = say.text.Length };
        }

        private Stock Network_struct(Step step)
        {
            return new Stock { left = step.x + 1 };
        }

        private object Network_anonymous(Value data)
        {
            return data["none"].AsBool() ? null : new { price = data["x"].AsInt() };
        }

        private Dictionary<string, int> Network_table(ulong peer, Value data)
        {
            return new Dictionary<string, int> { ["price"] = 4 };
        }

        private object Network_event(PodsixEvent ev)
        {
            return new { price = ev["x"].AsInt() + 1 };
        }

        private Price Network_who(ulong peer)
        {
            return new Price { price = peer == 0 ? 0 : 6 };
        }

        private Price Network_nothing()
        {
            return new Price { price = 7 };
        }

        private async Task<object> Network_late(ulong peer)
        {
            Waiting.Add(new TaskCompletionSource<object>());
            return await Waiting[Waiting.Count - 1].Task;
        }

        private async Task<Price> Network_typed(ulong peer, Step step)
        {
            await Task.Yield();
            return new Price { price = step.x };
        }

        private async Task<Stock> Network_stock(Step step)
        {
            await Task.Yield();
            return new Stock { left = step.x };
        }

        private async Task<object> Network_copy(ulong peer, Message data)
        {
            await Task.Yield();
            return new { price = data.Value["x"].AsInt() };
        }

        private async Task Network_unanswered(Step step)
        {
            await Task.Yield();
            if (step.x < 0)
                throw new FormatException("later");
        }

        private object Network_number()
        {
            return 5;
        }

        private Price Network_throws(ulong peer, Step step)
        {
            throw new FormatException("at once");
        }
    }

    private static int Answer(World world, string action, object question, string key = "price")
    {
        Task<Message> asked = world.Client.Ask(world.ToServer, action, question);
        Check.Until(() => asked.IsCompleted, world.Server, world.Client);
        return asked.Result.Value[key].AsInt(-1);
    }

    public static void That_return_something_answer()
    {
        using (var world = new World())
        {
            var shop = new Shop();
            world.Server.AddListener(shop);
            Check.Equal(5, Answer(world, "class", new { text = "sword" }));
            Check.Equal(3, Answer(world, "struct", new { x = 2 }, "left"));
            Check.Equal(8, Answer(world, "anonymous", new { x = 8 }));
            Check.Equal(4, Answer(world, "table", null));
            Check.Equal(3, Answer(world, "event", new { x = 2 }));
            Check.Equal(6, Answer(world, "who", null));
            Check.Equal(7, Answer(world, "nothing", null));
            Check.Equal(9, Answer(world, "typed", new { x = 9 }));
            Check.Equal(10, Answer(world, "stock", new { x = 10 }, "left"));
            Check.Equal(16, Answer(world, "copy", new { x = 16 }));
            world.Server.OnAsk("lambda", (peer, data) => new { price = data["x"].AsInt() });
            world.Server.OnAsk<Step>("own", (peer, step) => new { price = step.x });
            world.Server.OnAsk<Step>("own", (peer, step) => new { price = 1000 }); // is too late
            world.Server.OnAsk<Step>("soon", async (peer, step) =>
            {
                await Task.Yield();
                return new { price = step.x };
            });
            Check.Equal(11, Answer(world, "lambda", new { x = 11 }));
            int answers = 0;
            world.Client.On("answer", ev => answers++);
            Check.Equal(12, Answer(world, "own", new { x = 12 }));
            Check.Equal(13, Answer(world, "soon", new { x = 13 }));
            Check.Equal(0, answers, "answers that nobody has asked for");

            Task<Price> price = world.Client.Ask<Price>(world.ToServer, "own", new Step { x = 14 });
            Task<Stock> stock = world.Client.Ask<Stock>(world.ToServer, "struct", new Step { x = 14 });
            Check.Until(() => price.IsCompleted && stock.IsCompleted, world.Server, world.Client);
            Check.Equal("14 15", price.Result.price + " " + stock.Result.left);

            Task<Message> late = world.Client.Ask(world.ToServer, "late");
            Check.Until(() => shop.Waiting.Count == 1, world.Server);
            Check.That(!late.IsCompleted, "not yet");
            new Thread(() => shop.Waiting[0].SetResult(new { price = 15 })).Start();
            Check.Until(() => late.IsCompleted, world.Client);
            Check.Equal(15, late.Result.Value["price"].AsInt());
        }
    }

    private static async Task<Price> Later(int price)
    {
        await Task.Yield();
        return new Price { price = price };
    }

    private static async Task OnlyEnds()
    {
        await Task.Yield();
    }

    public static void May_give_a_task_of_any_type()
    {
        using (var world = new World())
        {
            // What cannot answer keeps nobody else from it.
            world.Server.On<Step>("step", (peer, step) => OnlyEnds());
            world.Server.On<Step>("step", (peer, step) => Later(1000));
            world.Server.OnAsk("step", (peer, data) => OnlyEnds());
            world.Server.OnAsk("step", (peer, data) => Later(data["x"].AsInt()));
            world.Server.OnAsk<Step>("own", (peer, step) => Later(step.x));
            Check.Equal(3, Answer(world, "step", new { x = 3 }));
            Check.Equal(4, Answer(world, "own", new { x = 4 }));
        }
    }

    public static void That_do_not_answer_send_nothing()
    {
        using (var world = new World())
        {
            var shop = new Shop();
            var thrown = new List<string>();
            int answers = 0, thread = 0;
            world.Server.AddListener(shop);
            world.Server.OnHandlerError += (peer, error) =>
            {
                thrown.Add((peer == world.ToClient) + " " + error.GetType().Name + " " + error.Message);
                thread = Thread.CurrentThread.ManagedThreadId;
            };
            world.Client.On("answer", ev => answers++);
            world.Server.OnAsk("end", (peer, data) => new { yes = true });
            // Who does not ask is not answered; nor who asks what nobody answers, or what fails.
            world.Client.Send(world.ToServer, new { action = "class", text = "sword" });
            world.Client.Send(world.ToServer, new { action = "late" });
            world.Client.Send(world.ToServer, new { action = "anonymous", none = true, ask = 100 });
            world.Client.Send(world.ToServer, new { action = "unanswered", ask = 101 });
            world.Client.Send(world.ToServer, new { action = "number", ask = 102 });
            world.Client.Send(world.ToServer, new { action = "throws", ask = 103 });
            world.Client.Send(world.ToServer, new { action = "unanswered", x = -1, ask = 104 });
            Check.Until(() => thrown.Count == 3, world.Server);
            Answer(world, "end", null);
            Check.Equal(0, answers);
            thrown.Sort();
            Check.Equal("True FormatException at once; True FormatException later", thrown[0] + "; " + thrown[1]);
            Check.That(thrown[2].StartsWith("True PodsixException a System.Int32 cannot be", StringComparison.Ordinal), thrown[2]);
            Check.Equal(Thread.CurrentThread.ManagedThreadId, thread);
            shop.Waiting[0].SetException(new FormatException("not asked"));
            Check.Until(() => thrown.Count == 4, world.Server);
            world.Server.On<Message>("await", async (peer, data) =>
            {
                await Task.Yield();
                throw new FormatException("await " + data.Value["x"].AsInt());
            });
            world.Client.Send(world.ToServer, new { action = "await", x = 3 });
            Check.Until(() => thrown.Count == 5, world.Server);
            Check.Equal("True FormatException await 3", thrown[4]);
            shop.Waiting.Clear();
            world.Client.Send(world.ToServer, new { action = "late", ask = 105 });
            Check.Until(() => shop.Waiting.Count == 1, world.Server);
            world.Server.Dispose();
            shop.Waiting[0].SetResult(new { price = 1 }); // there is nobody any more
        }
    }

    private sealed class Seat : Channel
    {
        internal static string Got = "";

        private Price Network_buy(Say say)
        {
            return new Price { price = say.text.Length };
        }

        private void Network_think(Value data)
        {
            Check.Equal(Result.Ok, Answer(data, new { price = 2 }));
        }

        private void Network_think_long(Value data)
        {
            Check.Equal(Result.Ok, Answer(data["ask"].AsULong(), new { price = 3 }));
        }

        private async Task Network_connected()
        {
            Message ready = await Ask("ready");
            Price price = await Ask<Price>("price");
            Got = ready.Value["yes"].AsBool() + " " + price.price;
        }
    }

    public static void Of_channels_answer_and_ask()
    {
        using (var server = new Server<Seat>("127.0.0.1:0"))
        using (var client = new Client(server.ListeningAddress(1)))
        {
            client.OnAsk("ready", (peer, data) => new { yes = true });
            client.OnAsk("price", (peer, data) => new Price { price = 20 });
            Task<Price> sold = client.Ask<Price>("buy", new { text = "bow" });
            Task<Message> thought = client.Ask("think"), longer = client.Ask("think_long");
            Check.Until(() => sold.IsCompleted && thought.IsCompleted && longer.IsCompleted && Seat.Got.Length > 0, server, client);
            Check.Equal("3 2 3", sold.Result.price + " " + thought.Result.Value["price"].AsInt() + " " + longer.Result.Value["price"].AsInt());
            Check.Equal("True 20", Seat.Got);
        }
    }
}
