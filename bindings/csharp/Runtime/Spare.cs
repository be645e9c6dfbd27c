using System;

namespace Podsix
{
    /// <summary>
    /// An object as a message, in one that each thread keeps for this. It may be wanted while it is lent: a
    /// property that is being read for one message may send another.
    /// </summary>
    internal readonly struct Spare : IDisposable
    {
        [ThreadStatic] private static Message kept;
        [ThreadStatic] private static bool lent;

        internal Spare(object value)
        {
            if (lent)
            {
                Message = new Message();
            }
            else
            {
                Message = kept ?? (kept = new Message());
                lent = true;
            }
            try
            {
                Message.Clear().Add(value);
            }
            catch
            {
                Dispose();
                throw;
            }
        }

        internal Message Message { get; }

        public void Dispose()
        {
            if (ReferenceEquals(Message, kept))
                lent = false;
            else
                Message.Dispose();
        }
    }
}
