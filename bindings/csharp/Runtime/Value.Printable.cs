using System;

namespace Podsix
{
    // What others sent, for people.
    public readonly unsafe ref partial struct Value
    {
        /// <summary>
        /// As it may be shown in a terminal, a log or a window: one line of at most <paramref name="most"/> characters, as
        /// <see cref="PrintableText.Printable"/> has them. Of a string these are its own, of what is missing there are
        /// none, and everything else is shown as JSON.
        /// </summary>
        /// <param name="most">how many characters there may be, counted as code points</param>
        /// <exception cref="ArgumentOutOfRangeException"><paramref name="most"/> is below 0</exception>
        public string Printable(int most)
        {
            if (most < 0)
                throw new ArgumentOutOfRangeException(nameof(most));
            var value = (IntPtr)Live;
            string text = Text.Copied((buf, cap) => Native.podsix_value_copy_printable((byte*)value, (UIntPtr)(uint)most, buf, cap));
            Keep();
            return text;
        }
    }
}
