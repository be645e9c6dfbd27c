using System;
using System.Threading.Tasks;

namespace Podsix
{
    /// <summary>What a host's handlers return, sent to who asked.</summary>
    internal sealed class Answering
    {
        private readonly Host host;
        private int answered; // the event that was answered last

        internal Answering(Host host)
        {
            this.host = host;
        }

        /// <summary>Sends what a handler has returned, if it was asked and is the first that answers.</summary>
        internal void Take(PodsixEvent ev, object returned)
        {
            ulong asker = ev.Peer;
            var working = returned as Task;
            if (working == null)
                Send(asker, Question(ev), returned);
            else
                Finish(working, asker, Answers.Gives(working) ? Question(ev) : 0);
        }

        /// <summary>The number of what was asked, for the first that answers; 0 for all others, and if nothing was.</summary>
        private ulong Question(PodsixEvent ev)
        {
            ulong number = 0;
            if (ev.Kind == EventKind.Message && answered != ev.Made)
                ev.Data["ask"].TryRead(out number);
            answered = ev.Made;
            return number;
        }

        private async void Finish(Task working, ulong asker, ulong number)
        {
            try
            {
                await working.ConfigureAwait(false);
                Send(asker, number, Answers.Of(working));
            }
            catch (Exception e)
            {
                if (host.IsDisposed)
                    return; // nobody pumps any more, and nobody waits for it
                host.Errors.AddLater(asker, e);
            }
        }

        private void Send(ulong asker, ulong number, object answer)
        {
            if (answer == null)
                return;
            Result result = host.Answer(asker, number, answer);
            if (result == Result.Ok || result == Result.NotRequested || Host.IsGone(result))
                return;
            if (Warnings.First(result)) // not thrown: who asks may bring it about, by reading nothing
                Warnings.Say("what a handler returned was not sent as an answer: " + host.LastError);
        }
    }
}
