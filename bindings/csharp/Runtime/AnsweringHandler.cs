using System;
using System.Reflection;

namespace Podsix
{
    /// <summary>A method that takes no type of the game's own, and whose result answers.</summary>
    internal sealed class AnsweringHandler : Handler
    {
        private delegate object OfNothing();
        private delegate object OfWho(ulong peer);
        private delegate object OfData(Value data);
        private delegate object OfEvent(PodsixEvent ev);

        private readonly Type form;
        private OfNothing nothing;
        private OfWho who;
        private OfData data;
        private OfEvent whole;
        private MessageAnswer both;

        internal AnsweringHandler(MethodInfo method)
        {
            Answers.Check(method);
            if (method.ReturnType.IsValueType)
                throw Wrong(method, "a struct can only answer a method that takes a type of your own; ");
            ParameterInfo[] takes = method.GetParameters();
            if (takes.Length == 0)
                form = typeof(OfNothing);
            else if (takes.Length == 2)
                form = typeof(MessageAnswer);
            else if (takes[0].ParameterType == typeof(Value))
                form = typeof(OfData);
            else
                form = takes[0].ParameterType == typeof(ulong) ? typeof(OfWho) : typeof(OfEvent);
        }

        internal AnsweringHandler(MessageAnswer answer)
        {
            both = answer;
        }

        internal override void Bind(object listener, MethodInfo method)
        {
            Delegate bound = Delegate.CreateDelegate(form, listener, method);
            nothing = bound as OfNothing;
            who = bound as OfWho;
            data = bound as OfData;
            whole = bound as OfEvent;
            both = bound as MessageAnswer;
        }

        internal override object Call(PodsixEvent ev)
        {
            return both != null ? both(ev.Peer, ev.Data)
                : data != null ? data(ev.Data)
                : whole != null ? whole(ev)
                : who != null ? who(ev.Peer)
                : nothing();
        }
    }
}
