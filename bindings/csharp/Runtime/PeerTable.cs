using System;
using System.Collections.Generic;
using System.Reflection;

namespace Podsix
{
    /// <summary>
    /// What a game knows of each peer, as <see cref="Host.Keep{T}()"/> gives it. There is one object for each: made
    /// before any handler hears Network_connected (or Network_request, or Network_error of a connect that failed),
    /// and gone when all have heard of the peer's last event. It changes between events only, so that a foreach may
    /// disconnect whom it meets. It belongs to the thread that pumps or polls.
    /// <code>
    /// PeerTable&lt;Guest&gt; guests = host.Keep&lt;Guest&gt;();
    /// guests[peer].Name = "ada";
    /// foreach (KeyValuePair&lt;ulong, Guest&gt; one in guests)
    ///     Show(one.Key, one.Value.Name);
    /// </code>
    /// </summary>
    public sealed class PeerTable<T> : PeerTable where T : class
    {
        private readonly Dictionary<ulong, T> objects = new Dictionary<ulong, T>();
        private readonly Func<ulong, T> make;
        private readonly Host host;

        internal PeerTable(Host host, Func<ulong, T> make)
        {
            this.host = host;
            this.make = make;
        }

        /// <summary>The object of a peer; null for who is not there.</summary>
        public T this[ulong peer]
        {
            get
            {
                T found;
                objects.TryGetValue(peer, out found);
                return found;
            }
        }

        /// <summary>How many there are.</summary>
        public int Count
        {
            get { return objects.Count; }
        }

        /// <summary>The objects alone.</summary>
        public Dictionary<ulong, T>.ValueCollection Values
        {
            get { return objects.Values; }
        }

        /// <summary>For foreach: the peers with their objects. Makes no garbage.</summary>
        public Dictionary<ulong, T>.Enumerator GetEnumerator()
        {
            return objects.GetEnumerator();
        }

        /// <summary>Empties it, and nothing comes into it any more; for what ends before its host does.</summary>
        public override void Dispose()
        {
            host.Tables.Remove(this);
            objects.Clear();
        }

        internal override void Come(ulong peer)
        {
            if (objects.ContainsKey(peer))
                return;
            try
            {
                objects.Add(peer, make(peer));
            }
            catch (Exception e)
            {
                host.Errors.Add(peer, e is TargetInvocationException ? e.InnerException : e); // as new() throws it
                host.Kick(peer, 0, "something went wrong at the other end");
            }
        }

        internal override void Go(ulong peer)
        {
            objects.Remove(peer);
        }
    }

    /// <summary>A <see cref="PeerTable{T}"/>, whatever is in it.</summary>
    public abstract class PeerTable : IDisposable
    {
        internal PeerTable() { }

        public abstract void Dispose();

        internal bool InboundOnly { get; set; }

        internal abstract void Come(ulong peer);

        internal abstract void Go(ulong peer);
    }
}
