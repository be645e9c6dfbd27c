using System;

namespace Podsix
{
    /// <summary>
    /// What has happened. It and its Data live until its host polls, waits or pumps again; used later,
    /// they throw InvalidOperationException.
    /// </summary>
    public readonly unsafe ref struct PodsixEvent
    {
        private readonly NativeEvent* raw;
        private readonly Lifetime life;
        private readonly int made;

        internal PodsixEvent(NativeEvent* raw, Lifetime life)
        {
            this.raw = raw;
            this.life = life;
            made = life.Now;
        }

        internal NativeEvent* Live
        {
            get
            {
                if (life == null)
                    throw new InvalidOperationException("there is no event");
                if (life.Now != made)
                    life.Over();
                return raw;
            }
        }

        /// <summary>A number that tells the events of a host apart, until it begins anew after four billion.</summary>
        internal int Made
        {
            get { return made; }
        }

        /// <summary>Whether it is no longer to be read.</summary>
        internal bool IsOver
        {
            get { return life.Now != made; }
        }

        /// <summary>Keeps what was read from a finalizer until then: its host may be forgotten already.</summary>
        private T Kept<T>(T read) where T : struct
        {
            GC.KeepAlive(life);
            return read;
        }

        private string Words(byte* data, UIntPtr len)
        {
            string words = Podsix.Text.Read(data, len);
            GC.KeepAlive(life);
            return words;
        }

        public EventKind Kind
        {
            get { return Kept((EventKind)Live->kind); }
        }

        /// <summary>The other end; 0 if what listens is meant.</summary>
        public ulong Peer
        {
            get { return Kept(Live->peer); }
        }

        public Direction Direction
        {
            get { return Kept((Direction)Live->direction); }
        }

        /// <summary>The id of what an inbound peer came through, or of what met trouble; 0 for none.</summary>
        public uint Listener
        {
            get { return Kept(Live->listener); }
        }

        /// <summary>The message, hello or reply.</summary>
        public Value Data
        {
            get { return new Value(Live->message, life); }
        }

        /// <summary>The value at a key of Data.</summary>
        public Value this[string key]
        {
            get { return Data[key]; }
        }

        /// <summary>
        /// The text at the key "action" of a message, or the name of the kind; a new string. Decide by
        /// kind, not by this: a remote message may well call itself "connected".
        /// </summary>
        public string Action
        {
            get { return Words(Live->action, Live->action_len); }
        }

        /// <summary>Whether it is a message with this action. Allocates nothing.</summary>
        public bool Is(string action)
        {
            NativeEvent* ev = Live;
            return Kept(ev->kind == (int)EventKind.Message && Podsix.Text.Same(ev->action, ev->action_len, action));
        }

        /// <summary>Why a connection ended.</summary>
        public Reason Reason
        {
            get { return Kept((Reason)Live->reason); }
        }

        /// <summary>
        /// The games' own number for the end, from either end. How many milliseconds, when stalled.
        /// </summary>
        public int Code
        {
            get { return Kept(Live->code); }
        }

        /// <summary>
        /// The words for the end; a new string. The other end's are one line that can be shown; its Action and Data
        /// are as they came, and <see cref="PrintableText.Printable"/> is for showing them.
        /// </summary>
        public string Text
        {
            get { return Words(Live->text, Live->text_len); }
        }

        /// <summary>The operating system's error number; 0 if it had no part in this.</summary>
        public int OsError
        {
            get { return Kept(Live->os_error); }
        }

        /// <summary>What Host.SetUserData stored for the peer.</summary>
        public IntPtr UserData
        {
            get { return Kept(Live->user_data); }
        }
    }
}
