using System;
using System.Threading;
using System.Threading.Tasks;

namespace Podsix
{
    /// <summary>What an event of the network will end: the task of somebody who asked or who connects.</summary>
    internal abstract class Waiting
    {
        private readonly int timeoutMs;

        /// <summary>A connect, which the library ends for certain.</summary>
        protected Waiting(CancellationToken cancel)
        {
            Until = long.MaxValue;
            Cancel = cancel;
        }

        /// <summary>A question.</summary>
        protected Waiting(string action, int timeoutMs, CancellationToken cancel)
        {
            Action = action;
            this.timeoutMs = timeoutMs;
            Until = Clock.Now + timeoutMs;
            Cancel = cancel;
        }

        /// <summary>What is asked; null for a connect.</summary>
        internal string Action { get; }

        /// <summary>The peer that it waits for.</summary>
        internal ulong Peer { get; set; }

        /// <summary>The number of its question; 0 for a connect.</summary>
        internal ulong Number { get; set; }

        /// <summary>When it is over, by the Clock.</summary>
        internal long Until { get; }

        internal CancellationToken Cancel { get; }

        /// <summary>Where it is in the list of all.</summary>
        internal int Index { get; set; }

        internal static PodsixException Disposed()
        {
            return new PodsixException(Result.Closing, "the host was disposed of");
        }

        internal PodsixException TooLate()
        {
            return new PodsixException(Result.Timeout, "'" + Action + "' was not answered within " + timeoutMs + " ms");
        }

        /// <summary>What an event says that ended its peer.</summary>
        internal PodsixException EndedBy(PodsixEvent ev)
        {
            string text = ev.Text;
            if (text.Length == 0)
                text = "the connection has ended: " + ev.Reason;
            if (Action != null)
                text = "'" + Action + "' was not answered: " + text;
            return new PodsixException(Result.NotConnected, text, ev.Reason, ev.Code);
        }

        // Each of these runs what awaits the task, on this thread or where that wants to be run: no lock is held.

        internal abstract void Done(PodsixEvent ev);

        internal abstract void Failed(Exception why);

        internal abstract void Canceled();
    }

    /// <summary>One whose task gives something that is read from the event.</summary>
    internal sealed class Waiting<T> : Waiting
    {
        internal delegate T Reader(PodsixEvent ev);

        private readonly TaskCompletionSource<T> source = new TaskCompletionSource<T>();
        private readonly Reader read;

        internal Waiting(Reader read, CancellationToken cancel) : base(cancel)
        {
            this.read = read;
        }

        internal Waiting(Reader read, string action, int timeoutMs, CancellationToken cancel) : base(action, timeoutMs, cancel)
        {
            this.read = read;
        }

        internal Task<T> Task
        {
            get { return source.Task; }
        }

        internal override void Done(PodsixEvent ev)
        {
            T result;
            try
            {
                result = read(ev);
            }
            catch (Exception e)
            {
                source.TrySetException(ev.IsOver ? Disposed() : e); // by another thread, while it was read
                return;
            }
            source.TrySetResult(result);
        }

        internal override void Failed(Exception why)
        {
            source.TrySetException(why);
        }

        internal override void Canceled()
        {
            source.TrySetCanceled(Cancel);
        }
    }
}
