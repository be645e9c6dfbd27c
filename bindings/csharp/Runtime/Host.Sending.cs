using System;
using System.Runtime.InteropServices;

namespace Podsix
{
    // Sending. Nothing here waits, and the library copies what it takes.
    public unsafe partial class Host
    {
        /// <summary>Sends a message: reliably, and after everything sent to that peer before by this thread.</summary>
        /// <returns>
        /// Ok, or nothing was taken, and LastError has the words: WouldBlock (wait for Network_writable),
        /// Memory, UnknownPeer or NotConnected (it has gone; Network_disconnected tells), TooLarge, TooDeep or
        /// TooManyValues (for this end's limits or the peer's), Unsendable or Terminator (for a PodSixNet program).
        /// </returns>
        /// <exception cref="PodsixException">a mistake in the message: it is empty, or something is left open</exception>
        public Result Send(ulong peer, Message message)
        {
            TellNobody(peer);
            return Told(Native.podsix_send(Open, peer, HandleOf(message), 0));
        }

        /// <summary>
        /// Sends anything: <c>host.Send(peer, new { action = "move", x = 3, path = new[] { 1, 2 } })</c>.
        /// Dictionaries, anonymous objects and your own types are maps (their public fields, and properties
        /// that can be read and written), arrays and lists are lists, tuples tuples, byte[] bytes, enums
        /// numbers. It allocates; what is sent each frame is better built by a Message.
        /// </summary>
        /// <returns>As for a Message.</returns>
        /// <exception cref="PodsixException">Unsendable, which names the place in the object</exception>
        public Result Send(ulong peer, object message)
        {
            using (var spare = new Spare(message))
            {
                Unnamed.Tell(message, spare.Message);
                return Send(peer, spare.Message);
            }
        }

        /// <summary>Sends what is MessagePack already: exactly one value.</summary>
        /// <returns>As for a Message.</returns>
        public Result SendMessagePack(ulong peer, ReadOnlySpan<byte> bytes)
        {
            TellNobody(peer);
            fixed (byte* data = &MemoryMarshal.GetReference(bytes))
                return Told(Native.podsix_send_msgpack(Open, peer, data, (UIntPtr)(uint)bytes.Length, 0));
        }

        /// <summary>Sends what is written as JSON; it travels as whatever the peer speaks.</summary>
        /// <returns>As for a Message.</returns>
        public Result SendJson(ulong peer, string json)
        {
            TellNobody(peer);
            byte[] bytes = Text.Bytes(json, nameof(json));
            fixed (byte* data = bytes)
                return Told(Native.podsix_send_json(Open, peer, data, (UIntPtr)(uint)bytes.Length, 0));
        }

        /// <summary>Sends one message to many peers. Nobody is disconnected for being slow.</summary>
        /// <param name="peers">An array of their ids, or a part of one.</param>
        /// <param name="message">What is sent.</param>
        /// <param name="results">Where there is one, what Send would have returned for each peer.</param>
        /// <returns>How many took it.</returns>
        public int SendMany(ReadOnlySpan<ulong> peers, Message message, Span<Result> results = default(Span<Result>))
        {
            if (results.Length != 0 && results.Length < peers.Length)
                throw new ArgumentException("there are fewer results than peers");
            fixed (ulong* ids = &MemoryMarshal.GetReference(peers))
            fixed (Result* codes = results)
            {
                int taken = Native.podsix_send_many(Open, ids, (UIntPtr)(uint)peers.Length, HandleOf(message), 0, (int*)codes);
                if (Told(taken) == Result.Ok)
                    return taken;
                results.Fill((Result)taken); // the message itself cannot be sent
                return 0;
            }
        }

        /// <summary>As SendMany, for anything that Send takes.</summary>
        public int SendMany(ReadOnlySpan<ulong> peers, object message, Span<Result> results = default(Span<Result>))
        {
            using (var spare = new Spare(message))
            {
                Unnamed.Tell(message, spare.Message);
                return SendMany(peers, spare.Message, results);
            }
        }

        /// <summary>
        /// Sends a message to every peer that is connected. A peer is, from when its Network_connected was
        /// pumped or polled, so that the game's own welcome can come first, until it is closed. Who is too slow
        /// for it is disconnected, with Reason.SlowPeer: losing a message silently would be worse.
        /// </summary>
        /// <param name="message">What is sent.</param>
        /// <param name="except">Who does not get it; 0 for nobody.</param>
        /// <returns>
        /// Ok, or what Send returns but for a single peer, or Closing after Close; then nobody gets it.
        /// </returns>
        public Result Broadcast(Message message, ulong except = 0)
        {
            return Told(Native.podsix_broadcast(Open, HandleOf(message), except, 0));
        }

        /// <summary>Where a game believes that it is connecting already.</summary>
        private void TellNobody(ulong peer)
        {
            if (peer == 0 && Warnings.First("0 " + GetType()))
                Warnings.Say(Unheard.NameOf(this) + ": a message is sent to peer 0, which is nobody, and lost: Connect comes first, and what is sent after it waits");
        }

        private static MessageHandle HandleOf(Message message)
        {
            return message == null ? throw new ArgumentNullException("message") : message.Handle;
        }

        /// <summary>As Broadcast, for anything that Send takes.</summary>
        public Result Broadcast(object message, ulong except = 0)
        {
            using (var spare = new Spare(message))
            {
                Unnamed.Tell(message, spare.Message);
                return Broadcast(spare.Message, except);
            }
        }
    }
}
