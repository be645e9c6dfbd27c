using System;
using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Podsix
{
    // Set adds a value under a key; Add to a list, under the key that was set before, or as the message
    // itself.
    public sealed unsafe partial class Message
    {
        public Message Set(string key, bool value)
        {
            IntPtr m = Changing();
            Native.podsix_message_add_bool(m, Key(m, key), value ? 1 : 0);
            return Done();
        }

        public Message Add(bool value)
        {
            Native.podsix_message_add_bool(Changing(), null, value ? 1 : 0);
            return Done();
        }

        public Message Set(string key, long value)
        {
            IntPtr m = Changing();
            Native.podsix_message_add_int(m, Key(m, key), value);
            return Done();
        }

        public Message Add(long value)
        {
            Native.podsix_message_add_int(Changing(), null, value);
            return Done();
        }

        public Message Set(string key, ulong value)
        {
            IntPtr m = Changing();
            Native.podsix_message_add_uint(m, Key(m, key), value);
            return Done();
        }

        public Message Add(ulong value)
        {
            Native.podsix_message_add_uint(Changing(), null, value);
            return Done();
        }

        /// <summary>5 bytes on the way, where a double takes 9.</summary>
        public Message Set(string key, float value)
        {
            IntPtr m = Changing();
            Native.podsix_message_add_float(m, Key(m, key), value);
            return Done();
        }

        public Message Add(float value)
        {
            Native.podsix_message_add_float(Changing(), null, value);
            return Done();
        }

        public Message Set(string key, double value)
        {
            IntPtr m = Changing();
            Native.podsix_message_add_double(m, Key(m, key), value);
            return Done();
        }

        public Message Add(double value)
        {
            Native.podsix_message_add_double(Changing(), null, value);
            return Done();
        }

        /// <summary>Null is nil.</summary>
        public Message Set(string key, string text)
        {
            return text == null ? SetNull(key) : Put(key, text, Form.Text);
        }

        /// <summary>Null is nil.</summary>
        public Message Add(string text)
        {
            return text == null ? SetNull(null) : Put(null, text, Form.Text);
        }

        /// <summary>As a text.</summary>
        public Message Set(string key, char letter)
        {
            return Put(key, letter.ToString(), Form.Text);
        }

        /// <summary>As a text.</summary>
        public Message Add(char letter)
        {
            return Put(null, letter.ToString(), Form.Text);
        }

        /// <summary>Null is nil.</summary>
        public Message Set(string key, byte[] bytes)
        {
            return bytes == null ? SetNull(key) : Set(key, new ReadOnlySpan<byte>(bytes));
        }

        /// <summary>Null is nil.</summary>
        public Message Add(byte[] bytes)
        {
            return Set(null, bytes);
        }

        public Message Set(string key, ReadOnlySpan<byte> bytes)
        {
            IntPtr m = Changing();
            fixed (byte* data = &MemoryMarshal.GetReference(bytes))
                Native.podsix_message_add_bytes(m, Key(m, key), data, (UIntPtr)(uint)bytes.Length);
            return Done();
        }

        public Message Add(ReadOnlySpan<byte> bytes)
        {
            return Set(null, bytes);
        }

        /// <summary>A copy of a value of a received message. What is missing there is nil here.</summary>
        public Message Set(string key, Value value)
        {
            if (!value.Exists)
                return SetNull(key); // a stranger may leave out what a game passes on
            IntPtr m = Changing();
            Native.podsix_message_add_value(m, Key(m, key), value.Live);
            value.Keep();
            return Done();
        }

        /// <summary>A copy of a value of a received message. What is missing there is nil here.</summary>
        public Message Add(Value value)
        {
            return Set(null, value);
        }

        public Message SetNull(string key)
        {
            IntPtr m = Changing();
            Native.podsix_message_add_nil(m, Key(m, key));
            return Done();
        }

        public Message AddNull()
        {
            return SetNull(null);
        }

        /// <summary>An integer of any size.</summary>
        public Message Set(string key, BigInteger integer)
        {
            return Put(key, integer.ToString(CultureInfo.InvariantCulture), Form.BigInteger);
        }

        /// <summary>An integer of any size.</summary>
        public Message Add(BigInteger integer)
        {
            return Set(null, integer);
        }

        public Message Set(string key, Extension extension)
        {
            IntPtr m = Changing();
            byte[] bytes = extension.Bytes ?? Array.Empty<byte>();
            fixed (byte* data = bytes)
                Native.podsix_message_add_ext(m, Key(m, key), extension.Type, data, (UIntPtr)(uint)bytes.Length);
            return Done();
        }

        public Message Add(Extension extension)
        {
            return Set(null, extension);
        }

        /// <summary>The value that a JSON text stands for.</summary>
        public Message SetJson(string key, string json)
        {
            return Put(key, json, Form.Json);
        }

        /// <summary>The value that a JSON text stands for.</summary>
        public Message AddJson(string json)
        {
            return Put(null, json, Form.Json);
        }

        /// <summary>Exactly one value that is MessagePack already.</summary>
        public Message SetMessagePack(string key, ReadOnlySpan<byte> bytes)
        {
            IntPtr m = Changing();
            fixed (byte* data = &MemoryMarshal.GetReference(bytes))
                Native.podsix_message_add_msgpack(m, Key(m, key), data, (UIntPtr)(uint)bytes.Length);
            return Done();
        }

        /// <summary>Exactly one value that is MessagePack already.</summary>
        public Message AddMessagePack(ReadOnlySpan<byte> bytes)
        {
            return SetMessagePack(null, bytes);
        }

        /// <summary>
        /// Anything else: dictionaries, lists, arrays, tuples, anonymous objects, your own types; see
        /// <see cref="Host.Send(ulong, object)"/>.
        /// </summary>
        public Message Set(string key, object value)
        {
            ObjectWriter.Write(this, key, value);
            return this;
        }

        /// <summary>Anything else, as Set.</summary>
        public Message Add(object value)
        {
            ObjectWriter.Write(this, null, value);
            return this;
        }

        private enum Form
        {
            Text,
            BigInteger,
            Json,
        }

        /// <summary>Adds a text, which shares Room with its key; JSON alone could be null.</summary>
        private Message Put(string key, string text, Form form)
        {
            IntPtr m = Changing();
            int before = key == null ? 0 : Text.Room(key);
            byte* room = Handle.Room(checked(before + Text.Room(text, "json")));
            byte* name = Key(m, key, room);
            byte* data = room + before;
            var len = (UIntPtr)(uint)Text.Write(text, data);
            if (form == Form.Text)
                Native.podsix_message_add_string(m, name, data, len);
            else if (form == Form.Json)
                Native.podsix_message_add_json(m, name, data, len);
            else
                Native.podsix_message_add_big_int(m, name, data, len);
            return Done();
        }

        /// <summary>
        /// The key argument of the C functions: a text that ends with a NUL, or null once any other was set,
        /// or if there is none.
        /// </summary>
        private byte* Key(IntPtr m, string key)
        {
            return key == null ? null : Key(m, key, Handle.Room(Text.Room(key)));
        }

        private static byte* Key(IntPtr m, string key, byte* room)
        {
            if (key == null)
                return null;
            int len;
            if (Text.WriteTerminated(key, room, out len))
                return room;
            Native.podsix_message_set_key(m, room, (UIntPtr)(uint)len);
            return null;
        }
    }
}
