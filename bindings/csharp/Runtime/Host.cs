using System;
using System.Collections.Generic;

namespace Podsix
{
    /// <summary>
    /// What a game owns: what it listens on, its peers, and one queue of events. The other end of each
    /// connection is a peer, a number that is never used twice; 0 is nobody. Pump it once per frame: that
    /// calls the listeners' Network_ methods for what has happened.
    ///
    /// Threads: everything may be called from any thread at any time, but Pump, Poll, Wait, Dispatch, Flush
    /// and Close, which one at a time may be in, as with NextLog; listeners belong to the thread that pumps.
    /// </summary>
    public partial class Host : IDisposable
    {
        private static readonly List<WeakReference> All = new List<WeakReference>();

        private readonly HostHandle handle;
        private readonly IntPtr raw; // of the handle, for who holds it
        private readonly Lifetime life;
        private readonly Listeners listeners;
        private readonly Awaited awaited;
        private volatile bool disposed; // while somebody holds the handle, it is not closed

        /// <param name="config">Its settings; null takes the defaults.</param>
        /// <exception cref="PodsixException">BadConfig, or Os if the system gave no thread</exception>
        /// <exception cref="PodsixLibraryException">the native library is missing or another one</exception>
        public Host(Config config = null)
        {
            handle = new HostHandle(config ?? new Config());
            raw = handle.DangerousGetHandle();
            listeners = new Listeners(this);
            awaited = new Awaited(this);
            Answering = new Answering(this);
            life = new Lifetime(handle, "this event is over: it and its data live until the next Poll, Wait or Pump of their host, or its Dispose; Copy() gives what can be kept");
            lock (All)
            {
                All.RemoveAll(host => !host.IsAlive);
                All.Add(new WeakReference(this));
            }
        }

        /// <summary>
        /// Ends what was forgotten, without waiting: a thread of the pool does what Dispose would have done.
        /// Lets go of an event that was polled and after which nobody polled again.
        /// </summary>
        ~Host()
        {
            if (handle == null) // the constructor has thrown
                return;
            handle.Forgotten = true;
            LetGo();
        }

        /// <summary>The handle, for a call; of a host that was disposed of it says whose it was.</summary>
        private HostHandle Open
        {
            get { return handle.IsClosed ? throw new ObjectDisposedException("Podsix.Host") : handle; }
        }

        public bool IsDisposed
        {
            get { return disposed; }
        }

        /// <summary>
        /// Says goodbye to the peers, which hear Reason.Shutdown, and closes everything. It waits until they have
        /// closed too, but 200 ms at the most: on a long line what was sent just before may be lost, unless
        /// Close came first. Any thread, also inside a handler; where other calls are under way it happens at
        /// the end of the last of them.
        /// </summary>
        public virtual void Dispose()
        {
            disposed = true;
            life.Now++;
            if (polling == 0 && holder == Environment.CurrentManagedThreadId)
                LetGo();
            handle.Dispose();
            awaited.End();
            if (!held)
                GC.SuppressFinalize(this);
        }

        /// <summary>
        /// Disposes of every host of this process: for Unity's next Play, when a game has forgotten one.
        /// </summary>
        public static void DisposeAll()
        {
            WeakReference[] all;
            lock (All)
            {
                all = All.ToArray();
                All.Clear();
            }
            foreach (WeakReference one in all)
                (one.Target as Host)?.Dispose();
        }

        // ---- listeners

        internal Answering Answering { get; }

        /// <summary>Differs from before if somebody has pumped or polled, or is waiting for events.</summary>
        internal int Turns
        {
            get { return life.Now; }
        }

        internal HandlerErrors Errors { get; } = new HandlerErrors();

        internal PeerTables Tables { get; } = new PeerTables();

        /// <summary>
        /// Adds an object whose methods are called when the host is pumped: Network_move for messages with
        /// the action "move", or any method with [NetworkAction("move")]; Network_connected, _request,
        /// _disconnected, _error, _writable, _stalled and _resumed for those events themselves, which no
        /// message of that name can trigger; Network for everything. They may be private, and take (),
        /// (ulong peer), (Value data), (ulong peer, Value data) or (PodsixEvent ev), or where Value stands a type of the
        /// game's own, filled as by Value.To. What one returns answers who has asked by Ask: an object or
        /// dictionary, null for no answer, or a Task of one. A host has as many listeners as the game likes, called in
        /// order; they may add and remove others and themselves.
        /// </summary>
        /// <exception cref="ArgumentException">a method takes something else, or there is none</exception>
        public void AddListener(object listener)
        {
            if (!Hears(listener))
                throw new ArgumentException(listener.GetType() + " has no method Network, Network_... or with [NetworkAction]");
            listeners.Add(listener);
        }

        /// <summary>Whether an object has methods for AddListener to find.</summary>
        public static bool Hears(object listener)
        {
            if (listener == null)
                throw new ArgumentNullException("listener");
            HandlerMethods methods = HandlerMethods.Of(listener.GetType());
            methods.TellMistaken(listener.GetType());
            return methods.All.Length > 0;
        }

        /// <returns>Whether it was one.</returns>
        public bool RemoveListener(object listener)
        {
            return listeners.Remove(listener);
        }

        /// <summary>
        /// Gets what a handler throws, at once and inside Pump, which then goes on: with the other handlers of
        /// that event, and with all other events. Where nobody listens to it, Pump throws that when its batch is
        /// over. What OnHandlerError itself throws Pump throws then, too.
        /// <code>
        /// server.OnHandlerError += (peer, error) => Console.Error.WriteLine(error);
        /// </code>
        /// </summary>
        public event HandlerErrorAction OnHandlerError
        {
            add { Errors.Told += value; }
            remove { Errors.Told -= value; }
        }

        /// <summary>Adds the host itself, of whatever class it is.</summary>
        internal virtual void ListenToItself()
        {
            listeners.Add(this);
        }

        // ---- results

        /// <summary>The words of the last call that failed, from whichever thread.</summary>
        public unsafe string LastError
        {
            get { return Text.Copied((buf, cap) => Native.podsix_host_copy_error(Open, buf, cap)); }
        }

        /// <summary>
        /// What others may have brought about is told, the size and depth of what they sent and the game
        /// passes on included; what the program should not have done is thrown.
        /// </summary>
        private Result Told(int result)
        {
            if (result >= 0)
                return Result.Ok;
            switch ((Result)result)
            {
                case Result.WouldBlock:
                case Result.Memory:
                case Result.UnknownPeer:
                case Result.NotConnected:
                case Result.NotRequested:
                case Result.TooLarge:
                case Result.TooDeep:
                case Result.TooManyValues:
                case Result.Unsendable:
                case Result.Terminator:
                case Result.Closing:
                    return (Result)result;
                default:
                    throw Failure(result);
            }
        }

        /// <summary>
        /// For who has no other plan: throws what a send returned, but not that the peer has gone, which
        /// Network_disconnected tells, or that the host is being closed, after which all go.
        /// </summary>
        /// <exception cref="PodsixException">with LastError as its words</exception>
        public void ThrowUnlessGone(Result result)
        {
            if (result != Result.Ok && !IsGone(result))
                throw Failure((int)result);
        }

        internal static bool IsGone(Result result)
        {
            return result == Result.UnknownPeer || result == Result.NotConnected || result == Result.Closing;
        }

        private int OrThrow(int result)
        {
            return result < 0 ? throw Failure(result) : result;
        }

        private PodsixException Failure(int result)
        {
            string words = LastError;
            return new PodsixException((Result)result, words.Length > 0 ? words : ((Result)result).Name());
        }
    }
}
