using System;

namespace Podsix
{
    /// <summary>A type that is not read, and why.</summary>
    internal sealed class NoReader : TypeReader
    {
        internal NoReader(Type type, string why) : base(type)
        {
            Refused = why;
        }

        internal override string Refused { get; }

        internal override bool Read(Value value, bool strict, out object read)
        {
            read = null;
            return false;
        }

        internal override object Blank()
        {
            return null;
        }
    }
}
