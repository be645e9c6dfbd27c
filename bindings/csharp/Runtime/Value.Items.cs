namespace Podsix
{
    public readonly unsafe ref partial struct Value
    {
        /// <summary>The elements of a list, or the values of a map; none for everything else.</summary>
        public Items GetEnumerator()
        {
            return new Items(this);
        }

        /// <summary>The entries of a map: <c>foreach (Entry entry in scores.Entries)</c></summary>
        public Entries Entries
        {
            get { return new Entries(this); }
        }

        internal Value Inside(byte* part)
        {
            return new Value(part, this);
        }
    }

    /// <summary>Walks through a list or map, for foreach.</summary>
    public unsafe ref struct Items
    {
        private readonly Value container;
        private NativeIter iter;
        private byte* item;

        internal Items(Value container)
        {
            this.container = container;
            iter = default(NativeIter);
            item = null;
        }

        public bool MoveNext()
        {
            NativeIter now = iter;
            byte* next;
            int more = Native.podsix_value_next(container.Live, &now, null, &next);
            container.Keep();
            if (more <= 0)
                return false;
            iter = now;
            item = next;
            return true;
        }

        public Value Current
        {
            get { return container.Inside(item); }
        }
    }

    /// <summary>Key and value of a map.</summary>
    public readonly ref struct Entry
    {
        internal Entry(Value key, Value value)
        {
            Key = key;
            Value = value;
        }

        public Value Key { get; }
        public Value Value { get; }
    }

    /// <summary>Walks through the entries of a map, for foreach.</summary>
    public unsafe ref struct Entries
    {
        private readonly Value map;
        private NativeIter iter;
        private byte* key, item;

        internal Entries(Value map)
        {
            // A list has elements, but no entries.
            this.map = map.Kind == ValueKind.Map ? map : default(Value);
            iter = default(NativeIter);
            key = item = null;
        }

        public Entries GetEnumerator()
        {
            return this;
        }

        public bool MoveNext()
        {
            NativeIter now = iter;
            byte* name, next;
            int more = Native.podsix_value_next(map.Live, &now, &name, &next);
            map.Keep();
            if (more <= 0)
                return false;
            iter = now;
            key = name;
            item = next;
            return true;
        }

        public Entry Current
        {
            get { return new Entry(map.Inside(key), map.Inside(item)); }
        }
    }
}
