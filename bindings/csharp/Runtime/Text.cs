using System;
using System.Text;

namespace Podsix
{
    /// <summary>Text between C#'s UTF-16 and the library's UTF-8.</summary>
    internal static unsafe class Text
    {
        /// <summary>A C function that copies text into a buffer and returns the whole text's length.</summary>
        internal delegate int Copy(byte* buf, UIntPtr cap);

        // A string with half of a surrogate pair is a mistake, not something to be sent differently.
        private static readonly UTF8Encoding Strict = new UTF8Encoding(false, true);

        /// <summary>The most bytes a text takes, with a NUL behind it.</summary>
        internal static int Room(string text, string argument = "text")
        {
            if (text == null)
                throw new ArgumentNullException(argument);
            return checked(text.Length * 3 + 1);
        }

        /// <summary>Writes a text that has room, and returns its length in bytes.</summary>
        internal static int Write(string text, byte* to)
        {
            int at = 0;
            for (; at < text.Length; at++)
            {
                char c = text[at];
                if (c >= 0x80)
                    return WriteAny(text, to);
                to[at] = (byte)c;
            }
            return at;
        }

        /// <summary>Writes a text that has room, and a NUL behind it.</summary>
        /// <returns>Whether that is the only one.</returns>
        internal static bool WriteTerminated(string text, byte* to, out int len)
        {
            for (len = 0; len < text.Length; len++)
            {
                char c = text[len];
                if ((uint)(c - 1) >= 0x7f)
                {
                    len = WriteAny(text, to);
                    to[len] = 0;
                    return text.IndexOf('\0') < 0;
                }
                to[len] = (byte)c;
            }
            to[len] = 0;
            return true;
        }

        private static int WriteAny(string text, byte* to)
        {
            try
            {
                fixed (char* from = text)
                    return Strict.GetBytes(from, text.Length, to, Room(text));
            }
            catch (EncoderFallbackException e)
            {
                throw BadUtf8(e);
            }
        }

        internal static byte[] Bytes(string text, string argument = "text")
        {
            if (text == null)
                throw new ArgumentNullException(argument);
            try
            {
                return Strict.GetBytes(text);
            }
            catch (EncoderFallbackException e)
            {
                throw BadUtf8(e);
            }
        }

        private static PodsixException BadUtf8(EncoderFallbackException e)
        {
            return new PodsixException(Result.BadUtf8, "a text has half of a surrogate pair at index " + e.Index);
        }

        /// <summary>A text that ends with a NUL.</summary>
        internal static string Read(byte* text)
        {
            int len = 0;
            while (text[len] != 0)
                len++;
            return Read(text, (UIntPtr)(uint)len);
        }

        internal static string Read(byte* data, UIntPtr len)
        {
            return len == UIntPtr.Zero ? "" : Encoding.UTF8.GetString(data, (int)len);
        }

        internal static string Ascii(byte[] digits)
        {
            return Encoding.ASCII.GetString(digits);
        }

        /// <summary>Whether UTF-8 is this text. Allocates nothing.</summary>
        internal static bool Same(byte* data, UIntPtr len, string text)
        {
            if (text == null)
                return false;
            byte* end = data + (int)len;
            byte* part = stackalloc byte[4];
            for (int at = 0; at < text.Length; at++)
            {
                int count = 1;
                if (text[at] < 0x80)
                    part[0] = (byte)text[at];
                else
                    count = Encode(text, ref at, part);
                if (end - data < count)
                    return false;
                for (int i = 0; i < count; i++)
                    if (*data++ != part[i])
                        return false;
            }
            return data == end;
        }

        private static int Encode(string text, ref int at, byte* to)
        {
            bool pair = char.IsHighSurrogate(text[at]) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]);
            fixed (char* from = text)
            {
                int count = Encoding.UTF8.GetBytes(from + at, pair ? 2 : 1, to, 4);
                at += pair ? 1 : 0;
                return count;
            }
        }

        /// <summary>The whole of a text that a copy function copies; empty if it fails.</summary>
        internal static string Copied(Copy copy)
        {
            const int brief = 256;
            byte* buf = stackalloc byte[brief];
            int len = copy(buf, (UIntPtr)brief);
            if (len < brief)
                return len <= 0 ? "" : Read(buf, (UIntPtr)(uint)len);
            var all = new byte[len + 1];
            fixed (byte* whole = all)
            {
                copy(whole, (UIntPtr)(uint)all.Length);
                return Read(whole); // what it tells of may have changed meanwhile
            }
        }
    }
}
