using System;

namespace Podsix
{
    /// <summary>
    /// A value of a message: an address, not a copy, so that looking costs nothing and allocates
    /// nothing. It lives until its host polls, waits or pumps again, or its message is changed; used
    /// later, it throws InvalidOperationException. Being a ref struct it cannot be kept in a field, but
    /// <see cref="Copy"/> gives what can. Every function takes every value there is; what is missing is
    /// of ValueKind.None, so that look-ups can be chained.
    /// </summary>
    public readonly unsafe ref partial struct Value
    {
        private readonly byte* first;
        private readonly Lifetime life; // null for what is nowhere
        private readonly int made;

        internal Value(byte* first, Lifetime life)
        {
            this.first = first;
            this.life = life;
            made = life.Now;
        }

        private Value(byte* first, Value of)
        {
            this.first = first;
            life = of.life;
            made = of.made;
        }

        /// <summary>The address, while there is something at it.</summary>
        internal byte* Live
        {
            get
            {
                if (life != null && life.Now != made)
                    life.Over();
                return first;
            }
        }

        /// <summary>Keeps what it points to from a finalizer until a native call is over.</summary>
        internal void Keep()
        {
            GC.KeepAlive(life);
        }

        private T Kept<T>(T read) where T : struct
        {
            GC.KeepAlive(life);
            return read;
        }

        private Value Kept(byte* part)
        {
            GC.KeepAlive(life);
            return new Value(part, this);
        }

        public ValueKind Kind
        {
            get { return (ValueKind)Kept(Native.podsix_value_type(Live)); }
        }

        public bool Exists
        {
            get { return Kind != ValueKind.None; }
        }

        /// <summary>Whether a list is a tuple of Python's.</summary>
        public bool IsTuple
        {
            get { return Kept(Native.podsix_value_is_tuple(Live)) != 0; }
        }

        /// <summary>The elements of a list, or entries of a map; 0 for everything else.</summary>
        public int Count
        {
            get { return (int)Kept(Native.podsix_value_count(Live)); }
        }

        // ---- looking up

        /// <summary>The value at a key of a map. Of equal keys the first counts.</summary>
        public Value this[string key]
        {
            get
            {
                int room = Text.Room(key, nameof(key));
                if (room > 256)
                    return FindLong(key);
                byte* text = stackalloc byte[room];
                int len = Text.Write(key, text);
                return Kept(Native.podsix_value_find(Live, text, (UIntPtr)(uint)len));
            }
        }

        private Value FindLong(string key)
        {
            byte[] bytes = Text.Bytes(key);
            fixed (byte* text = bytes)
                return Kept(Native.podsix_value_find(Live, text, (UIntPtr)(uint)bytes.Length));
        }

        /// <summary>
        /// The element of a list, counted from its beginning: foreach is the way through a whole list.
        /// </summary>
        public Value this[int index]
        {
            get
            {
                return index < 0 ? default(Value) : Kept(Native.podsix_value_at(Live, (UIntPtr)(uint)index));
            }
        }

        /// <summary>The value at a key of a map that is an integer.</summary>
        public Value Find(long key)
        {
            return Kept(Native.podsix_value_find_int(Live, key));
        }

        /// <summary>The value at a key of a map that is an integer: a peer, or whatever else a ulong holds.</summary>
        public Value Find(ulong key)
        {
            if (key <= long.MaxValue)
                return Find((long)key);
            foreach (Entry entry in Entries)
                if (entry.Key.Kind == ValueKind.UInt && entry.Key.AsULong() == key)
                    return entry.Value;
            return default(Value);
        }

        // ---- reading: what it is, or the fallback; a number may be of any type that holds it

        public bool AsBool(bool fallback = false)
        {
            return Kept(Native.podsix_value_as_bool(Live, fallback ? 1 : 0)) != 0;
        }

        public int AsInt(int fallback = 0)
        {
            long number = AsLong(fallback);
            return number == (int)number ? (int)number : fallback;
        }

        public long AsLong(long fallback = 0)
        {
            return Kept(Native.podsix_value_as_int(Live, fallback));
        }

        public ulong AsULong(ulong fallback = 0)
        {
            return Kept(Native.podsix_value_as_uint(Live, fallback));
        }

        public float AsFloat(float fallback = 0)
        {
            return (float)AsDouble(fallback);
        }

        public double AsDouble(double fallback = 0)
        {
            return Kept(Native.podsix_value_as_double(Live, fallback));
        }

        /// <summary>A new string.</summary>
        public string AsString(string fallback = "")
        {
            byte* data;
            UIntPtr len;
            string text = Native.podsix_value_get_string(Live, &data, &len) == 0 ? Text.Read(data, len) : fallback;
            Keep();
            return text;
        }

        /// <summary>A new array: the bytes of bytes, of a string or of an extension.</summary>
        public byte[] AsBytes(byte[] fallback = null)
        {
            byte* data;
            UIntPtr len;
            byte[] bytes = Native.podsix_value_get_bytes(Live, &data, &len) == 0
                ? new ReadOnlySpan<byte>(data, (int)len).ToArray()
                : fallback;
            Keep();
            return bytes;
        }

        /// <summary>
        /// Copies the bytes of bytes, of a string (UTF-8) or of an extension into a buffer, as many as fit.
        /// </summary>
        /// <returns>How many there are; -1 if it is none of those.</returns>
        public int CopyBytes(Span<byte> to)
        {
            byte* data;
            UIntPtr len;
            if (Native.podsix_value_get_bytes(Live, &data, &len) < 0)
                return -1;
            var bytes = new ReadOnlySpan<byte>(data, (int)len);
            bytes.Slice(0, Math.Min(bytes.Length, to.Length)).CopyTo(to);
            Keep();
            return (int)len;
        }

        /// <summary>Whether it is this text. Allocates nothing.</summary>
        public bool Is(string text)
        {
            byte* data;
            UIntPtr len;
            return Kept(Native.podsix_value_get_string(Live, &data, &len) == 0 && Text.Same(data, len, text));
        }

        /// <summary>
        /// Whether it equals another value with all that is in it. Numbers are compared by value and type:
        /// 3 is not 3.0. The entries of maps must be in the same order.
        /// </summary>
        public bool Is(Value other)
        {
            bool equal = Native.podsix_value_equals(Live, other.Live) != 0;
            other.Keep();
            return Kept(equal);
        }

        // ---- keeping

        /// <summary>A copy that is kept: read it by its Value, or send it. What is missing becomes nil.</summary>
        public Message Copy()
        {
            return new Message().Add(this);
        }

        /// <summary>A copy of its MessagePack; empty for what is missing.</summary>
        public byte[] ToMessagePack()
        {
            byte* data;
            UIntPtr len;
            byte[] bytes = Native.podsix_value_get_span(Live, &data, &len) < 0
                ? Array.Empty<byte>()
                : new ReadOnlySpan<byte>(data, (int)len).ToArray();
            Keep();
            return bytes;
        }

        /// <summary>
        /// As JSON; empty for what is missing. Control characters in its strings are escaped, but it is as long as what
        /// was sent: <see cref="Printable"/> is for showing what others sent.
        /// </summary>
        public override string ToString()
        {
            var value = (IntPtr)Live;
            string json = Text.Copied((buf, cap) => Native.podsix_value_copy_json((byte*)value, buf, cap));
            Keep();
            return json;
        }
    }
}
