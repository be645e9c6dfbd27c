using System;
using System.Text;

namespace Podsix
{
    /// <summary>
    /// The way into an object that is being written, so that a failure can name the place: who fails leaves it as it is.
    /// Catching at each step and throwing again would say the same, but on Windows each of these keeps its part of the
    /// stack until the last is done, which ends the process where an object contains itself.
    /// </summary>
    internal sealed class Steps
    {
        private struct Step
        {
            internal object Key;
            internal int At;
            internal Kind Kind;
        }

        private enum Kind
        {
            Member,
            Item,
            Entry,
        }

        private Step[] steps = new Step[4];

        internal int Count { get; private set; }

        internal void IntoMember(string name)
        {
            Into(new Step { Kind = Kind.Member, Key = name });
        }

        internal void IntoItem(int at)
        {
            Into(new Step { Kind = Kind.Item, At = at });
        }

        internal void IntoEntry(object key)
        {
            Into(new Step { Kind = Kind.Entry, Key = key });
        }

        internal void Out()
        {
            steps[--Count] = default(Step); // its key is the game's
        }

        internal void BackTo(int count)
        {
            while (Count > count)
                Out();
        }

        /// <summary>Such as ".players[3]".</summary>
        public override string ToString()
        {
            var path = new StringBuilder();
            for (int at = 0; at < Count; at++)
            {
                if (path.Length > 100) // of what contains itself, the beginning is enough
                    return path.Append("...").ToString();
                switch (steps[at].Kind)
                {
                    case Kind.Member:
                        path.Append('.').Append((string)steps[at].Key);
                        break;
                    case Kind.Item:
                        path.Append('[').Append(steps[at].At).Append(']');
                        break;
                    case Kind.Entry:
                        path.Append('[').Append((steps[at].Key ?? "null").ToString().Printable(40)).Append(']');
                        break;
                }
            }
            return path.ToString();
        }

        private void Into(Step step)
        {
            if (Count == steps.Length)
                Array.Resize(ref steps, 2 * Count);
            steps[Count++] = step;
        }
    }
}
