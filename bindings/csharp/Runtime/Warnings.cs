using System;
using System.Collections.Generic;

namespace Podsix
{
    /// <summary>
    /// Mistakes that nothing else tells of: a message without an action or to peer 0, an action that nobody listens to, a
    /// method whose name nothing calls, a property that is not sent, an answer that was not sent, a connect that failed where
    /// there is no Network_error, a task that waits while nobody pumps. Each is told once: of one's own types once per type,
    /// of answers once per Result, of what comes once per action and kind of host, and of that no more than 32, as strangers
    /// choose it. Any thread.
    /// </summary>
    public static class Warnings
    {
        private const int MostOfOthers = 32;

        private static readonly object Told = new object(); // the lock of all below
        private static readonly Dictionary<object, bool> Own = new Dictionary<object, bool>();
        private static readonly ulong[] Others = new ulong[MostOfOthers];
        private static int others;
        private static Action<string> show = ToStandardError;

        /// <summary>
        /// Where they go: to standard error at first, and in Unity to Debug.LogWarning; null switches them off. What is
        /// called may run on any thread that sends or pumps, and on others of the pool; what it throws goes the way of what
        /// handlers throw, or to who sends. Setting it begins anew: what was told is told again.
        /// <code>
        /// Warnings.Show = text => logger.Warn(text);
        /// </code>
        /// </summary>
        public static Action<string> Show
        {
            get { return show; }
            set
            {
                lock (Told)
                {
                    Own.Clear();
                    others = 0;
                    show = value;
                }
            }
        }

        /// <summary>Whether a mistake of the game's own is to be told of now.</summary>
        /// <param name="cause">What it is about: a type.</param>
        internal static bool First(object cause)
        {
            lock (Told)
            {
                if (show == null || Own.ContainsKey(cause))
                    return false;
                Own.Add(cause, true);
                return true;
            }
        }

        /// <summary>Whether what others sent is to be told of now.</summary>
        /// <param name="cause">What stands for it.</param>
        /// <param name="last">Whether it is the last that will be.</param>
        internal static bool First(ulong cause, out bool last)
        {
            lock (Told)
            {
                last = others == MostOfOthers - 1;
                if (show == null || others == MostOfOthers || Array.IndexOf(Others, cause, 0, others) >= 0)
                    return false;
                Others[others++] = cause;
                return true;
            }
        }

        internal static void Say(string text)
        {
            show?.Invoke(text);
        }

        private static void ToStandardError(string text)
        {
            Console.Error.WriteLine("podsix: " + text);
        }
    }
}
