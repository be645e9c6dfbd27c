using System;

namespace Podsix
{
    // Many fields of a map in one pass and one native call: the quickest way to read a message.
    //
    //     static readonly Keys Place = new Keys("x", "y");
    //     data.Fields(Place, out Value x, out Value y);
    public readonly unsafe ref partial struct Value
    {
        public void Fields(Keys keys, out Value a)
        {
            Found found = Find(keys, 1);
            a = new Value(found.a, this);
        }

        public void Fields(Keys keys, out Value a, out Value b)
        {
            Found found = Find(keys, 2);
            a = new Value(found.a, this);
            b = new Value(found.b, this);
        }

        public void Fields(Keys keys, out Value a, out Value b, out Value c)
        {
            Found found = Find(keys, 3);
            a = new Value(found.a, this);
            b = new Value(found.b, this);
            c = new Value(found.c, this);
        }

        public void Fields(Keys keys, out Value a, out Value b, out Value c, out Value d)
        {
            Found found = Find(keys, 4);
            a = new Value(found.a, this);
            b = new Value(found.b, this);
            c = new Value(found.c, this);
            d = new Value(found.d, this);
        }

        public void Fields(Keys keys, out Value a, out Value b, out Value c, out Value d, out Value e)
        {
            Found found = Find(keys, 5);
            a = new Value(found.a, this);
            b = new Value(found.b, this);
            c = new Value(found.c, this);
            d = new Value(found.d, this);
            e = new Value(found.e, this);
        }

        public void Fields(Keys keys, out Value a, out Value b, out Value c, out Value d, out Value e, out Value f)
        {
            Found found = Find(keys, 6);
            a = new Value(found.a, this);
            b = new Value(found.b, this);
            c = new Value(found.c, this);
            d = new Value(found.d, this);
            e = new Value(found.e, this);
            f = new Value(found.f, this);
        }

        public void Fields(Keys keys, out Value a, out Value b, out Value c, out Value d, out Value e, out Value f, out Value g)
        {
            Found found = Find(keys, 7);
            a = new Value(found.a, this);
            b = new Value(found.b, this);
            c = new Value(found.c, this);
            d = new Value(found.d, this);
            e = new Value(found.e, this);
            f = new Value(found.f, this);
            g = new Value(found.g, this);
        }

        public void Fields(Keys keys, out Value a, out Value b, out Value c, out Value d, out Value e, out Value f, out Value g, out Value h)
        {
            Found found = Find(keys, 8);
            a = new Value(found.a, this);
            b = new Value(found.b, this);
            c = new Value(found.c, this);
            d = new Value(found.d, this);
            e = new Value(found.e, this);
            f = new Value(found.f, this);
            g = new Value(found.g, this);
            h = new Value(found.h, this);
        }

        private Found Find(Keys keys, int count)
        {
            if (keys == null)
                throw new ArgumentNullException(nameof(keys));
            if (keys.Count != count)
                throw new ArgumentException("there are " + keys.Count + " keys, for " + count + " values");
            Found found = default(Found);
            Find(keys, (byte**)&found);
            return found;
        }

        /// <summary>The places of all keys, where there is room for so many; and how many are there.</summary>
        internal int Find(Keys keys, byte** found)
        {
            int count = Native.podsix_value_fields(Live, keys.Row, (UIntPtr)(uint)keys.Count, found);
            GC.KeepAlive(keys);
            return Kept(count);
        }

        private struct Found
        {
            internal byte* a, b, c, d, e, f, g, h;
        }
    }
}
