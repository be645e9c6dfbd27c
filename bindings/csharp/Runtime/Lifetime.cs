using System;

namespace Podsix
{
    /// <summary>
    /// What a <see cref="Value"/> asks before it reads memory that is not its own: every value remembers
    /// the count at which it was made, and who owns it counts on when that memory ends. Whoever has a
    /// value has this, and so the owner is not finalized meanwhile.
    /// </summary>
    internal sealed class Lifetime
    {
        internal int Now;
        private readonly string words;

        internal Lifetime(object owner, string words)
        {
            Owner = owner;
            this.words = words;
        }

        internal object Owner { get; }

        internal void Over()
        {
            throw new InvalidOperationException(words);
        }
    }
}
