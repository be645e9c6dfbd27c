namespace Podsix
{
    /// <summary>What Host.ConnectAsync gives: a connection that is open.</summary>
    public readonly struct Connection
    {
        internal Connection(ulong peer, Message reply)
        {
            Peer = peer;
            Reply = reply;
        }

        /// <summary>The other end.</summary>
        public ulong Peer { get; }

        /// <summary>What its game has given to Accept; nil if that was nothing.</summary>
        public Message Reply { get; }
    }
}
