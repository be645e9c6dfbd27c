using System;

namespace Podsix
{
    public unsafe partial class Host
    {
        private const uint Approval = 1; // PODSIX_LISTEN_APPROVAL
        private const uint AllPeers = 1; // PODSIX_PEERS_ALL

        private readonly object connecting = new object(); // the lock of what follows a peer from its Connect on

        // ---- listening

        /// <summary>Begins to accept connections; each is a Network_connected.</summary>
        /// <param name="address">
        /// ip:port, such as "127.0.0.1:5000" or "[::1]:5000"; "*" is every address of this machine. No port
        /// is 31425, port 0 lets the system choose. podsixnet://ip:port is for clients of PodSixNet.
        /// </param>
        /// <param name="approval">Whether each client is a Network_request first, to be accepted or refused.</param>
        /// <returns>The id of what listens; a host may listen on several addresses.</returns>
        /// <exception cref="PodsixException">BadAddress, or Os if the port cannot be had</exception>
        public uint Listen(string address, bool approval = false)
        {
            uint id;
            byte[] bytes = Text.Bytes(address, nameof(address));
            fixed (byte* data = bytes)
                OrThrow(Native.podsix_listen(Open, data, (UIntPtr)(uint)bytes.Length, approval ? Approval : 0, &id));
            return id;
        }

        public int ListeningPort(uint id)
        {
            return OrThrow(Native.podsix_listener_get_port(Open, id));
        }

        /// <summary>Such as "127.0.0.1:31425".</summary>
        public string ListeningAddress(uint id)
        {
            OrThrow(Native.podsix_listener_copy_address(Open, id, null, UIntPtr.Zero));
            return Text.Copied((buf, cap) => Native.podsix_listener_copy_address(Open, id, buf, cap));
        }

        /// <summary>The peers that came through it stay.</summary>
        public void StopListening(uint id)
        {
            OrThrow(Native.podsix_listener_stop(Open, id));
        }

        // ---- connecting

        /// <summary>
        /// Connects without waiting: Network_connected follows, or Network_error. What is sent meanwhile
        /// waits.
        /// </summary>
        /// <param name="address">
        /// host:port, such as "play.example.org:5000"; no port is 31425. podsixnet://host:port is a server of
        /// PodSixNet.
        /// </param>
        /// <returns>The peer: the server's id here.</returns>
        /// <exception cref="PodsixException">BadAddress, TooManyPeers or Memory</exception>
        public ulong Connect(string address)
        {
            return ConnectAs(address, null);
        }

        /// <param name="address">As above.</param>
        /// <param name="hello">What the server's game gets with its event, at most 4,096 bytes.</param>
        public ulong Connect(string address, Message hello)
        {
            return ConnectAs(address, hello);
        }

        /// <param name="address">As above.</param>
        /// <param name="hello">Anything that Send takes.</param>
        public ulong Connect(string address, object hello)
        {
            using (var spare = new Spare(hello))
                return ConnectAs(address, spare.Message);
        }

        private ulong ConnectAs(string address, Message hello)
        {
            ulong peer;
            byte[] bytes = Text.Bytes(address, nameof(address));
            var len = (UIntPtr)(uint)bytes.Length;
            lock (connecting)
            {
                fixed (byte* data = bytes)
                    OrThrow(hello == null
                        ? Native.podsix_connect(Open, data, len, IntPtr.Zero, 0, &peer)
                        : Native.podsix_connect(Open, data, len, hello.Handle, 0, &peer));
                Connecting(peer);
            }
            return peer;
        }

        // These come one after the other, though the thread that pumps may be quicker than the one that connects.

        internal virtual void Connecting(ulong peer) { }

        /// <summary>Its Connected comes next.</summary>
        internal virtual void Opened(ulong peer) { }

        /// <summary>Its Disconnected or Error comes next.</summary>
        internal virtual void Ended(ulong peer) { }

        /// <summary>Lets in who has asked by Network_request; Network_connected follows at both ends.</summary>
        public Result Accept(ulong peer)
        {
            return Told(Native.podsix_peer_accept(Open, peer, IntPtr.Zero, 0));
        }

        /// <param name="peer">Who has asked.</param>
        /// <param name="reply">What the client's game gets with its event, at most 4,096 bytes.</param>
        public Result Accept(ulong peer, Message reply)
        {
            return reply == null ? Accept(peer) : Told(Native.podsix_peer_accept(Open, peer, reply.Handle, 0));
        }

        /// <param name="peer">Who has asked.</param>
        /// <param name="reply">Anything that Send takes.</param>
        public Result Accept(ulong peer, object reply)
        {
            using (var spare = new Spare(reply))
                return Accept(peer, spare.Message);
        }

        /// <summary>Turns away who has asked; code and text come with its Network_error.</summary>
        public Result Refuse(ulong peer, int code = 0, string text = "")
        {
            byte[] bytes = Text.Bytes(text ?? "");
            fixed (byte* data = bytes)
                return Told(Native.podsix_peer_refuse(Open, peer, code, data, (UIntPtr)(uint)bytes.Length));
        }

        /// <summary>
        /// Closes a connection after all that was sent; Network_disconnected follows at both ends, with code
        /// and text.
        /// </summary>
        public Result Disconnect(ulong peer, int code = 0, string text = "")
        {
            byte[] bytes = Text.Bytes(text ?? "");
            fixed (byte* data = bytes)
                return Told(Native.podsix_peer_disconnect(Open, peer, code, data, (UIntPtr)(uint)bytes.Length));
        }

        /// <summary>
        /// Closes a connection without waiting for what was sent: all that waits behind the message being
        /// written is dropped, and code and text go behind that. Network_disconnected follows here at once,
        /// with Reason.Local. Also after Disconnect, to hurry it.
        /// </summary>
        public Result Kick(ulong peer, int code = 0, string text = "")
        {
            byte[] bytes = Text.Bytes(text ?? "");
            fixed (byte* data = bytes)
                return Told(Native.podsix_peer_kick(Open, peer, code, data, (UIntPtr)(uint)bytes.Length));
        }

        /// <summary>Closes it at once, without a word; what waits to be sent is lost.</summary>
        public Result Drop(ulong peer)
        {
            return Told(Native.podsix_peer_drop(Open, peer));
        }

        // ---- what is known; of a peer until its last event is over

        /// <summary>The ids of the peers that are connected, which Broadcast is for; a new array.</summary>
        /// <param name="all">Whether of those too that connect, ask to be let in or leave.</param>
        public ulong[] GetPeers(bool all = false)
        {
            ulong[] ids = Array.Empty<ulong>();
            int count;
            while ((count = CopyPeers(ids, all)) > ids.Length) // more may come meanwhile
                ids = new ulong[count];
            Array.Resize(ref ids, count);
            return ids;
        }

        /// <summary>Copies as many ids of peers as fit. Allocates nothing.</summary>
        /// <param name="to">Where they go.</param>
        /// <param name="all">As above.</param>
        /// <returns>How many peers there are.</returns>
        public int CopyPeers(Span<ulong> to, bool all = false)
        {
            fixed (ulong* ids = to)
                return OrThrow(Native.podsix_host_copy_peers(Open, all ? AllPeers : 0, ids, (UIntPtr)(uint)to.Length));
        }

        /// <summary>The address of the other end, such as "192.0.2.7:50123"; empty if there is none (yet).</summary>
        public string PeerAddress(ulong peer)
        {
            return Text.Copied((buf, cap) => Native.podsix_peer_copy_address(Open, peer, buf, cap));
        }

        /// <summary>A number or handle of the game's own, which comes with each of the peer's events.</summary>
        public Result SetUserData(ulong peer, IntPtr data)
        {
            return Told(Native.podsix_peer_set_user_data(Open, peer, data));
        }

        /// <returns>Whether there is such a peer.</returns>
        public bool TryGetUserData(ulong peer, out IntPtr data)
        {
            IntPtr stored;
            bool there = Told(Native.podsix_peer_get_user_data(Open, peer, &stored)) == Result.Ok;
            data = there ? stored : IntPtr.Zero;
            return there;
        }

        /// <returns>Whether there is such a peer.</returns>
        public bool TryGetStats(ulong peer, out PeerStats stats)
        {
            PeerStats now = default(PeerStats);
            bool there = Told(Native.podsix_peer_copy_stats(Open, peer, &now, (UIntPtr)(uint)sizeof(PeerStats))) == Result.Ok;
            stats = now;
            return there;
        }

        public HostStats Stats
        {
            get
            {
                HostStats now = default(HostStats);
                OrThrow(Native.podsix_host_copy_stats(Open, &now, (UIntPtr)(uint)sizeof(HostStats)));
                return now;
            }
        }

        // ---- what the game keeps of them

        /// <summary>
        /// An object of the game's own for each peer, which comes and goes with it: see <see cref="PeerTable{T}"/>.
        /// Those that are connected get theirs at once.
        /// <code>
        /// PeerTable&lt;Guest&gt; guests = host.Keep&lt;Guest&gt;();
        /// </code>
        /// </summary>
        public PeerTable<T> Keep<T>() where T : class, new()
        {
            return Keep(peer => new T());
        }

        /// <summary>As above, for objects that new() alone does not make.</summary>
        /// <param name="make">
        /// Makes the object of a peer. If it throws, which is as if a handler did, the peer is disconnected.
        /// </param>
        public PeerTable<T> Keep<T>(Func<ulong, T> make) where T : class
        {
            var table = new PeerTable<T>(this, make);
            Tables.Add(table);
            foreach (ulong peer in GetPeers())
                table.Come(peer);
            return table;
        }
    }
}
