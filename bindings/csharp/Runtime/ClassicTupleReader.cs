using System;
using System.Collections.Generic;

namespace Podsix
{
    /// <summary>Reads lists as tuples of the older kind, which are made whole.</summary>
    internal sealed class ClassicTupleReader : TypeReader
    {
        private readonly Type[] of;

        internal ClassicTupleReader(Type type) : base(type)
        {
            of = type.GetGenericArguments();
        }

        internal override string Refused
        {
            get
            {
                bool isKnown = Type.Namespace == "System" && of.Length > 0 && of.Length <= 7;
                return isKnown ? null : "a " + Type + " cannot be made of items; a tuple in brackets can, of any number";
            }
        }

        internal override IEnumerable<KeyValuePair<string, Type>> Parts
        {
            get
            {
                for (int at = 0; at < of.Length; at++)
                    yield return new KeyValuePair<string, Type>(".Item" + (at + 1), of[at]);
            }
        }

        internal override bool Read(Value value, bool strict, out object read)
        {
            read = null;
            if (value.Kind != ValueKind.List || strict && value.Count != of.Length)
                return false;
            var items = new object[of.Length];
            Items from = value.GetEnumerator();
            for (int at = 0; at < of.Length; at++)
            {
                TypeReader reader = Of(of[at]);
                if (reader.Read(from.MoveNext() ? from.Current : default(Value), strict, out items[at]))
                    continue;
                if (strict && !reader.IsOptional)
                    return false;
                items[at] = reader.Blank();
            }
            read = Activator.CreateInstance(Type, items);
            return true;
        }

        internal override object Blank()
        {
            var items = new object[of.Length];
            for (int at = 0; at < of.Length; at++)
                items[at] = Of(of[at]).Blank();
            return Activator.CreateInstance(Type, items);
        }
    }
}
