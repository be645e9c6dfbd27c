using System;

namespace Podsix
{
    /// <summary>Reads lists as tuples. What is behind the seventh item is a tuple in the field Rest.</summary>
    internal sealed unsafe class TupleReader : PartsReader
    {
        private const int Rest = 7;

        internal TupleReader(Type type) : base(type, Ordered(type)) { }

        internal static bool Reads(Type type)
        {
            return type.IsValueType && type.Namespace == "System";
        }

        private static Members.Member[] Ordered(Type type)
        {
            var fields = (Members.Member[])Members.Of(type).All.Clone();
            Array.Sort(fields, (a, b) => string.CompareOrdinal(a.Name, b.Name)); // Item1 to Item7, Rest
            return fields;
        }

        /// <summary>The items, those in Rest too.</summary>
        private int Length
        {
            get { return Count <= Rest ? Count : Rest + ((TupleReader)Reader(Rest)).Length; }
        }

        protected override bool Fits(Value value, bool strict)
        {
            return value.Kind == ValueKind.List && (!strict || value.Count == Length);
        }

        protected override bool Fill(Value value, bool strict, object to, byte* fields)
        {
            Items items = value.GetEnumerator();
            return ReadItems(ref items, strict, to, fields);
        }

        private bool ReadItems(ref Items items, bool strict, object to, byte* fields)
        {
            for (int at = 0; at < Count; at++)
            {
                bool right = at == Rest ? ReadRest(ref items, strict, to, fields)
                    : ReadPart(at, items.MoveNext() ? items.Current : default(Value), to, fields, strict);
                if (!right && strict)
                    return false;
            }
            return true;
        }

        private bool ReadRest(ref Items items, bool strict, object to, byte* fields)
        {
            var rest = (TupleReader)Reader(Rest);
            if (PlaceOf(Rest) >= 0)
                return rest.ReadItems(ref items, strict, null, fields + PlaceOf(Rest));
            object read = rest.Maker.New();
            var pinned = new Pinned { Object = read };
            fixed (byte* at = &pinned.Head.First)
                return rest.ReadItems(ref items, strict, read, at) && Set(Rest, to, read);
        }
    }
}
