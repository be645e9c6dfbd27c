using System;
using System.Collections.Generic;
using System.Reflection;

namespace Podsix
{
    /// <summary>
    /// Reads what has parts: fields and properties by name, or a tuple's by their order. Fields are written where
    /// they lie, so that no number needs a box; a struct that is nothing but such fields has a Sample.
    /// </summary>
    internal abstract unsafe class PartsReader : TypeReader
    {
        private readonly Members.Member[] members;
        private readonly int[] places;
        private readonly TypeReader[] readers; // a class may hold itself, so they are found when they are wanted

        protected PartsReader(Type type, Members.Member[] members) : base(type)
        {
            this.members = members;
            readers = new TypeReader[members.Length];
            places = new int[members.Length];
            for (int at = 0; at < places.Length; at++)
                places[at] = Places.None;
            FindPlaces(type.IsValueType ? Places.SizeOf(type) : 0);
        }

        internal override IEnumerable<KeyValuePair<string, Type>> Parts
        {
            get
            {
                foreach (Members.Member member in members)
                    yield return new KeyValuePair<string, Type>("." + member.Name, member.Type);
            }
        }

        protected int Count
        {
            get { return members.Length; }
        }

        protected TypeReader Reader(int at)
        {
            return readers[at] ?? (readers[at] = Of(members[at].Type));
        }

        /// <param name="size">Of a struct; 0 of a class, or if it is not to be known.</param>
        private void FindPlaces(int size)
        {
            bool all = size > 0;
            var sample = new byte[size];
            for (int at = 0; at < members.Length; at++)
            {
                byte[] part = members[at].Type.IsValueType && members[at].Field != null ? Reader(at).Sample : null;
                if (part != null)
                    places[at] = Places.Of(members[at].Field, Type, part);
                all &= places[at] >= 0;
                if (all)
                    part.CopyTo(sample, places[at]);
            }
            if (all && !HoldsReferences(Type))
                Sample = sample;
        }

        /// <summary>Whether the garbage collector has to know of it, in fields that are not read too.</summary>
        private static bool HoldsReferences(Type type)
        {
            foreach (FieldInfo field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
            {
                Type of = field.FieldType;
                if (!of.IsValueType && !of.IsPointer)
                    return true;
                if (of.IsValueType && of != type && HoldsReferences(of)) // a number holds itself
                    return true;
            }
            return false;
        }

        /// <summary>Whether it has parts at all.</summary>
        protected abstract bool Fits(Value value, bool strict);

        /// <summary>Reads the parts into an object, or where only its fields are known.</summary>
        protected abstract bool Fill(Value value, bool strict, object to, byte* fields);

        internal override bool Read(Value value, bool strict, out object read)
        {
            read = null;
            return Fits(value, strict) && Fill(value, strict, read = Maker.New());
        }

        internal override bool Place(Value value, byte* to, bool strict)
        {
            return Fits(value, strict) && Fill(value, strict, null, to);
        }

        private bool Fill(Value value, bool strict, object to)
        {
            var pinned = new Pinned { Object = to };
            fixed (byte* fields = &pinned.Head.First)
                return Fill(value, strict, to, fields);
        }

        /// <summary>Reads one part into an object; false if it is not there, or not of its type.</summary>
        protected bool ReadPart(int at, Value part, object to, byte* fields, bool strict)
        {
            if (places[at] >= 0)
                return Reader(at).Place(part, fields + places[at], strict);
            if (!part.Exists)
                return Reader(at).IsOptional;
            object read;
            var parts = Reader(at) as PartsReader;
            bool right = parts != null && parts.Type.IsValueType ? parts.ReadOver(members[at].GetIfThere(to), part, strict, out read)
                : Reader(at).Read(part, strict, out read);
            return right && members[at].Set(to, read);
        }

        /// <summary>Reads into a copy of a struct: what is not read stays as it was.</summary>
        private bool ReadOver(object copy, Value value, bool strict, out object read)
        {
            read = copy ?? Maker.New();
            return Fits(value, strict) && Fill(value, strict, read);
        }

        protected int PlaceOf(int at)
        {
            return places[at];
        }

        protected bool Set(int at, object to, object read)
        {
            return members[at].Set(to, read);
        }
    }
}
