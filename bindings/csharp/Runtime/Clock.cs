using System;
using System.Threading;

namespace Podsix
{
    /// <summary>Milliseconds of a clock that nobody sets: the system's, whose 32 bits are at their end after 49 days.</summary>
    internal static class Clock
    {
        private static long last; // its lower half is what the system said

        internal static long Now
        {
            get
            {
                long before = Interlocked.Read(ref last);
                long now = before + (uint)unchecked(Environment.TickCount - (int)before); // read after before, so no less
                Interlocked.CompareExchange(ref last, now, before);
                return now;
            }
        }
    }
}
