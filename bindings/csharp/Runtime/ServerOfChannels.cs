using System.Collections.Generic;

namespace Podsix
{
    /// <summary>
    /// A server that has a <see cref="Channel"/> for each client, made when it comes and heard before the
    /// server itself. What the channel's constructor throws goes the way of what handlers throw, and the client is
    /// disconnected.
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
        private PeerTable<TChannel> channels;

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
            return channels[peer];
        }

        internal override void ListenToItself()
        {
            HandlerMethods.Check(typeof(TChannel));
            Tables.Add(channels = new PeerTable<TChannel>(this, Make) { InboundOnly = true });
            base.ListenToItself();
        }

        internal override bool Deliver(PodsixEvent ev)
        {
            TChannel channel = channels[ev.Peer];
            bool heard = channel != null && channel.Ears.Call(ev);
            return !ev.IsOver && base.Deliver(ev) || heard;
        }

        internal override string Similar(string action)
        {
            return HandlerMethods.Of(typeof(TChannel)).Similar(action) ?? base.Similar(action);
        }

        private TChannel Make(ulong peer)
        {
            var channel = new TChannel { Peer = peer, Host = this, Ears = new Listeners(this) };
            channel.Ears.Add(channel);
            return channel;
        }
    }
}
