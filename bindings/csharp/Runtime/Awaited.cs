using System;
using System.Collections.Generic;

namespace Podsix
{
    /// <summary>
    /// What the tasks of a host wait for, by peer: answers to its questions, and connections that it opens.
    /// Any thread may ask; whoever polls looks here first at each event. What awaits a task is run outside
    /// of the lock, for it may ask again.
    /// </summary>
    internal sealed unsafe class Awaited
    {
        private const int LongestSliceMs = 1000; // another thread may ask meanwhile
        private const int CancelSliceMs = 20;

        private readonly object gate = new object();
        private readonly Dictionary<ulong, Line> lines = new Dictionary<ulong, Line>();
        private readonly List<Waiting> all = new List<Waiting>(); // in no order
        private readonly Host host;
        private Unpumped unpumped; // looks whether anybody will end the tasks

        // Looked at without the lock: of a host that asks nobody, this is all that an event costs. What is begun is
        // counted before it is sent, so it has been seen by whoever polls what came of it.
        private volatile int known; // lines
        private volatile int open; // tasks
        private long soonest = long.MaxValue; // the least Until
        private int cancelable;

        internal Awaited(Host host)
        {
            this.host = host;
        }

        /// <summary>Sends a question, whose number its message still lacks.</summary>
        internal Result Ask(ulong peer, Message message, Waiting question)
        {
            lock (gate)
            {
                StillThere();
                Line line;
                if (!lines.TryGetValue(peer, out line))
                    line = new Line();
                known = lines.Count + 1;
                try
                {
                    Result result = host.Send(peer, message.Set("ask", line.Asked + 1));
                    if (result != Result.Ok)
                        return result;
                    question.Number = ++line.Asked;
                    Add(peer, line, question);
                    line.Questions.Add(question.Number, question);
                    return Result.Ok;
                }
                finally
                {
                    known = lines.Count;
                }
            }
        }

        /// <summary>Begins to connect.</summary>
        internal void Connect(Func<ulong> connect, Waiting opening)
        {
            lock (gate)
            {
                StillThere();
                known = lines.Count + 1;
                try
                {
                    ulong peer = connect();
                    var line = new Line { Opening = opening };
                    Add(peer, line, opening);
                }
                finally
                {
                    known = lines.Count;
                }
            }
        }

        /// <summary>Looks at an event before everybody else.</summary>
        /// <returns>Whether it was an answer, which nobody else hears of.</returns>
        internal bool Takes(PodsixEvent ev)
        {
            if (known == 0)
                return false;
            NativeEvent* raw = ev.Live;
            switch ((EventKind)raw->kind)
            {
                case EventKind.Message:
                    return Text.Same(raw->action, raw->action_len, "answer") && Answered(ev);
                case EventKind.Connected:
                    Opened(ev);
                    return false;
                case EventKind.Disconnected:
                case EventKind.Error:
                    Ended(ev);
                    return false;
                default:
                    return false;
            }
        }

        /// <summary>Ends the tasks whose time is over, and those that were canceled.</summary>
        /// <returns>Whether there were any.</returns>
        internal bool Expire()
        {
            if (open == 0)
                return false;
            List<Waiting> over = null;
            lock (gate)
            {
                long now = Clock.Now;
                if (now < soonest && cancelable == 0)
                    return false;
                soonest = long.MaxValue;
                foreach (Waiting one in all)
                    if (one.Until <= now || one.Cancel.IsCancellationRequested)
                        (over = over ?? new List<Waiting>()).Add(one);
                    else
                        soonest = Math.Min(soonest, one.Until);
                if (over == null)
                    return false;
                foreach (Waiting one in over)
                    Remove(lines[one.Peer], one);
            }
            foreach (Waiting one in over)
            {
                if (one.Number == 0)
                    Drop(one.Peer);
                if (one.Cancel.IsCancellationRequested)
                    one.Canceled();
                else
                    one.Failed(one.TooLate());
            }
            return true;
        }

        private void Drop(ulong peer)
        {
            try
            {
                host.Drop(peer);
            }
            catch (ObjectDisposedException)
            {
                // Another thread has ended them all.
            }
        }

        /// <summary>Whether there are tasks. Unpumped looks again only if so, and if somebody pumps.</summary>
        internal bool Any(bool pumped)
        {
            lock (gate)
            {
                if (open == 0 || !pumped)
                    unpumped = null;
                return open > 0;
            }
        }

        /// <summary>How much of a wait may pass before Expire has to look.</summary>
        internal int Slice(int timeoutMs)
        {
            int slice = Math.Min(timeoutMs, LongestSliceMs);
            if (open == 0)
                return slice;
            lock (gate)
            {
                if (cancelable > 0)
                    slice = Math.Min(slice, CancelSliceMs);
                return (int)Math.Max(Math.Min(slice, soonest - Clock.Now), 0);
            }
        }

        /// <summary>Nobody will poll any more.</summary>
        internal void End()
        {
            Waiting[] left;
            lock (gate)
            {
                left = all.ToArray();
                all.Clear();
                lines.Clear();
                known = open = cancelable = 0;
            }
            foreach (Waiting one in left)
                one.Failed(Waiting.Disposed());
        }

        /// <summary>While somebody holds its handle a host could still send, but End has ended all tasks.</summary>
        private void StillThere()
        {
            if (host.IsDisposed)
                throw new ObjectDisposedException("Podsix.Host");
        }

        private bool Answered(PodsixEvent ev)
        {
            ulong number;
            Waiting question;
            if (!ev.Data["answer"].TryRead(out number))
                return false;
            lock (gate)
            {
                Line line;
                if (!lines.TryGetValue(ev.Peer, out line) || !line.Questions.TryGetValue(number, out question))
                    return false;
                Remove(line, question);
            }
            question.Done(ev);
            return true;
        }

        private void Opened(PodsixEvent ev)
        {
            Waiting opening;
            lock (gate)
            {
                Line line;
                if (!lines.TryGetValue(ev.Peer, out line) || line.Opening == null)
                    return;
                opening = line.Opening;
                Remove(line, opening);
            }
            opening.Done(ev);
        }

        /// <summary>The last peer whose end a task has told.</summary>
        internal ulong Told { get; private set; }

        private void Ended(PodsixEvent ev)
        {
            List<Waiting> left;
            PodsixException[] why;
            ulong peer = ev.Peer;
            lock (gate)
            {
                Line line;
                if (!lines.TryGetValue(peer, out line))
                    return;
                Told = peer;
                left = line.InOrder();
                why = new PodsixException[left.Count]; // now: whoever disposes of the host meanwhile ends the event, not the tasks
                for (int at = 0; at < why.Length; at++)
                    why[at] = left[at].EndedBy(ev);
                foreach (Waiting one in left)
                    Remove(line, one);
                lines.Remove(peer);
                known = lines.Count;
            }
            for (int at = 0; at < why.Length; at++)
                left[at].Failed(why[at]);
        }

        private void Add(ulong peer, Line line, Waiting one)
        {
            one.Peer = peer;
            lines[peer] = line;
            one.Index = all.Count;
            unpumped = unpumped ?? new Unpumped(host, this);
            all.Add(one);
            open = all.Count;
            cancelable += one.Cancel.CanBeCanceled ? 1 : 0;
            soonest = Math.Min(soonest, one.Until);
        }

        private void Remove(Line line, Waiting one)
        {
            if (one.Number == 0)
                line.Opening = null;
            else
                line.Questions.Remove(one.Number);
            Waiting last = all[all.Count - 1];
            all[one.Index] = last;
            last.Index = one.Index;
            all.RemoveAt(all.Count - 1);
            open = all.Count;
            cancelable -= one.Cancel.CanBeCanceled ? 1 : 0;
        }

        /// <summary>What waits for one peer. It stays until the peer's end, for its count.</summary>
        private sealed class Line
        {
            internal readonly Dictionary<ulong, Waiting> Questions = new Dictionary<ulong, Waiting>();
            internal Waiting Opening;
            internal ulong Asked;

            /// <summary>In the order in which they were begun.</summary>
            internal List<Waiting> InOrder()
            {
                var left = new List<Waiting>(Questions.Values);
                left.Sort((one, other) => one.Number.CompareTo(other.Number));
                if (Opening != null)
                    left.Insert(0, Opening);
                return left;
            }
        }
    }
}
