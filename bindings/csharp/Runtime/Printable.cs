using System;
using System.Text;

namespace Podsix
{
    /// <summary>
    /// What others wrote, for people. Whoever sends a message chooses its texts: escape codes that clear a terminal,
    /// line breaks that forge a log's lines, megabytes. The tags of rich text are another matter: labels that show
    /// what others wrote have it switched off.
    /// </summary>
    public static unsafe class PrintableText
    {
        /// <summary>
        /// Text that somebody else wrote, as it may be shown in a terminal, a log or a window: one line, cut with an
        /// ellipsis if it has more than <paramref name="most"/> characters. Tabs and line breaks are spaces; other
        /// control characters, those that turn the direction of writing round and halves of surrogate pairs are U+FFFD.
        /// An event's Text needs no such care; its Action does. Null is the empty text. From any thread.
        /// </summary>
        /// <param name="text">the text</param>
        /// <param name="most">how many characters there may be, counted as code points: a surrogate pair is one</param>
        /// <exception cref="ArgumentOutOfRangeException"><paramref name="most"/> is below 0</exception>
        public static string Printable(this string text, int most)
        {
            if (most < 0)
                throw new ArgumentOutOfRangeException(nameof(most));
            if (string.IsNullOrEmpty(text))
                return "";
            Library.Check();
            // Two units are a character at most, and one more character tells that the text goes on.
            int units = (int)Math.Min(text.Length, 2L * most + 2);
            byte[] bytes = Encoding.UTF8.GetBytes(text.ToCharArray(0, units));
            fixed (byte* data = bytes)
            {
                var from = (IntPtr)data;
                return Text.Copied((buf, cap) => Native.podsix_text_copy_printable((byte*)from, (UIntPtr)(uint)bytes.Length, (UIntPtr)(uint)most, buf, cap));
            }
        }
    }
}
