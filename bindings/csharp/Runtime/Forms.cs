using System;
using System.Globalization;
using System.Text;

namespace Podsix
{
    /// <summary>
    /// The forms of what MessagePack has none for: texts that other languages can read, and for a TimeSpan its
    /// seconds. Reading makes no garbage of its own.
    /// </summary>
    internal static unsafe class Forms
    {
        private const int Longest = 64; // of the texts that are read

        internal static string Of(decimal number)
        {
            return number.ToString(CultureInfo.InvariantCulture);
        }

        internal static string Of(Guid id)
        {
            return id.ToString();
        }

        internal static string Of(DateTime time)
        {
            return time.ToString("O", CultureInfo.InvariantCulture);
        }

        internal static string Of(DateTimeOffset time)
        {
            return time.ToString("O", CultureInfo.InvariantCulture);
        }

        internal static double Of(TimeSpan time)
        {
            return time.Ticks / (double)TimeSpan.TicksPerSecond;
        }

        internal static bool TryRead(Value value, bool strict, out decimal read)
        {
            long number;
            ulong large;
            double real;
            read = 0;
            if (value.TryRead(out number))
                read = number;
            else if (value.TryRead(out large))
                read = large;
            else if (!strict && value.TryRead(out real))
                return TryConvert(real, out read);
            else
                return TryParse(value, out read);
            return true;
        }

        private static bool TryParse(Value value, out decimal read)
        {
            Span<char> room = stackalloc char[Longest];
            return decimal.TryParse(Letters(value, room), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
                CultureInfo.InvariantCulture, out read);
        }

        private static bool TryConvert(double real, out decimal read)
        {
            bool fits = Math.Abs(real) < 7.9e28; // false for what is no number
            read = fits ? (decimal)real : 0;
            return fits;
        }

        internal static bool TryRead(Value value, out Guid read)
        {
            Span<char> room = stackalloc char[Longest];
            return Guid.TryParse(Letters(value, room), out read);
        }

        /// <summary>With an offset it becomes the same moment by this machine's clock.</summary>
        internal static bool TryRead(Value value, out DateTime read)
        {
            Span<char> room = stackalloc char[Longest];
            TimeSpan? offset;
            bool right = Iso8601.TryParse(Letters(value, room), out read, out offset);
            if (!right)
                read = default(DateTime);
            else if (offset != null && read.Kind != DateTimeKind.Utc)
                read = DateTime.SpecifyKind(read - offset.Value, DateTimeKind.Utc).ToLocalTime();
            return right;
        }

        /// <summary>Without an offset it is UTC.</summary>
        internal static bool TryRead(Value value, out DateTimeOffset read)
        {
            Span<char> room = stackalloc char[Longest];
            DateTime time;
            TimeSpan? offset;
            bool right = Iso8601.TryParse(Letters(value, room), out time, out offset);
            read = right ? new DateTimeOffset(time, offset ?? TimeSpan.Zero) : default(DateTimeOffset);
            return right;
        }

        internal static bool TryRead(Value value, out TimeSpan read)
        {
            double seconds;
            read = default(TimeSpan);
            if (!value.TryRead(out seconds))
                return false;
            double ticks = Math.Round(seconds * TimeSpan.TicksPerSecond);
            if (!(Math.Abs(ticks) <= 9223372036854775808.0))
                return false;
            read = ticks >= 9223372036854775808.0 ? TimeSpan.MaxValue : new TimeSpan((long)ticks);
            return true;
        }

        /// <summary>A text of one UTF-16 unit.</summary>
        internal static bool TryRead(Value value, out char read)
        {
            byte* data;
            UIntPtr len;
            read = '\0';
            if (Native.podsix_value_get_string(value.Live, &data, &len) < 0 || (uint)len - 1 > 2)
                return false;
            char* letters = stackalloc char[3];
            bool one = Encoding.UTF8.GetChars(data, (int)len, letters, 3) == 1;
            value.Keep();
            read = one ? letters[0] : '\0';
            return one;
        }

        /// <summary>A short text in ASCII; empty for everything else.</summary>
        private static Span<char> Letters(Value value, Span<char> to)
        {
            byte* data;
            UIntPtr len;
            if (Native.podsix_value_get_string(value.Live, &data, &len) < 0 || (ulong)len > Longest)
                return default(Span<char>);
            for (int at = 0; at < (int)len; at++)
            {
                if (data[at] >= 0x80)
                    return default(Span<char>);
                to[at] = (char)data[at];
            }
            value.Keep();
            return to.Slice(0, (int)len);
        }
    }
}
