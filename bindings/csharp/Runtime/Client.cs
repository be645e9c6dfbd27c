using System.Threading;
using System.Threading.Tasks;

namespace Podsix
{
    /// <summary>
    /// A host that connects to one server, and is its own listener: derive from it, and write Network_
    /// methods.
    /// <code>
    /// class Game : Client
    /// {
    ///     public Game() : base("localhost", new { name = "ada" }) { }
    ///     void Network_connected() { Send(new { action = "move", x = 3 }); }
    ///     void Network_moved(Value data) { }
    /// }
    /// </code>
    /// </summary>
    public class Client : Host
    {
        /// <summary>Connects nowhere yet.</summary>
        public Client(Config config = null) : base(config)
        {
            ListenToItself();
        }

        /// <param name="address">As for Connect.</param>
        /// <param name="hello">What the server's game gets first: anything that Send takes; null is nothing.</param>
        /// <param name="config">Its settings; null takes the defaults.</param>
        public Client(string address, object hello = null, Config config = null) : this(config)
        {
            try
            {
                if (hello == null)
                    Connect(address);
                else
                    Connect(address, hello);
            }
            catch
            {
                Dispose();
                throw;
            }
        }

        /// <summary>The server, as it is called here: the peer connected to last; 0 before.</summary>
        public ulong Peer { get; private set; }

        public bool IsConnected { get; private set; }

        /// <summary>Sends to the server, as Host.Send.</summary>
        public Result Send(Message message)
        {
            return Send(Peer, message);
        }

        /// <summary>Sends to the server, as Host.Send.</summary>
        public Result Send(object message)
        {
            return Send(Peer, message);
        }

        /// <summary>Asks the server, as Host.Ask.</summary>
        public Task<Message> Ask(string action, object question = null, int timeoutMs = AnswerWithinMs, CancellationToken cancel = default(CancellationToken))
        {
            return Ask(Peer, action, question, timeoutMs, cancel);
        }

        /// <summary>Asks the server, as Host.Ask.</summary>
        public Task<T> Ask<T>(string action, object question = null, int timeoutMs = AnswerWithinMs, CancellationToken cancel = default(CancellationToken))
        {
            return Ask<T>(Peer, action, question, timeoutMs, cancel);
        }

        /// <summary>Leaves the server, as Host.Disconnect.</summary>
        public Result Disconnect(int code = 0, string text = "")
        {
            return Disconnect(Peer, code, text);
        }

        internal override void Connecting(ulong peer)
        {
            Peer = peer;
            IsConnected = false;
        }

        internal override void Opened(ulong peer)
        {
            if (peer == Peer)
                IsConnected = true;
        }

        internal override void Ended(ulong peer)
        {
            if (peer == Peer)
                IsConnected = false;
        }
    }
}
