using System;
using System.Threading;
using System.Threading.Tasks;
using UnityEngine;
using UnityEngine.Events;

namespace Podsix.Unity
{
    /// <summary>
    /// A host as a component: it pumps in Update, calls the Network_ methods of whoever is added as a
    /// listener, and has UnityEvents for the inspector. At its start it connects or listens if the inspector
    /// says so. What a handler throws it logs, ten times a second at the most, and goes on. It ends with its game
    /// object: OnDestroy disposes of the host, which waits for the other ends, but
    /// 200 ms at the most. Who has more to lose calls Host.Close before, in OnApplicationQuit, say.
    /// </summary>
    [AddComponentMenu("Network/Podsix")]
    [DisallowMultipleComponent]
    [DefaultExecutionOrder(-100)] // it listens before any script's Start connects, and pumps before their Update
    public class PodsixBehaviour : MonoBehaviour
    {
        [Serializable] public class PeerEvent : UnityEvent<ulong> { }
        [Serializable] public class EndEvent : UnityEvent<ulong, string> { }

        [Tooltip("host:port of a server that is connected to at the start; empty: none")]
        [SerializeField] private string connectTo = "";

        [Tooltip("ip:port that is listened on from the start, * for every address; empty: none")]
        [SerializeField] private string listenOn = "";

        [Tooltip("The components beside this one with Network_ methods are listeners from the start")]
        [SerializeField] private bool siblingsListen = true;

        [Tooltip("The game goes on while another window has the focus: the others would wait for it, and then give up. Phones ignore it")]
        [SerializeField] private bool runInBackground = true;

        [Tooltip("A connection is open: the peer")]
        [SerializeField] private PeerEvent onConnected = new PeerEvent();

        [Tooltip("A connection has ended, or somebody who asked to be let in has gone: the peer and why")]
        [SerializeField] private EndEvent onDisconnected = new EndEvent();

        [Tooltip("A connect failed (the peer and why), or what listens met trouble (0 and why)")]
        [SerializeField] private EndEvent onError = new EndEvent();

        private Host host;
        private ExceptionLog thrown;
        private bool destroyed;

        public PeerEvent OnConnected
        {
            get { return onConnected; }
        }

        public EndEvent OnDisconnected
        {
            get { return onDisconnected; }
        }

        public EndEvent OnError
        {
            get { return onError; }
        }

        /// <summary>The settings of the host; what is changed after its first use counts for the next one.</summary>
        public Config Config { get; set; }

        /// <summary>The server that connectTo named, or Connect was called with last; 0: none.</summary>
        public ulong Server { get; private set; }

        /// <summary>
        /// The host, made when it is first asked for, and gone with the component: after OnDestroy it is the
        /// one that has ended, null if there was none.
        /// </summary>
        public Host Host
        {
            get
            {
                if (!destroyed && (host == null || host.IsDisposed))
                {
                    host = new Host(Config);
                    host.AddListener(new Lifecycle(this));
                    thrown = thrown ?? new ExceptionLog(this);
                    host.OnHandlerError += (peer, error) => thrown.Log(error);
                }
                return host;
            }
        }

        /// <summary>As Host.Connect; Send goes to this server.</summary>
        public ulong Connect(string address, object hello = null)
        {
            if (destroyed)
                throw Ended();
            return Server = hello == null ? Host.Connect(address) : Host.Connect(address, hello);
        }

        /// <summary>
        /// As Host.ConnectAsync; once it is open, Send and Ask go to this server. What awaits it goes on in Update.
        /// </summary>
        public async Task<Connection> ConnectAsync(string address, object hello = null, CancellationToken cancel = default(CancellationToken))
        {
            if (destroyed)
                throw Ended();
            Connection server = await Host.ConnectAsync(address, hello, cancel);
            Server = server.Peer;
            return server;
        }

        /// <summary>Asks the server that was connected to, as Host.Ask. What awaits it goes on in Update.</summary>
        public Task<Message> Ask(string action, object question = null, int timeoutMs = Host.AnswerWithinMs, CancellationToken cancel = default(CancellationToken))
        {
            return destroyed ? Task.FromException<Message>(Ended()) : Host.Ask(Server, action, question, timeoutMs, cancel);
        }

        /// <summary>Asks the server that was connected to, as Host.Ask. What awaits it goes on in Update.</summary>
        public Task<T> Ask<T>(string action, object question = null, int timeoutMs = Host.AnswerWithinMs, CancellationToken cancel = default(CancellationToken))
        {
            return destroyed ? Task.FromException<T>(Ended()) : Host.Ask<T>(Server, action, question, timeoutMs, cancel);
        }

        private static PodsixException Ended()
        {
            return new PodsixException(Result.Closing, "the component was destroyed");
        }

        /// <summary>Sends to the server that was connected to; as Host.Send.</summary>
        public Result Send(Message message)
        {
            return destroyed ? Result.NotConnected : Host.Send(Server, message);
        }

        /// <summary>Sends to the server that was connected to; as Host.Send.</summary>
        public Result Send(object message)
        {
            return destroyed ? Result.NotConnected : Host.Send(Server, message);
        }

        // What is derived may override them, and then calls them.

        protected virtual void Start()
        {
            if (runInBackground)
                Application.runInBackground = true;
            if (siblingsListen)
                foreach (MonoBehaviour sibling in GetComponents<MonoBehaviour>())
                    if (sibling != null && Host.Hears(sibling)) // null is one whose script is missing
                        Add(sibling);
            if (listenOn.Length > 0)
                Host.Listen(listenOn);
            if (connectTo.Length > 0)
                Connect(connectTo);
        }

        protected virtual void Update()
        {
            if (host == null)
                return;
            if (!host.IsDisposed)
                host.Pump();
            thrown.Turn();
        }

        protected virtual void OnDestroy()
        {
            destroyed = true;
            if (host != null)
                host.Dispose();
        }

        /// <summary>One with a mistake keeps neither the others from listening nor this one from its start.</summary>
        private void Add(MonoBehaviour sibling)
        {
            try
            {
                Host.AddListener(sibling);
            }
            catch (ArgumentException e)
            {
                Debug.LogException(e, sibling);
            }
        }

        /// <summary>
        /// Before each Play: with domain reload switched off, what a game of the last one forgot would still
        /// hold its port.
        /// </summary>
        [RuntimeInitializeOnLoadMethod(RuntimeInitializeLoadType.SubsystemRegistration)]
        private static void BeforePlay()
        {
            Warnings.Show = text => Debug.LogWarning("podsix: " + text);
            Destroyed.Is = one => one is UnityEngine.Object thing && thing == null;
            Host.DisposeAll();
        }

        /// <summary>Hears for the UnityEvents.</summary>
        private sealed class Lifecycle
        {
            private readonly PodsixBehaviour behaviour;

            internal Lifecycle(PodsixBehaviour behaviour)
            {
                this.behaviour = behaviour;
            }

            [Preserve]
            private void Network_connected(PodsixEvent ev)
            {
                behaviour.onConnected.Invoke(ev.Peer);
            }

            [Preserve]
            private void Network_disconnected(PodsixEvent ev)
            {
                behaviour.onDisconnected.Invoke(ev.Peer, Why(ev));
            }

            [Preserve]
            private void Network_error(PodsixEvent ev)
            {
                behaviour.onError.Invoke(ev.Peer, Why(ev));
            }

            private static string Why(PodsixEvent ev)
            {
                string text = ev.Text;
                return text.Length > 0 ? text : ev.Reason.ToString();
            }
        }
    }
}
