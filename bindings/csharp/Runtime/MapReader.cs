using System;
using System.Collections;
using System.Collections.Generic;

namespace Podsix
{
    /// <summary>Reads maps as dictionaries. Of equal keys the first counts.</summary>
    internal sealed class MapReader : TypeReader
    {
        private readonly Type keyType, itemType;
        private readonly Hashed made;
        private TypeReader keys, items;

        private MapReader(Type type, Type[] of) : base(type)
        {
            keyType = of[0];
            itemType = of[1];
            made = new Hashed(type, keyType);
        }

        /// <summary>Null if it is no dictionary.</summary>
        internal static TypeReader For(Type type)
        {
            Type dictionary = Members.Implemented(type, typeof(IDictionary<,>)) ?? Members.Implemented(type, typeof(IReadOnlyDictionary<,>));
            if (dictionary == null)
                return null;
            if (!typeof(IDictionary).IsAssignableFrom(type) || !new Maker(type).IsMeant)
                return new NoReader(type, "a " + type + " cannot be made and filled; a Dictionary can");
            Type[] of = dictionary.GetGenericArguments();
            if (!IsKey(of[0]))
                return new NoReader(type, "a " + of[0] + " is no key; texts, integers and tuples are");
            return new MapReader(type, of);
        }

        private static bool IsKey(Type type)
        {
            switch (ScalarReader.FormOf(type))
            {
                case ScalarForm.None:
                    return type == typeof(string) || typeof(System.Runtime.CompilerServices.ITuple).IsAssignableFrom(type);
                case ScalarForm.Bool:
                case ScalarForm.Single:
                case ScalarForm.Double:
                case ScalarForm.TimeSpan:
                    return false;
                default:
                    return true;
            }
        }

        internal override IEnumerable<KeyValuePair<string, Type>> Parts
        {
            get
            {
                yield return new KeyValuePair<string, Type>("'s key", keyType);
                yield return new KeyValuePair<string, Type>("[]", itemType);
            }
        }

        internal override bool Read(Value value, bool strict, out object read)
        {
            read = null;
            if (value.Kind != ValueKind.Map)
                return false;
            keys = keys ?? TypeReader.Of(keyType);
            items = items ?? TypeReader.Of(itemType);
            var map = (IDictionary)made.New();
            read = map;
            foreach (Entry entry in value.Entries)
                if (!Add(map, entry, strict) && strict)
                    return false;
            return true;
        }

        private bool Add(IDictionary map, Entry entry, bool strict)
        {
            object key, item;
            if (!keys.Read(entry.Key, true, out key))
                return false;
            bool right = items.Read(entry.Value, strict, out item);
            if (!right && strict)
                return false;
            try
            {
                bool isNew = !map.Contains(key);
                if (isNew && map.Count == made.Most)
                    return false;
                if (isNew)
                    map.Add(key, right ? item : items.Blank());
                return true;
            }
            catch (Exception) // it takes no such entry
            {
                return false;
            }
        }

        internal override object Blank()
        {
            return made.New();
        }
    }
}
