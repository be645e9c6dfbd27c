using System;
using System.Collections.Generic;
using System.Reflection;

namespace Podsix
{
    /// <summary>
    /// A server that has a <see cref="Channel"/> for each client, made when it comes and heard before the
    /// server itself.
    /// <code>
    /// class Player : Channel
    /// {
    ///     int x;
    ///     void Network_move(Value data) { x = data["x"].AsInt(); Host.Broadcast(new { action = "moved", who = Peer, x }); }
    /// }
    ///
    /// class Game : Server&lt;Player&gt;
    /// {
    ///     public Game() : base("*") { }
    /// }
    /// </code>
    /// </summary>
    public class Server<TChannel> : Server where TChannel : Channel, new()
    {
        private readonly Dictionary<ulong, TChannel> channels = new Dictionary<ulong, TChannel>();

        /// <summary>Listens nowhere yet.</summary>
        public Server(Config config = null) : base(config) { }

        /// <param name="address">As for Listen.</param>
        /// <param name="approval">As for Listen.</param>
        /// <param name="config">Its settings; null takes the defaults.</param>
        public Server(string address, bool approval = false, Config config = null) : base(address, approval, config) { }

        /// <summary>
        /// All that are there, from their first event to the end of their last: those too that ask to be let in or
        /// leave, which no Broadcast is for.
        /// </summary>
        public IReadOnlyCollection<TChannel> Channels
        {
            get { return channels.Values; }
        }

        /// <summary>The channel of a peer; null if there is none.</summary>
        public TChannel ChannelOf(ulong peer)
        {
            TChannel channel;
            channels.TryGetValue(peer, out channel);
            return channel;
        }

        internal override void ListenToItself()
        {
            HandlerMethods.Check(typeof(TChannel));
            base.ListenToItself();
        }

        internal override void Deliver(PodsixEvent ev)
        {
            ulong peer = ev.Peer;
            TChannel channel = ChannelOf(peer) ?? Come(ev);
            bool last = ev.Kind == EventKind.Disconnected;
            channel?.Ears.Call(ev);
            if (!ev.IsOver)
                base.Deliver(ev);
            if (last)
                channels.Remove(peer);
        }

        /// <summary>The channel of who has just come; null if it is nobody, or cannot be made: then there is no peer either.</summary>
        private TChannel Come(PodsixEvent ev)
        {
            if (ev.Direction != Direction.Inbound || (ev.Kind != EventKind.Connected && ev.Kind != EventKind.Request))
                return null;
            try
            {
                var channel = new TChannel { Peer = ev.Peer, Host = this };
                channel.Ears = new Listeners(this);
                channel.Ears.Add(channel);
                channels.Add(ev.Peer, channel);
                return channel;
            }
            catch (Exception e)
            {
                Errors.Add(ev.Peer, e is TargetInvocationException ? e.InnerException : e); // as new() throws it
                Kick(ev.Peer, 0, "the server has failed");
                return null;
            }
        }
    }
}
