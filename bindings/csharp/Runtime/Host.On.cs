using System;
using System.Threading.Tasks;

namespace Podsix
{
    /// <summary>For <see cref="Host.On(string, MessageAction)"/>.</summary>
    public delegate void MessageAction(ulong peer, Value data);

    /// <summary>For <see cref="Host.On(string, EventAction)"/>.</summary>
    public delegate void EventAction(PodsixEvent ev);

    /// <summary>For <see cref="Host.OnAsk(string, MessageAnswer)"/>.</summary>
    /// <returns>A map, or a task of one; null if there is no answer.</returns>
    public delegate object MessageAnswer(ulong peer, Value data);

    // Handlers without an object that has Network_ methods. Each is a listener of its own.
    public partial class Host
    {
        /// <summary>
        /// Adds a handler of an action, which is called when the host is pumped, in its turn among the listeners:
        /// <code>
        /// IDisposable moves = server.On("move", (peer, data) => Move(peer, data["x"].AsInt()));
        /// moves.Dispose(); // no longer
        /// </code>
        /// Handlers come and go on the thread that pumps, also while they are called: who comes begins with the next
        /// event.
        /// </summary>
        /// <param name="action">
        /// An action, or "connected", "request", "disconnected", "error", "writable", "stalled" or "resumed" for those
        /// events themselves, which no message of that name can trigger.
        /// </param>
        /// <param name="handler">What is called.</param>
        /// <returns>What removes it again when it is disposed of. It may be dropped.</returns>
        public IDisposable On(string action, MessageAction handler)
        {
            return Add(action, handler, Handler.Of(handler));
        }

        /// <summary>As above, with all that there is of an event: <c>host.On("disconnected", ev => Leave(ev.Peer, ev.Text))</c></summary>
        public IDisposable On(string action, EventAction handler)
        {
            return Add(action, handler, Handler.Of(handler));
        }

        /// <summary>
        /// As above, with the data as a type of the game's own, as Value.To gives it: what is missing, or of another type,
        /// keeps its default. <c>server.On&lt;Move&gt;("move", (peer, move) => Move(peer, move.x))</c>
        /// </summary>
        /// <exception cref="PodsixException">BadArgument: T cannot be read, or is no map</exception>
        public IDisposable On<T>(string action, Action<ulong, T> handler)
        {
            return Add(action, handler, new TypedHandler<T>(handler));
        }

        /// <summary>
        /// As above, for handlers that await: <c>async (peer, move) => …</c>. What the task throws goes the way of what handlers
        /// throw. With Message for T it has a copy of the data.
        /// </summary>
        /// <exception cref="PodsixException">BadArgument: T cannot be read, or is no map</exception>
        public IDisposable On<T>(string action, Func<ulong, T, Task> handler)
        {
            return Add(action, handler, new TypedHandler<T>((peer, data) => OnlyEnds(handler(peer, data))));
        }

        /// <summary>
        /// Adds a handler whose result answers: it is sent to who has asked by Ask.
        /// <code>
        /// server.OnAsk("buy", (peer, data) => new { price = PriceOf(data["item"].AsString()) });
        /// </code>
        /// Of several that answer the first does. A message that asks nothing calls it too, and its result goes nowhere.
        /// </summary>
        /// <param name="action">An action.</param>
        /// <param name="handler">
        /// What is called. What it gives must be a map, as for Answer, or a task of one; null: nothing is answered.
        /// </param>
        /// <returns>As On.</returns>
        public IDisposable OnAsk(string action, MessageAnswer handler)
        {
            return Add(action, handler, new AnsweringHandler(handler));
        }

        /// <summary>As above, with the question as a type of the game's own.</summary>
        /// <exception cref="PodsixException">BadArgument: T cannot be read, or is no map</exception>
        public IDisposable OnAsk<T>(string action, Func<ulong, T, object> handler)
        {
            return Add(action, handler, new TypedHandler<T>(handler));
        }

        /// <summary>
        /// As above, for who has the answer later: <c>async (peer, buy) => new { price = await PriceOf(buy.item) }</c>.
        /// What the task throws goes the way of what handlers throw.
        /// </summary>
        /// <exception cref="PodsixException">BadArgument: T cannot be read, or is no map</exception>
        public IDisposable OnAsk<T>(string action, Func<ulong, T, Task<object>> handler)
        {
            return Add(action, handler, new TypedHandler<T>((Func<ulong, T, object>)handler));
        }

        /// <summary>A task that gives nothing, as On answers nothing.</summary>
        private static async Task OnlyEnds(Task task)
        {
            if (task != null)
                await task.ConfigureAwait(false);
        }

        private IDisposable Add(string action, Delegate handler, Handler called)
        {
            if (action == null)
                throw new ArgumentNullException("action");
            if (handler == null)
                throw new ArgumentNullException("handler");
            return new Listening(listeners, listeners.Add(action, handler.Target, called));
        }

        private sealed class Listening : IDisposable
        {
            private readonly Listeners listeners;
            private readonly object handler;

            internal Listening(Listeners listeners, object handler)
            {
                this.listeners = listeners;
                this.handler = handler;
            }

            public void Dispose()
            {
                listeners.Remove(handler);
            }
        }
    }
}
