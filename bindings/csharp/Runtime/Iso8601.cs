using System;

namespace Podsix
{
    /// <summary>
    /// A time as a text of ISO 8601, in its one form that is widely written: 2000-12-31T23:59:59.5+01:00, with no to
    /// nine digits of a second, and Z, an offset or neither; or a day alone.
    /// </summary>
    internal ref struct Iso8601
    {
        private Span<char> rest;
        private DateTime time;
        private TimeSpan offset;
        private bool hasOffset;

        private Iso8601(Span<char> text)
        {
            rest = text;
            time = default(DateTime);
            offset = default(TimeSpan);
            hasOffset = false;
        }

        /// <param name="text">The whole text.</param>
        /// <param name="time">As it is written, whatever the offset: in UTC if that is Z, else unspecified.</param>
        /// <param name="offset">Null if there is none.</param>
        internal static bool TryParse(Span<char> text, out DateTime time, out TimeSpan? offset)
        {
            var parser = new Iso8601(text);
            bool right = parser.Day() && (parser.rest.IsEmpty || parser.Clock() && parser.Zone() && parser.rest.IsEmpty);
            time = parser.time;
            offset = parser.hasOffset ? parser.offset : default(TimeSpan?);
            return right;
        }

        private bool Day()
        {
            int year, month, day;
            if (!Number(4, out year) || !Letter('-') || !Number(2, out month) || !Letter('-') || !Number(2, out day))
                return false;
            if (year < 1 || month < 1 || month > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
                return false;
            time = new DateTime(year, month, day);
            return true;
        }

        private bool Clock()
        {
            int hour, minute, second;
            if (!Letter('T') || !Number(2, out hour) || !Letter(':') || !Number(2, out minute) || !Letter(':') || !Number(2, out second))
                return false;
            if (hour > 23 || minute > 59 || second > 59)
                return false;
            time = time.Add(new TimeSpan(hour, minute, second));
            if (!Letter('.'))
                return true;
            long unit = TimeSpan.TicksPerSecond, ticks = 0;
            int digits = 0, digit;
            for (; digits < 9 && Number(1, out digit); digits++)
                ticks += digit * (unit /= 10); // of a tick's parts nothing is left
            time = time.AddTicks(ticks);
            return digits > 0;
        }

        private bool Zone()
        {
            int hours, minutes;
            if (rest.IsEmpty)
                return true;
            hasOffset = true;
            if (Letter('Z'))
            {
                time = DateTime.SpecifyKind(time, DateTimeKind.Utc);
                return true;
            }
            bool before = Letter('-');
            if (!before && !Letter('+') || !Number(2, out hours) || !Letter(':') || !Number(2, out minutes) || minutes > 59)
                return false;
            offset = new TimeSpan(before ? -hours : hours, before ? -minutes : minutes, 0);
            long utc = time.Ticks - offset.Ticks;
            return offset.Duration().TotalHours <= 14 && utc >= 0 && utc <= DateTime.MaxValue.Ticks;
        }

        private bool Letter(char letter)
        {
            if (rest.IsEmpty || rest[0] != letter)
                return false;
            rest = rest.Slice(1);
            return true;
        }

        private bool Number(int digits, out int number)
        {
            number = 0;
            if (rest.Length < digits)
                return false;
            for (int at = 0; at < digits; at++)
            {
                if (rest[at] < '0' || rest[at] > '9')
                    return false;
                number = number * 10 + (rest[at] - '0');
            }
            rest = rest.Slice(digits);
            return true;
        }
    }
}
