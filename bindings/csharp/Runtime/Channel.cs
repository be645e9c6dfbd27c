using System.Threading;
using System.Threading.Tasks;

namespace Podsix
{
    /// <summary>
    /// A server's end of one connection, as in PodSixNet: derive from it, and its Network_ methods hear what
    /// this peer sends, and its own Network_connected and so on. The last is Network_disconnected.
    /// </summary>
    public abstract class Channel
    {
        /// <summary>Who is at the other end. The constructor does not know it yet; Network_connected does.</summary>
        public ulong Peer { get; internal set; }

        /// <summary>Whose channel this is; null in the constructor.</summary>
        public Host Host { get; internal set; }

        /// <summary>The other end's address, such as "192.0.2.7:50123".</summary>
        public string Address
        {
            get { return Host.PeerAddress(Peer); }
        }

        /// <summary>As Host.Send.</summary>
        public Result Send(Message message)
        {
            return Host.Send(Peer, message);
        }

        /// <summary>As Host.Send.</summary>
        public Result Send(object message)
        {
            return Host.Send(Peer, message);
        }

        /// <summary>Asks this peer, as Host.Ask.</summary>
        public Task<Message> Ask(string action, object question = null, int timeoutMs = Host.AnswerWithinMs, CancellationToken cancel = default(CancellationToken))
        {
            return Host.Ask(Peer, action, question, timeoutMs, cancel);
        }

        /// <summary>Asks this peer, as Host.Ask.</summary>
        public Task<T> Ask<T>(string action, object question = null, int timeoutMs = Host.AnswerWithinMs, CancellationToken cancel = default(CancellationToken))
        {
            return Host.Ask<T>(Peer, action, question, timeoutMs, cancel);
        }

        /// <summary>As Host.Answer.</summary>
        public Result Answer(Value question, object answer = null)
        {
            return Host.Answer(Peer, question, answer);
        }

        /// <summary>As Host.Answer.</summary>
        public Result Answer(ulong question, object answer = null)
        {
            return Host.Answer(Peer, question, answer);
        }

        /// <summary>As Host.Disconnect.</summary>
        public Result Disconnect(int code = 0, string text = "")
        {
            return Host.Disconnect(Peer, code, text);
        }

        /// <summary>As Host.Kick.</summary>
        public Result Kick(int code = 0, string text = "")
        {
            return Host.Kick(Peer, code, text);
        }

        internal Listeners Ears { get; set; }
    }
}
