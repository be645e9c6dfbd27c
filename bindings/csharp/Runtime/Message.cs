using System;

namespace Podsix
{
    /// <summary>
    /// A message being built, to be kept and used again: it keeps its memory, and building allocates
    /// nothing. The first mistake sticks until Begin, Clear or FromJson, and is what sending then throws.
    /// It belongs to one thread at a time; several may send the same finished one.
    /// <code>
    /// host.Send(peer, message.Begin("move").Set("x", 3).Set("y", 4.5));
    /// </code>
    /// </summary>
    public sealed unsafe partial class Message : IDisposable
    {
        private readonly Lifetime life;
        private readonly IntPtr raw; // of the handle, which is not asked each time
        private Steps steps;

        /// <summary>Empty: for Begin, or one value of any kind.</summary>
        public Message()
        {
            Handle = new MessageHandle();
            raw = Handle.DangerousGetHandle();
            life = new Lifetime(Handle, "this value is gone: its message was changed or disposed of");
        }

        /// <summary>A map with the key "action".</summary>
        public Message(string action) : this()
        {
            Begin(action);
        }

        internal MessageHandle Handle { get; }

        /// <summary>Where in an object ObjectWriter is.</summary>
        internal Steps Steps
        {
            get { return steps ?? (steps = new Steps()); }
        }

        /// <summary>Begins anew: a map with the key "action". Nothing needs to close it.</summary>
        public Message Begin(string action)
        {
            IntPtr m = Changing();
            byte* text = Handle.Room(Text.Room(action, nameof(action)));
            int len;
            if (!Text.WriteTerminated(action, text, out len))
                throw new PodsixException(Result.BadArgument, "an action cannot hold a NUL");
            Native.podsix_message_begin(m, text);
            return Done();
        }

        /// <summary>Begins anew: one value of any kind, added or opened without a key.</summary>
        public Message Clear()
        {
            Native.podsix_message_clear(Changing());
            return Done();
        }

        /// <summary>Becomes what a JSON text stands for.</summary>
        public Message FromJson(string json)
        {
            IntPtr m = Changing();
            byte* text = Handle.Room(Text.Room(json, nameof(json)));
            Native.podsix_message_from_json(m, text, (UIntPtr)(uint)Text.Write(json, text));
            return Done();
        }

        // ---- containers: what follows goes into them, until Close

        /// <summary>Opens a list, under a key inside a map.</summary>
        public Message OpenList(string key = null)
        {
            IntPtr m = Changing();
            Native.podsix_message_open_list(m, Key(m, key));
            return Done();
        }

        /// <summary>Opens a map, under a key inside a map.</summary>
        public Message OpenMap(string key = null)
        {
            IntPtr m = Changing();
            Native.podsix_message_open_map(m, Key(m, key));
            return Done();
        }

        /// <summary>Opens a tuple, a list to all but Python.</summary>
        public Message OpenTuple(string key = null)
        {
            IntPtr m = Changing();
            Native.podsix_message_open_tuple(m, Key(m, key));
            return Done();
        }

        /// <summary>Closes what was opened last.</summary>
        public Message Close()
        {
            Native.podsix_message_close(Changing());
            return Done();
        }

        // ---- keys of any kind, for the next Add or Open

        public Message Key(string key)
        {
            IntPtr m = Changing();
            byte* text = Handle.Room(Text.Room(key, nameof(key)));
            Native.podsix_message_set_key(m, text, (UIntPtr)(uint)Text.Write(key, text));
            return Done();
        }

        public Message Key(long key)
        {
            Native.podsix_message_set_key_int(Changing(), key);
            return Done();
        }

        public Message Key(ulong key)
        {
            if (key <= long.MaxValue)
                return Key((long)key);
            using (var large = new Message().Add(key))
                return Key(large.Value);
        }

        /// <summary>As a text.</summary>
        public Message Key(char key)
        {
            return Key(key.ToString());
        }

        /// <summary>A copy of any value but a list or map; a tuple of such values too.</summary>
        public Message Key(Value key)
        {
            Native.podsix_message_set_key_value(Changing(), key.Live);
            key.Keep();
            return Done();
        }

        // ---- what is in it

        /// <summary>What would keep it from being sent, in words; empty if nothing would.</summary>
        public string Error
        {
            get
            {
                string words = Text.Copied((buf, cap) => Native.podsix_message_copy_error(Raw, buf, cap));
                GC.KeepAlive(this);
                return words;
            }
        }

        /// <summary>
        /// What has been built, to be read; nothing if it could not be sent. It lives until the message is
        /// changed.
        /// </summary>
        public Value Value
        {
            get
            {
                return new Value(Native.podsix_message_get_value(Raw), life);
            }
        }

        /// <summary>As JSON, for logs.</summary>
        public override string ToString()
        {
            return Value.ToString();
        }

        /// <summary>A copy of its MessagePack; empty if it could not be sent.</summary>
        public byte[] ToMessagePack()
        {
            byte* data;
            UIntPtr len;
            byte[] bytes = Native.podsix_message_get_span(Raw, &data, &len) < 0
                ? Array.Empty<byte>()
                : new ReadOnlySpan<byte>(data, (int)len).ToArray();
            GC.KeepAlive(this);
            return bytes;
        }

        /// <summary>Frees it; its finalizer would do so too.</summary>
        public void Dispose()
        {
            life.Now++;
            Handle.Dispose();
        }

        private IntPtr Raw
        {
            get
            {
                if (Handle.IsClosed)
                    throw new ObjectDisposedException("Podsix.Message");
                return raw;
            }
        }

        private IntPtr Changing()
        {
            life.Now++;
            return Raw;
        }

        /// <summary>Keeps the message from its finalizer until the native call is over.</summary>
        private Message Done()
        {
            GC.KeepAlive(this);
            return this;
        }
    }
}
