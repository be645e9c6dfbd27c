using System.Runtime.InteropServices;

namespace Podsix
{
    // They are filled by the library as they are, so the order of the fields is its.

    /// <summary>What is known of a host. Counts begin when it is made.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct HostStats
    {
        /// <summary>Peers that are connected or being connected to.</summary>
        public ulong Peers;
        /// <summary>Addresses that are listened on.</summary>
        public ulong Listeners;
        /// <summary>Bytes received, framing included.</summary>
        public ulong BytesIn;
        /// <summary>Bytes written, framing included.</summary>
        public ulong BytesOut;
        public ulong MessagesIn;
        /// <summary>One per peer that a broadcast reached.</summary>
        public ulong MessagesOut;
        /// <summary>Bytes held for all peers together; MemoryBudget is the limit.</summary>
        public ulong MemoryUsed;
        public ulong MemoryBudget;
        /// <summary>Inbound connections that became peers.</summary>
        public ulong Accepted;
        /// <summary>Inbound connections refused by the game, or not answered by it in time.</summary>
        public ulong Refused;
        /// <summary>Inbound connections that failed to greet: strangers, broken ones, late ones.</summary>
        public ulong HandshakesFailed;
        /// <summary>Those of them that took longer than HandshakeTimeoutMs.</summary>
        public ulong HandshakesTimedOut;
        /// <summary>Inbound connections closed because of MaxGreetingPerAddress.</summary>
        public ulong RefusedPerAddress;
        /// <summary>Inbound connections closed because of MaxPeers.</summary>
        public ulong RefusedFull;
        /// <summary>Inbound connections closed because most of MemoryBudget was in use.</summary>
        public ulong RefusedMemory;
        /// <summary>Peers disconnected with Reason.SlowPeer.</summary>
        public ulong SlowPeers;
        /// <summary>How often accepting paused, for want of descriptors or places.</summary>
        public ulong AcceptPauses;
        /// <summary>Log records lost because nobody read them.</summary>
        public ulong LogDropped;
    }

    /// <summary>What is known of one peer.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct PeerStats
    {
        /// <summary>The last measured round trip, in microseconds; 0 if there was none yet.</summary>
        public ulong RttUs;
        /// <summary>Since the connection was open, in milliseconds.</summary>
        public ulong AgeMs;
        /// <summary>Bytes received, framing included.</summary>
        public ulong BytesIn;
        /// <summary>Bytes written, framing included.</summary>
        public ulong BytesOut;
        public ulong MessagesIn;
        public ulong MessagesOut;
        /// <summary>Bytes that wait to be written: of those sent to this peer alone OutBuffer is the limit, of all
        /// SlowPeerBytes.</summary>
        public ulong BytesWaiting;
        /// <summary>For how long bytes have been waiting without a break, in milliseconds.</summary>
        public ulong WaitingMs;
        /// <summary>Events received and not yet polled; QueueEvents is the limit.</summary>
        public ulong QueuedEvents;
        /// <summary>Bytes received and not yet polled; QueueBytes is the limit.</summary>
        public ulong QueuedBytes;
    }
}
