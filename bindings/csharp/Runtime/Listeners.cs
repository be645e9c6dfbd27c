using System;
using System.Collections.Generic;

namespace Podsix
{
    /// <summary>
    /// A host's listeners, called in the order in which they were added. While they are called they may
    /// come and go: who comes begins with the next event, who goes hears no more. Nor does one that its engine
    /// has destroyed.
    /// </summary>
    internal sealed unsafe class Listeners
    {
        private readonly List<Listener> all = new List<Listener>();
        private readonly Host host;
        private int calling;
        private bool unswept;

        internal Listeners(Host host)
        {
            this.host = host;
        }

        internal void Add(object target)
        {
            if (Find(target) != null)
                throw new ArgumentException("this " + target.GetType() + " is a listener already");
            var listener = new Listener(target);
            listener.Methods.TellMistaken(target.GetType());
            all.Add(listener);
        }

        /// <summary>Adds one that is a single handler, and is to be removed by what is returned.</summary>
        /// <param name="action">The action.</param>
        /// <param name="owner">Whose method it is; null if nobody's.</param>
        /// <param name="handler">What is called.</param>
        internal object Add(string action, object owner, Handler handler)
        {
            var listener = new Listener(HandlerMethods.Of(action), owner, handler);
            all.Add(listener);
            return listener.Target;
        }

        internal bool Remove(object target)
        {
            Listener listener = Find(target);
            if (listener == null)
                return false;
            listener.Gone = unswept = true;
            Sweep();
            return true;
        }

        /// <summary>
        /// Calls everybody for an event, whatever they throw. Once its host is disposed of, nobody hears of it
        /// any more.
        /// </summary>
        /// <returns>Whether a handler was called.</returns>
        internal bool Call(PodsixEvent ev)
        {
            NativeEvent* raw = ev.Live;
            uint hash = raw->kind == (int)EventKind.Message ? ActionMap.Hash(raw->action, (int)raw->action_len) : 0;
            bool heard = false;
            int now = all.Count;
            calling++;
            for (int at = 0; at < now; at++)
            {
                Listener listener = all[at];
                heard |= Call(listener, listener.Methods.For(raw, hash), ev, raw->peer);
                heard |= Call(listener, listener.Methods.Any, ev, raw->peer);
            }
            calling--;
            Sweep();
            return heard;
        }

        /// <summary>An action that somebody listens to and that differs in its capitals alone; null if there is none.</summary>
        internal string Similar(string action)
        {
            foreach (Listener listener in all)
            {
                string similar = listener.Methods.Similar(action);
                if (similar != null)
                    return similar;
            }
            return null;
        }

        private bool Call(Listener listener, int[] handlers, PodsixEvent ev, ulong peer)
        {
            if (handlers == null)
                return false;
            int at = 0;
            for (; at < handlers.Length && !IsGone(listener) && !ev.IsOver; at++)
            {
                try
                {
                    object answer = listener.Handlers[handlers[at]].Call(ev);
                    if (answer != null && !ev.IsOver)
                        host.Answering.Take(ev, answer);
                }
                catch (Exception e)
                {
                    host.Errors.Add(peer, e);
                }
            }
            return at > 0;
        }

        private bool IsGone(Listener listener)
        {
            if (!listener.Gone && Destroyed.Is != null && Destroyed.Is(listener.Owner))
                listener.Gone = unswept = true;
            return listener.Gone;
        }

        private Listener Find(object target)
        {
            foreach (Listener listener in all)
                if (ReferenceEquals(listener.Target, target) && !listener.Gone)
                    return listener;
            return null;
        }

        private void Sweep()
        {
            if (calling > 0 || !unswept)
                return;
            unswept = false;
            all.RemoveAll(listener => listener.Gone);
        }

        private sealed class Listener
        {
            internal readonly object Target; // who is removed by it
            internal readonly object Owner; // whose methods are called
            internal readonly HandlerMethods Methods;
            internal readonly Handler[] Handlers;
            internal bool Gone;

            internal Listener(object target)
            {
                Target = Owner = target;
                Methods = HandlerMethods.Of(target.GetType());
                Handlers = new Handler[Methods.All.Length];
                for (int at = 0; at < Handlers.Length; at++)
                    Handlers[at] = Handler.Make(target, Methods.All[at]);
            }

            internal Listener(HandlerMethods methods, object owner, Handler handler)
            {
                Target = this;
                Owner = owner;
                Methods = methods;
                Handlers = new[] { handler };
            }
        }
    }
}
