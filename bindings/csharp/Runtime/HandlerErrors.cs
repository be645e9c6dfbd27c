using System;
using System.Collections.Generic;
using System.Runtime.ExceptionServices;

namespace Podsix
{
    /// <summary>For <see cref="Host.OnHandlerError"/>.</summary>
    /// <param name="peer">Whose event it was; 0 if what listens was meant.</param>
    /// <param name="error">What the handler threw, with the place as its stack trace.</param>
    public delegate void HandlerErrorAction(ulong peer, Exception error);

    /// <summary>
    /// What handlers throw: it goes to the game's OnHandlerError at once, or is kept until Pump can throw it.
    /// </summary>
    internal sealed class HandlerErrors
    {
        private const int Most = 16; // that are kept: strangers choose how many messages a batch has

        private readonly List<Exception> kept = new List<Exception>();
        private int count;

        private readonly List<KeyValuePair<ulong, Exception>> late = new List<KeyValuePair<ulong, Exception>>();
        private volatile bool anyLate;

        internal event HandlerErrorAction Told;

        internal void Add(ulong peer, Exception error)
        {
            HandlerErrorAction told = Told;
            if (told == null)
            {
                Keep(error);
                return;
            }
            foreach (Delegate one in told.GetInvocationList())
            {
                try
                {
                    ((HandlerErrorAction)one)(peer, error);
                }
                catch (Exception another)
                {
                    Keep(another);
                }
            }
        }

        /// <summary>As Add, from any thread: it goes its way with the next Pump.</summary>
        internal void AddLater(ulong peer, Exception error)
        {
            lock (late)
                late.Add(new KeyValuePair<ulong, Exception>(peer, error));
            anyLate = true;
        }

        /// <summary>Adds what other threads had.</summary>
        internal void AddLate()
        {
            if (!anyLate)
                return;
            KeyValuePair<ulong, Exception>[] all;
            lock (late)
            {
                anyLate = false;
                all = late.ToArray();
                late.Clear();
            }
            foreach (KeyValuePair<ulong, Exception> one in all)
                Add(one.Key, one.Value);
        }

        internal void Keep(Exception error)
        {
            if (count++ < Most)
                kept.Add(error);
        }

        /// <summary>What is to be thrown, as one; null if there is nothing. Then it begins anew.</summary>
        internal Exception Take()
        {
            if (count == 0)
                return null;
            string words = "handlers threw " + count + " exceptions" + (count > Most ? ", of which these are the first" : "");
            Exception all = count == 1 ? kept[0] : new AggregateException(words, kept);
            kept.Clear();
            count = 0;
            return all;
        }

        /// <summary>Throws it with the stack trace that it has.</summary>
        internal static void Throw(Exception error)
        {
            if (error != null)
                ExceptionDispatchInfo.Capture(error).Throw();
        }
    }
}
