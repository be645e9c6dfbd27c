using System;

namespace Podsix
{
    /// <summary>
    /// The settings of a host, with their defaults; times end in Ms, sizes are bytes. A host copies them and
    /// refuses what is out of range or contradictory, with words.
    /// </summary>
    public sealed unsafe class Config
    {
        internal NativeConfig Raw;

        public Config()
        {
            Library.Check();
            fixed (NativeConfig* raw = &Raw)
                Native.podsix_config_init(raw, (UIntPtr)(uint)sizeof(NativeConfig));
        }

        /// <summary>
        /// New settings, the defaults but for Mode.Inline: for many hosts in one process, such as bots, of which each would
        /// have a thread of its own otherwise. <c>new Bot("localhost", new { name }, Config.Inline)</c>
        /// </summary>
        public static Config Inline
        {
            get { return new Config { Mode = Mode.Inline }; }
        }

        /// <summary>Who does input and output. Default Threaded.</summary>
        public Mode Mode
        {
            get { return (Mode)Raw.mode; }
            set { Raw.mode = (uint)value; }
        }

        /// <summary>The largest message sent or accepted, in bytes. Default 1 MiB, at most 16,777,215.</summary>
        public int MaxMessage
        {
            get { return (int)Raw.max_message; }
            set { Raw.max_message = Natural(value); }
        }

        /// <summary>The deepest nesting of a message; a plain value has depth 0. Default 64, at most 256.</summary>
        public int MaxDepth
        {
            get { return (int)Raw.max_depth; }
            set { Raw.max_depth = Natural(value); }
        }

        /// <summary>The most values in one message, containers and keys counted. Default 65,536.</summary>
        public int MaxValues
        {
            get { return (int)Raw.max_values; }
            set { Raw.max_values = Natural(value); }
        }

        /// <summary>The most peers at once. Default 4,096, at most 65,000.</summary>
        public int MaxPeers
        {
            get { return (int)Raw.max_peers; }
            set { Raw.max_peers = Natural(value); }
        }

        /// <summary>How long a new inbound connection may take to greet. Default 5,000.</summary>
        public int HandshakeTimeoutMs
        {
            get { return (int)Raw.handshake_timeout_ms; }
            set { Raw.handshake_timeout_ms = Natural(value); }
        }

        /// <summary>How long the game may take to accept or refuse a request. Default 10,000.</summary>
        public int ApprovalTimeoutMs
        {
            get { return (int)Raw.approval_timeout_ms; }
            set { Raw.approval_timeout_ms = Natural(value); }
        }

        /// <summary>How long looking up a name and reaching one of its addresses may take. Default 10,000.</summary>
        public int ConnectTimeoutMs
        {
            get { return (int)Raw.connect_timeout_ms; }
            set { Raw.connect_timeout_ms = Natural(value); }
        }

        /// <summary>How often a ping goes between this host and each peer, and is answered. The ends take turns, and the times
        /// between are up to a third longer; 0 sends none from this end. Default 5,000.</summary>
        public int PingIntervalMs
        {
            get { return (int)Raw.ping_interval_ms; }
            set { Raw.ping_interval_ms = Natural(value); }
        }

        /// <summary>A peer silent for this long is disconnected; 0 waits for ever. Default 15,000.</summary>
        public int IdleTimeoutMs
        {
            get { return (int)Raw.idle_timeout_ms; }
            set { Raw.idle_timeout_ms = Natural(value); }
        }

        /// <summary>The longest that a peer whose game sleeps is waited for. Default 60,000.</summary>
        public int StallLimitMs
        {
            get { return (int)Raw.stall_limit_ms; }
            set { Raw.stall_limit_ms = Natural(value); }
        }

        /// <summary>How long a closing connection may take to deliver what was sent before. Default 5,000.</summary>
        public int LingerMs
        {
            get { return (int)Raw.linger_ms; }
            set { Raw.linger_ms = Natural(value); }
        }

        /// <summary>The most bytes sent to one peer that wait to be written. What is broadcast has room of its own:
        /// SlowPeerBytes is the most that waits of both. Default 1 MiB.</summary>
        public int OutBuffer
        {
            get { return (int)Raw.out_buffer; }
            set { Raw.out_buffer = Natural(value); }
        }

        /// <summary>The most events of one peer that wait to be polled. Default 1,024.</summary>
        public int QueueEvents
        {
            get { return (int)Raw.queue_events; }
            set { Raw.queue_events = Natural(value); }
        }

        /// <summary>The most bytes of one peer's events that wait to be polled. Default 1 MiB.</summary>
        public int QueueBytes
        {
            get { return (int)Raw.queue_bytes; }
            set { Raw.queue_bytes = Natural(value); }
        }

        /// <summary>The most bytes held for all peers together. Default 256 MiB.</summary>
        public long MemoryBudget
        {
            get { return (long)Raw.memory_budget; }
            set { Raw.memory_budget = value < 0 ? throw Negative() : (ulong)value; }
        }

        /// <summary>The most connections from one address, or from one IPv6 network (/64), that have not greeted yet; more are
        /// refused with Reason.Full. 0 is no limit. Default 256.</summary>
        public int MaxGreetingPerAddress
        {
            get { return (int)Raw.max_greeting_per_address; }
            set { Raw.max_greeting_per_address = Natural(value); }
        }

        /// <summary>Whether that holds for this machine's own addresses too. Default false.</summary>
        public bool LimitLoopback
        {
            get { return Raw.limit_loopback != 0; }
            set { Raw.limit_loopback = value ? 1u : 0; }
        }

        /// <summary>The most events of one Pump or batch of Polls; 0 is no limit. Default 0.</summary>
        public int MaxEventsPerPoll
        {
            get { return (int)Raw.max_events_per_poll; }
            set { Raw.max_events_per_poll = Natural(value); }
        }

        /// <summary>A program of PodSixNet, which has no pings, is disconnected when silent for this long; 0 waits for ever. Default 0.
        /// One that has said nothing since it connected makes room for the next client when MaxPeers are there, after
        /// HandshakeTimeoutMs, whatever this is.</summary>
        public int PodSixNetIdleTimeoutMs
        {
            get { return (int)Raw.podsixnet_idle_timeout_ms; }
            set { Raw.podsixnet_idle_timeout_ms = Natural(value); }
        }

        /// <summary>A peer that has taken nothing for this long, while something that was broadcast waits for it, is disconnected
        /// with Reason.SlowPeer; 0 waits for ever. One whose game sleeps, and that has said so, has StallLimitMs. Default 5,000.
        /// </summary>
        public int SlowPeerMs
        {
            get { return (int)Raw.slow_peer_ms; }
            set { Raw.slow_peer_ms = Natural(value); }
        }

        /// <summary>The most bytes that wait for one peer, what was broadcast among them: one for which a broadcast would be more is
        /// disconnected with Reason.SlowPeer. Whatever is set, it is at least twice OutBuffer, and at most what MemoryBudget
        /// leaves beside QueueBytes and two messages of MaxMessage. While three quarters of the budget are in use, no
        /// more than OutBuffer of broadcasts waits for one peer. Default 8 MiB.</summary>
        public int SlowPeerBytes
        {
            get { return (int)Raw.slow_peer_bytes; }
            set { Raw.slow_peer_bytes = Natural(value); }
        }

        /// <summary>When what a host with Mode.Inline sends leaves. Default AtOnce. With Mode.Threaded it changes
        /// nothing.</summary>
        public SendMode SendMode
        {
            get { return (SendMode)Raw.send_mode; }
            set { Raw.send_mode = (uint)value; }
        }

        /// <summary>
        /// Sets MaxMessage, and raises OutBuffer, QueueBytes and MemoryBudget to what it needs. The other end has to
        /// take messages of this size too. 1 to 16,777,215 bytes.
        /// </summary>
        /// <exception cref="PodsixException">BadConfig for another size; nothing is changed then</exception>
        public Config SetLargest(int maxMessage)
        {
            int result;
            fixed (NativeConfig* raw = &Raw)
                result = Native.podsix_config_set_largest(raw, Natural(maxMessage));
            if (result < 0)
                throw new PodsixException((Result)result, "MaxMessage is " + maxMessage + ", it must be from 1 to 16777215");
            return this;
        }

        private static uint Natural(int value)
        {
            return value < 0 ? throw Negative() : (uint)value;
        }

        private static Exception Negative()
        {
            return new ArgumentOutOfRangeException("value", "settings are 0 or more");
        }
    }
}
