using System;
using System.Collections.Generic;

namespace Podsix
{
    /// <summary>Reads a map's entry as a pair of key and value, and a map of one entry as its pair.</summary>
    internal sealed class PairReader : TypeReader
    {
        private readonly Type[] of;
        private TypeReader keys, items;

        internal PairReader(Type type) : base(type)
        {
            of = type.GetGenericArguments();
        }

        internal static bool IsPair(Type type)
        {
            return type.IsGenericType && type.GetGenericTypeDefinition() == typeof(KeyValuePair<,>);
        }

        internal override IEnumerable<KeyValuePair<string, Type>> Parts
        {
            get
            {
                yield return new KeyValuePair<string, Type>(".Key", of[0]);
                yield return new KeyValuePair<string, Type>(".Value", of[1]);
            }
        }

        internal override bool Read(Value value, bool strict, out object read)
        {
            read = null;
            if (value.Kind == ValueKind.Map && value.Count == 1)
                foreach (Entry entry in value.Entries)
                    return Read(entry, strict, out read);
            return false;
        }

        internal bool Read(Entry entry, bool strict, out object read)
        {
            keys = keys ?? Of(of[0]);
            items = items ?? Of(of[1]);
            object key, item;
            read = null;
            if (!keys.Read(entry.Key, true, out key))
                return false;
            bool right = items.Read(entry.Value, strict, out item);
            if (!right && strict)
                return false;
            read = Activator.CreateInstance(Type, key, right ? item : items.Blank());
            return true;
        }
    }
}
