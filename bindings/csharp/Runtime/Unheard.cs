using System;
using System.Runtime.CompilerServices;

namespace Podsix
{
    /// <summary>Tells once of a message, or of a connect that failed, that no handler was called for.</summary>
    internal static unsafe class Unheard
    {
        private const int Shown = 40; // of an action, in characters

        internal static void Tell(Host host, PodsixEvent ev)
        {
            NativeEvent* raw = ev.Live;
            if (Warnings.Show == null)
                return;
            if (raw->kind == (int)EventKind.Error && raw->direction == (uint)Direction.Outbound && Warnings.First(host.GetType()))
                Warnings.Say(NameOf(host) + ": a connect failed, and nobody here has a Network_error: " + ev.Text);
            if (raw->kind != (int)EventKind.Message)
                return;
            if (Text.Same(raw->action, raw->action_len, "answer") && ev["answer"].Exists)
                return; // it was late, which is nobody's mistake
            uint action = ActionMap.Hash(raw->action, (int)raw->action_len);
            uint who = (uint)RuntimeHelpers.GetHashCode(host.GetType());
            if (!Warnings.First((ulong)who << 32 | action, out bool last))
                return;
            string words = raw->action_len == UIntPtr.Zero ? Nameless(ev.Data) : Nobody(host, ev.Action);
            Warnings.Say(NameOf(host) + ": " + words + (last ? "; no more of what others send is told" : ""));
        }

        internal static string NameOf(Host host)
        {
            return host.GetType().Name.Split('`')[0];
        }

        private static string Nameless(Value data)
        {
            return "a message without an action came, which only Network(PodsixEvent ev) hears of: " + Unnamed.Why(data);
        }

        private static string Nobody(Host host, string action)
        {
            string words = "nobody here listens to '" + action.Printable(Shown) + "'";
            if (HandlerMethods.IsKind(action))
                return words + ": Network_" + action + " is for the event, and a message that calls itself so does not reach it";
            string similar = host.Similar(action);
            return similar == null ? words : words + ", but to '" + similar + "'";
        }
    }
}
