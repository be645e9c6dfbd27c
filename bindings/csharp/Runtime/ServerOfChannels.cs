using System.Collections.Generic;

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
            AddListener(new Doorkeeper { Server = this });
            base.ListenToItself();
        }

        private sealed class Doorkeeper
        {
            internal Server<TChannel> Server;

            [Preserve]
            private void Network(PodsixEvent ev)
            {
                TChannel channel = Server.ChannelOf(ev.Peer);
                if (channel == null)
                {
                    if (ev.Direction != Direction.Inbound || ev.Peer == 0)
                        return;
                    channel = new TChannel { Peer = ev.Peer, Host = Server, Ears = new Listeners() };
                    channel.Ears.Add(channel);
                    Server.channels.Add(ev.Peer, channel);
                }
                bool last = ev.Kind == EventKind.Disconnected;
                try
                {
                    channel.Ears.Call(ev);
                }
                finally
                {
                    if (last)
                        Server.channels.Remove(channel.Peer);
                }
            }
        }
    }
}
