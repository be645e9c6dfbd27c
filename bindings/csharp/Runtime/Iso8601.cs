using System;

namespace Podsix
{
    /// <summary>
    /// A time as a text of ISO 8601, in its one form that is widely written: 2000-12-31T23:59:59.5+01:00, with no to
    /// nine digits of a second, and Z, an offset or neither; or a day alone.
    /// </summary>
    internal ref struct Iso8601
    {
        private ReadOnlySpan<char> rest;

        private Iso8601(ReadOnlySpan<char> text)
        {
            rest = text;
            Time = default(DateTime);
            Offset = default(TimeSpan);
            IsUtc = HasOffset = false;
        }

        /// <summary>As it is written, whatever the offset.</summary>
        internal DateTime Time { get; private set; }
        internal TimeSpan Offset { get; private set; }
        internal bool IsUtc { get; private set; }
        internal bool HasOffset { get; private set; }

        internal static bool TryParse(ReadOnlySpan<char> text, out Iso8601 parsed)
        {
            parsed = new Iso8601(text);
            return parsed.Day() && (parsed.rest.IsEmpty || parsed.Clock() && parsed.Zone() && parsed.rest.IsEmpty);
        }

        private bool Day()
        {
            int year, month, day;
            if (!Number(4, out year) || !Letter('-') || !Number(2, out month) || !Letter('-') || !Number(2, out day))
                return false;
            if (year < 1 || month < 1 || month > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
                return false;
            Time = new DateTime(year, month, day);
            return true;
        }

        private bool Clock()
        {
            int hour, minute, second;
            if (!Letter('T') || !Number(2, out hour) || !Letter(':') || !Number(2, out minute) || !Letter(':') || !Number(2, out second))
                return false;
            if (hour > 23 || minute > 59 || second > 59)
                return false;
            Time = Time.Add(new TimeSpan(hour, minute, second));
            if (!Letter('.'))
                return true;
            long unit = TimeSpan.TicksPerSecond, ticks = 0;
            int digits = 0, digit;
            for (; digits < 9 && Number(1, out digit); digits++)
                ticks += digit * (unit /= 10); // of a tick's parts nothing is left
            Time = Time.AddTicks(ticks);
            return digits > 0;
        }

        private bool Zone()
        {
            int hours, minutes;
            if (rest.IsEmpty)
                return true;
            if (Letter('Z'))
                return HasOffset = IsUtc = true;
            bool before = Letter('-');
            if (!before && !Letter('+') || !Number(2, out hours) || !Letter(':') || !Number(2, out minutes) || minutes > 59)
                return false;
            Offset = new TimeSpan(before ? -hours : hours, before ? -minutes : minutes, 0);
            long utc = Time.Ticks - Offset.Ticks;
            return HasOffset = Offset.Duration().TotalHours <= 14 && utc >= 0 && utc <= DateTime.MaxValue.Ticks;
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
