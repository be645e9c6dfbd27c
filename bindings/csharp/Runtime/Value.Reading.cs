using System;
using System.Globalization;
using System.Numerics;

namespace Podsix
{
    // Strictly: of this type and in its range, or not at all. What a stranger sent is no mistake of the
    // game's, so nothing is thrown.
    public readonly unsafe ref partial struct Value
    {
        public bool TryRead(out bool read)
        {
            int truth = 0;
            bool right = Kept(Native.podsix_value_read_bool(Live, &truth)) == 0;
            read = truth != 0;
            return right;
        }

        public bool TryRead(out int read)
        {
            long number;
            bool fits = TryRead(out number) && number == (int)number;
            read = fits ? (int)number : 0;
            return fits;
        }

        public bool TryRead(out long read)
        {
            long number = 0;
            bool right = Kept(Native.podsix_value_read_int(Live, &number)) == 0;
            read = number;
            return right;
        }

        public bool TryRead(out ulong read)
        {
            ulong number = 0;
            bool right = Kept(Native.podsix_value_read_uint(Live, &number)) == 0;
            read = number;
            return right;
        }

        /// <summary>The nearest float.</summary>
        public bool TryRead(out float read)
        {
            double number;
            bool right = TryRead(out number);
            read = (float)number;
            return right;
        }

        /// <summary>A floating-point number, or an integer that a double holds exactly.</summary>
        public bool TryRead(out double read)
        {
            double number = 0;
            bool right = Kept(Native.podsix_value_read_double(Live, &number)) == 0;
            read = number;
            return right;
        }

        /// <summary>An integer of any size.</summary>
        public bool TryRead(out BigInteger read)
        {
            long number;
            ulong large;
            Extension extension;
            read = default(BigInteger);
            if (TryRead(out number))
                read = number;
            else if (TryRead(out large))
                read = large;
            else if (TryRead(out extension) && extension.Type == Extension.BigInteger)
                read = BigInteger.Parse(Text.Ascii(extension.Bytes), CultureInfo.InvariantCulture);
            else
                return false;
            return true;
        }

        /// <summary>A new string.</summary>
        public bool TryRead(out string read)
        {
            read = AsString(null);
            return read != null;
        }

        /// <summary>A new array; of bytes only.</summary>
        public bool TryRead(out byte[] read)
        {
            read = Kind == ValueKind.Bytes ? AsBytes() : null;
            return read != null;
        }

        public bool TryRead(out Extension read)
        {
            int type = 0;
            bool right = Kept(Native.podsix_value_get_ext_type(Live, &type)) == 0;
            read = right ? new Extension(type, AsBytes()) : default(Extension);
            return right;
        }
    }
}
