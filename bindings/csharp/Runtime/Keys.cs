using System;
using System.Runtime.InteropServices;

namespace Podsix
{
    /// <summary>
    /// Keys for <c>Value.Fields</c>, turned into UTF-8 once. Keep them in a static field:
    /// <c>static readonly Keys Place = new Keys("x", "y");</c> Any thread.
    /// </summary>
    public sealed unsafe class Keys
    {
        /// <summary>As many as Fields reads at once.</summary>
        public const int Most = 8;

        private readonly IntPtr memory; // the row, then the texts

        /// <param name="names">One to eight keys, each once.</param>
        public Keys(params string[] names)
        {
            if (names == null)
                throw new ArgumentNullException(nameof(names));
            if (names.Length == 0 || names.Length > Most)
                throw new ArgumentException("there must be 1 to " + Most + " keys");
            int room = names.Length * sizeof(NativeKey);
            foreach (string name in names)
                room = checked(room + Text.Room(name, nameof(names)));
            memory = Marshal.AllocHGlobal(room);
            Count = names.Length;
            byte* text = (byte*)(Row + Count);
            for (int at = 0; at < Count; at++)
            {
                int len = Text.Write(names[at], text);
                Row[at].name = text;
                Row[at].len = (UIntPtr)(uint)len;
                text += len;
            }
        }

        ~Keys()
        {
            Marshal.FreeHGlobal(memory);
        }

        public int Count { get; }

        internal NativeKey* Row
        {
            get { return (NativeKey*)memory; }
        }
    }
}
