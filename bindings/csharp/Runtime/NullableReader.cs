using System;
using System.Collections.Generic;

namespace Podsix
{
    /// <summary>Reads what may be null: nil is.</summary>
    internal sealed class NullableReader : TypeReader
    {
        private readonly Type inner;
        private TypeReader reader;

        internal NullableReader(Type type) : base(type)
        {
            inner = Nullable.GetUnderlyingType(type);
        }

        internal override bool IsOptional
        {
            get { return true; }
        }

        internal override IEnumerable<KeyValuePair<string, Type>> Parts
        {
            get { yield return new KeyValuePair<string, Type>("", inner); }
        }

        internal override bool Read(Value value, bool strict, out object read)
        {
            read = null; // which a box of a nullable is, too
            if (value.Kind == ValueKind.Null)
                return true;
            reader = reader ?? Of(inner);
            return reader.Read(value, strict, out read);
        }

        internal override object Blank()
        {
            return null;
        }
    }
}
