using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;

namespace Podsix
{
    /// <summary>
    /// Reads values as one C# type; found once per type. Nothing is generated and no generic type is made, so it
    /// works where there is no JIT. Strictly, a value is of the type with all that is in it, or not read; else
    /// what is missing or of another type stays as it was made.
    /// </summary>
    internal abstract unsafe class TypeReader
    {
        private static readonly Dictionary<Type, TypeReader> Known = new Dictionary<Type, TypeReader>();

        private static int made;
        [ThreadStatic] private static object[] boxes; // by number

        private readonly int number;
        private string complaint; // null until somebody asked; empty if there is none

        protected TypeReader(Type type)
        {
            Type = type;
            Maker = new Maker(type);
            number = made++; // whoever makes one has locked Known
        }

        internal Type Type { get; }

        private protected Maker Maker { get; }

        /// <summary>Bytes that are all there is of it, which Place may write; null if there are references in it.</summary>
        internal byte[] Sample { get; private protected set; }

        /// <summary>Whether strictly too it may be missing or nil.</summary>
        internal virtual bool IsOptional
        {
            get { return false; }
        }

        /// <summary>False if it cannot be read as this type; nothing that a message says is thrown.</summary>
        internal abstract bool Read(Value value, bool strict, out object read);

        /// <summary>As Read, into memory of Sample's length, which stays as it is where nothing is read.</summary>
        internal virtual bool Place(Value value, byte* to, bool strict)
        {
            throw new NotSupportedException();
        }

        /// <summary>A box that this thread keeps for what has a Sample: no game's code runs while it is in use.</summary>
        internal object Box
        {
            get
            {
                if (boxes == null || boxes.Length <= number)
                    Array.Resize(ref boxes, number * 2 + 16);
                return boxes[number] ?? (boxes[number] = Maker.New());
            }
        }

        /// <summary>As Place, into a box of this type, whatever was in it.</summary>
        internal bool PlaceInto(object box, Value value, bool strict)
        {
            var pinned = new Pinned { Object = box };
            fixed (byte* at = &pinned.Head.First)
            {
                new Span<byte>(at, Sample.Length).Clear();
                return Place(value, at, strict);
            }
        }

        /// <summary>What stands for a value that cannot be read, where there is nothing else; never null if Type is a class
        /// that can be made.</summary>
        internal virtual object Blank()
        {
            return Maker.New();
        }

        /// <summary>What readers it needs, and the words for where.</summary>
        internal virtual IEnumerable<KeyValuePair<string, Type>> Parts
        {
            get { yield break; }
        }

        /// <summary>Why nothing is read as this type itself; null if it is.</summary>
        internal virtual string Refused
        {
            get { return null; }
        }

        internal static TypeReader Of(Type type)
        {
            lock (Known)
            {
                TypeReader reader;
                if (!Known.TryGetValue(type, out reader))
                    Known.Add(type, reader = Make(type));
                return reader;
            }
        }

        /// <summary>
        /// For whoever asks first: a type that cannot be read, or has a part that cannot, is a mistake of the
        /// game's, and told whatever the message is.
        /// </summary>
        internal static TypeReader Asked(Type type)
        {
            TypeReader reader = Of(type);
            string complaint = reader.complaint ?? (reader.complaint = reader.Complaint(type.Name, new List<Type>(), 0) ?? "");
            if (complaint.Length > 0)
                throw new PodsixException(Result.BadArgument, complaint);
            return reader;
        }

        /// <summary>As Asked, for a type that whole messages are read as.</summary>
        /// <exception cref="PodsixException">BadArgument: none is</exception>
        internal static TypeReader OfMessages(Type type)
        {
            TypeReader reader = Asked(type);
            if (!(reader is MembersReader || reader is MapReader || type == typeof(Message)))
                throw new PodsixException(Result.BadArgument, "no message is a " + type + ", for each is a map");
            return reader;
        }

        private string Complaint(string place, List<Type> seen, int depth)
        {
            const int deepest = 16; // a generic type may hold ever larger ones
            if (Refused != null)
                return place + " cannot be read: " + Refused;
            if (depth == deepest || seen.Contains(Type))
                return null;
            seen.Add(Type);
            if (this is MembersReader)
                Members.Of(Type).TellLeftOut();
            foreach (KeyValuePair<string, Type> part in Parts)
            {
                string complaint = Of(part.Value).Complaint(place + part.Key, seen, depth + 1);
                if (complaint != null)
                    return complaint;
            }
            return null;
        }

        private static TypeReader Make(Type type)
        {
            ScalarForm form = ScalarReader.FormOf(type);
            if (form != ScalarForm.None)
                return new ScalarReader(type, form);
            if (OtherReader.Reads(type))
                return new OtherReader(type);
            if (Nullable.GetUnderlyingType(type) != null)
                return new NullableReader(type);
            string refused = Members.Of(type).Refused ?? WhyNot(type);
            if (refused != null)
                return new NoReader(type, refused);
            if (typeof(ITuple).IsAssignableFrom(type))
                return TupleReader.Reads(type) ? (TypeReader)new TupleReader(type) : new ClassicTupleReader(type);
            if (PairReader.IsPair(type))
                return new PairReader(type);
            return MapReader.For(type) ?? ListReader.For(type) ?? MembersReader.For(type);
        }

        private static string WhyNot(Type type)
        {
            if (type.IsPointer || type.IsByRef)
                return "a " + type + " is an address";
            if (type.ContainsGenericParameters)
                return type + " is not a whole type";
            return null;
        }
    }
}
