using System.Collections.Generic;
using System.Numerics;

namespace Podsix
{
    // As C#'s own objects, which all are allocated anew.
    public readonly ref partial struct Value
    {
        /// <summary>
        /// null, bool, long, ulong, double, string, byte[], BigInteger, Extension, List&lt;object&gt; or
        /// Dictionary&lt;string, object&gt;.
        /// </summary>
        public object ToObject()
        {
            switch (Kind)
            {
                case ValueKind.Bool:
                    return AsBool();
                case ValueKind.Int:
                    return AsLong();
                case ValueKind.UInt:
                    return AsULong();
                case ValueKind.Double:
                    return AsDouble();
                case ValueKind.String:
                    return AsString();
                case ValueKind.Bytes:
                    return AsBytes();
                case ValueKind.List:
                    return ToList();
                case ValueKind.Map:
                    return ToDictionary();
                case ValueKind.Extension:
                    BigInteger integer;
                    if (TryRead(out integer))
                        return integer;
                    Extension extension;
                    TryRead(out extension);
                    return extension;
                default:
                    return null;
            }
        }

        /// <summary>The elements of a list; empty for everything else.</summary>
        public List<object> ToList()
        {
            var list = new List<object>();
            if (Kind == ValueKind.List)
                foreach (Value item in this)
                    list.Add(item.ToObject());
            return list;
        }

        /// <summary>
        /// The entries of a map; empty for everything else. Keys that are no text become their JSON: 5 is
        /// "5", the tuple (1, 2) is "[1,2]". Of equal keys the first counts.
        /// </summary>
        public Dictionary<string, object> ToDictionary()
        {
            var map = new Dictionary<string, object>(KeyHashes.Secret);
            foreach (Entry entry in Entries)
            {
                string key = entry.Key.AsString(null) ?? entry.Key.ToString();
                if (!map.ContainsKey(key))
                    map.Add(key, entry.Value.ToObject());
            }
            return map;
        }
    }
}
