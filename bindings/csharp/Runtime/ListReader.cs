using System;
using System.Collections;
using System.Collections.Generic;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Podsix
{
    /// <summary>Reads lists as arrays and as whatever has an Add; where the elements are pairs, maps.</summary>
    internal sealed unsafe class ListReader : TypeReader
    {
        private readonly Type element;
        private readonly MethodInfo add; // null for arrays and where there is IList
        private readonly Hashed set; // null if it is none
        private TypeReader reader;

        private ListReader(Type type, Type element, MethodInfo add) : base(type)
        {
            this.element = element;
            this.add = add;
            foreach (Type one in type.GetInterfaces())
                if (one.Name == "ISet`1") // by name, as Mono has it in an assembly that need not be there
                    set = new Hashed(type, element);
        }

        /// <summary>Null if it is no list.</summary>
        internal static TypeReader For(Type type)
        {
            if (type.IsArray)
                return new ListReader(type, type.GetElementType(), null);
            if (!typeof(IEnumerable).IsAssignableFrom(type))
                return null;
            Type collection = Members.Implemented(type, typeof(ICollection<>));
            if (collection == null || !new Maker(type).IsMeant)
                return new NoReader(type, "a " + type + " cannot be made and filled; an array, List or Dictionary can");
            MethodInfo add = typeof(IList).IsAssignableFrom(type) ? null : collection.GetMethod("Add");
            return new ListReader(type, collection.GetGenericArguments()[0], add);
        }

        internal override IEnumerable<KeyValuePair<string, Type>> Parts
        {
            get { yield return new KeyValuePair<string, Type>("[]", element); }
        }

        private TypeReader Reader
        {
            get { return reader ?? (reader = TypeReader.Of(element)); }
        }

        internal override bool Read(Value value, bool strict, out object read)
        {
            read = null;
            if (value.Kind != (Reader is PairReader ? ValueKind.Map : ValueKind.List))
                return false;
            if (!Type.IsArray)
                return Fill(read = New(), value, strict);
            var array = Array.CreateInstance(element, value.Count);
            read = array;
            return Reader.Sample == null ? FillArray(array, value, strict) : FillInPlace(array, value, strict);
        }

        internal override object Blank()
        {
            return Type.IsArray ? Array.CreateInstance(element, 0) : New();
        }

        private object New()
        {
            return set == null ? Maker.New() : set.New();
        }

        private bool Fill(object to, Value value, bool strict)
        {
            var list = to as IList;
            var arguments = add == null ? null : new object[1];
            var items = new Elements(value, Reader, strict);
            for (int count = 0; items.Next(); count++)
            {
                if (set != null && count == set.Most)
                    return !strict;
                try
                {
                    if (list != null)
                    {
                        list.Add(items.Item);
                        continue;
                    }
                    arguments[0] = items.Item;
                    add.Invoke(to, arguments);
                }
                catch (Exception) // it takes no such element
                {
                    if (strict)
                        return false;
                }
            }
            return items.Right;
        }

        private bool FillArray(Array array, Value value, bool strict)
        {
            var items = new Elements(value, Reader, strict);
            for (int at = 0; items.Next(); at++)
                array.SetValue(items.Item, at);
            return items.Right;
        }

        /// <summary>Without a box for each.</summary>
        private bool FillInPlace(Array array, Value value, bool strict)
        {
            if (array.Length == 0)
                return true;
            var pinned = new Pinned { Object = array };
            fixed (byte* first = pinned.Bytes)
            {
                if ((IntPtr)first != Marshal.UnsafeAddrOfPinnedArrayElement(array, 0))
                    return FillArray(array, value, strict);
                byte* to = first;
                foreach (Value item in value)
                {
                    if (!Reader.Place(item, to, strict) && strict)
                        return false;
                    to += Reader.Sample.Length;
                }
            }
            return true;
        }

        /// <summary>Walks through a list, or a map of pairs; what cannot be read is blank, or strictly the end.</summary>
        private ref struct Elements
        {
            private readonly TypeReader reader;
            private readonly bool strict;
            private Items items;
            private Entries entries;

            internal Elements(Value value, TypeReader reader, bool strict)
            {
                this.reader = reader;
                this.strict = strict;
                items = value.GetEnumerator();
                entries = value.Entries;
                Item = null;
                Right = true;
            }

            internal object Item;
            internal bool Right;

            internal bool Next()
            {
                var pairs = reader as PairReader;
                if (!(pairs != null ? entries.MoveNext() : items.MoveNext()))
                    return false;
                if (pairs != null ? pairs.Read(entries.Current, strict, out Item) : reader.Read(items.Current, strict, out Item))
                    return true;
                Right = !strict;
                Item = reader.Blank();
                return Right;
            }
        }
    }
}
