using System;
using System.Numerics;

namespace Podsix
{
    /// <summary>Reads texts, bytes, large integers, extensions, whole messages, and whatever it is as an object.</summary>
    internal sealed class OtherReader : TypeReader
    {
        internal OtherReader(Type type) : base(type) { }

        internal static bool Reads(Type type)
        {
            return type == typeof(string) || type == typeof(byte[]) || type == typeof(BigInteger) || type == typeof(Extension) ||
                type == typeof(Message) || type == typeof(object);
        }

        internal override bool IsOptional
        {
            get { return Type == typeof(object); }
        }

        internal override bool Read(Value value, bool strict, out object read)
        {
            if (Type == typeof(string))
                return (read = value.AsString(null)) != null;
            read = null;
            if (Type == typeof(byte[]))
            {
                byte[] bytes;
                value.TryRead(out bytes);
                return (read = bytes) != null;
            }
            if (Type == typeof(BigInteger))
            {
                BigInteger integer;
                bool right = value.TryRead(out integer);
                read = integer;
                return right;
            }
            if (Type == typeof(Extension))
            {
                Extension extension;
                bool right = value.TryRead(out extension);
                read = extension;
                return right;
            }
            if (!value.Exists)
                return false;
            read = Type == typeof(Message) ? value.Copy() : value.ToObject();
            return true;
        }

        internal override object Blank()
        {
            if (Type == typeof(string))
                return "";
            if (Type == typeof(byte[]))
                return Array.Empty<byte>();
            if (Type == typeof(Message))
                return new Message().AddNull();
            return Type == typeof(object) ? null : base.Blank();
        }
    }
}
