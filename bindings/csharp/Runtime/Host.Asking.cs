using System;
using System.Threading;
using System.Threading.Tasks;

namespace Podsix
{
    // Questions and answers, as docs/protocol.md has them: what is awaited.
    public unsafe partial class Host
    {
        /// <summary>For how many milliseconds Ask waits, unless it is told otherwise.</summary>
        public const int AnswerWithinMs = 10000;

        /// <summary>
        /// Asks a peer: sends a message, as Send, and gives what its game answers.
        /// <code>
        /// Message sold = await host.Ask(peer, "buy", new { item = "sword" });
        /// gold -= sold.Value["price"].AsInt();
        /// </code>
        /// The task ends while the host is pumped or polled, before any listener hears of what ended it; what awaits
        /// it goes on then, on that thread, or in the synchronization context in which it began to wait, as in
        /// Unity. Nobody else hears of an answer. Any thread may ask.
        /// </summary>
        /// <param name="peer">Who is asked. It may be connecting.</param>
        /// <param name="action">What handlers of the other end hear, as of every message.</param>
        /// <param name="question">
        /// Anything that is a map, as for Send, or nothing. The keys "action" and "ask" are the question's own: what
        /// is there is left out.
        /// </param>
        /// <param name="timeoutMs">For how many milliseconds at most.</param>
        /// <param name="cancel">Ends the task, which is then canceled, with the next Pump or Poll.</param>
        /// <returns>
        /// The answer, or a PodsixException: Timeout; NotConnected with a Reason if the peer ended; Closing if the host
        /// was disposed of; or what Send would have returned.
        /// </returns>
        /// <exception cref="PodsixException">Unsendable: the question is no map, or cannot be sent</exception>
        public Task<Message> Ask(ulong peer, string action, object question = null, int timeoutMs = AnswerWithinMs, CancellationToken cancel = default(CancellationToken))
        {
            return Begin(peer, question, new Waiting<Message>(ev => ev.Data.Copy(), action, Positive(timeoutMs), cancel));
        }

        /// <summary>
        /// As above, with the answer as a type of the game's own, as Value.To gives it: what is missing, or of another
        /// type, keeps its default. <c>Sold sold = await host.Ask&lt;Sold&gt;(peer, "buy", new Buy { item = "sword" });</c>
        /// </summary>
        /// <exception cref="PodsixException">BadArgument: T cannot be read, or is no map; Unsendable as above</exception>
        public Task<T> Ask<T>(ulong peer, string action, object question = null, int timeoutMs = AnswerWithinMs, CancellationToken cancel = default(CancellationToken))
        {
            TypeReader.OfMessages(typeof(T));
            return Begin(peer, question, new Waiting<T>(ev => ev.Data.To<T>(), action, Positive(timeoutMs), cancel));
        }

        /// <summary>
        /// Sends the answer to a question; who has none sends nothing. Only the first counts.
        /// </summary>
        /// <param name="peer">Who has asked.</param>
        /// <param name="question">
        /// The number of the question, which is at its key "ask": for who answers later, and keeps that.
        /// </param>
        /// <param name="answer">
        /// Anything that is a map, as for Send, or nothing. The keys "action" and "answer" are the answer's own: what
        /// is there is left out.
        /// </param>
        /// <returns>As for Send; NotRequested if there is no question: the number is 0.</returns>
        /// <exception cref="PodsixException">Unsendable: the answer is no map, or cannot be sent</exception>
        public Result Answer(ulong peer, ulong question, object answer = null)
        {
            if (question == 0)
                return Result.NotRequested;
            using (var message = new Message("answer"))
            {
                Fill(message.Set("answer", question), answer, "answer");
                return Send(peer, message);
            }
        }

        /// <param name="peer">As above.</param>
        /// <param name="question">The message that asks; NotRequested if it does not.</param>
        /// <param name="answer">As above.</param>
        public Result Answer(ulong peer, Value question, object answer = null)
        {
            ulong number;
            question["ask"].TryRead(out number);
            return Answer(peer, number, answer);
        }

        private Task<T> Begin<T>(ulong peer, object question, Waiting<T> waiting)
        {
            if (waiting.Action == null)
                throw new ArgumentNullException("action");
            if (waiting.Cancel.IsCancellationRequested)
                return Task.FromCanceled<T>(waiting.Cancel);
            using (var message = new Message(waiting.Action))
            {
                Fill(message, question, "ask");
                TellNobody(peer); // here, where nobody holds a lock
                Result result = awaited.Ask(peer, message, waiting);
                return result == Result.Ok ? waiting.Task : Task.FromException<T>(Failure((int)result));
            }
        }

        /// <summary>Adds all of a map but for what is the wrapper's own.</summary>
        private static void Fill(Message to, object map, string own)
        {
            if (map == null)
                return;
            using (var spare = new Spare(map))
            {
                string error = spare.Message.Error;
                if (error.Length > 0)
                    throw new PodsixException(Result.Unsendable, error);
                if (spare.Message.Value.Kind != ValueKind.Map)
                    throw new PodsixException(Result.Unsendable, "a " + map.GetType() + " cannot be asked or answered: it must be a map, such as new { price = 12 }, a dictionary or an object of your own");
                foreach (Entry entry in spare.Message.Value.Entries)
                    if (!entry.Key.Is("action") && !entry.Key.Is(own))
                        to.Key(entry.Key).Add(entry.Value);
            }
        }

        private static int Positive(int timeoutMs)
        {
            return timeoutMs < 1 ? throw new ArgumentOutOfRangeException("timeoutMs", "a time limit is 1 or more") : timeoutMs;
        }
    }
}
