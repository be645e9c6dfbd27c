using System;
using System.Collections.Generic;
using System.Threading.Tasks;

namespace Podsix
{
    /// <summary>What a host's handlers return, sent to who asked.</summary>
    internal sealed class Answering
    {
        private readonly Host host;
        private readonly List<KeyValuePair<ulong, Exception>> late = new List<KeyValuePair<ulong, Exception>>();
        private volatile bool anyLate;
        private int answered; // the event that was answered last

        internal Answering(Host host)
        {
            this.host = host;
        }

        /// <summary>Sends what a handler has returned, if it was asked and is the first that answers.</summary>
        internal void Take(PodsixEvent ev, object returned)
        {
            ulong number = 0, asker = ev.Peer;
            if (ev.Kind == EventKind.Message)
                ev.Data["ask"].TryRead(out number);
            if (answered == ev.Made)
                number = 0; // another handler was first
            answered = ev.Made;
            var working = returned as LateAnswer;
            if (working != null)
                Finish(working, asker, number);
            else
                host.Answer(asker, number, returned);
        }

        private async void Finish(LateAnswer working, ulong asker, ulong number)
        {
            try
            {
                await working.Task.ConfigureAwait(false);
                object answer = working.Value;
                if (answer != null)
                    host.Answer(asker, number, answer);
            }
            catch (Exception e)
            {
                if (host.IsDisposed)
                    return; // nobody pumps any more, and nobody waits for it
                lock (late)
                    late.Add(new KeyValuePair<ulong, Exception>(asker, e));
                anyLate = true;
            }
        }

        /// <summary>Hands on what was thrown since, on whichever thread.</summary>
        internal void Tell(HandlerErrors errors)
        {
            if (!anyLate)
                return;
            KeyValuePair<ulong, Exception>[] all;
            lock (late)
            {
                anyLate = false;
                all = late.ToArray();
                late.Clear();
            }
            foreach (KeyValuePair<ulong, Exception> one in all)
                errors.Add(one.Key, one.Value);
        }
    }
}
