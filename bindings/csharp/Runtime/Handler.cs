using System;
using System.Reflection;

namespace Podsix
{
    /// <summary>
    /// A method of a listener, as a delegate in one of the five forms that it may have. The delegate is made
    /// once, and there is no other reflection when it is called.
    /// </summary>
    internal abstract class Handler
    {
        internal abstract void Call(PodsixEvent ev);

        internal static Handler Make(object listener, MethodInfo method)
        {
            ParameterInfo[] takes = method.GetParameters();
            if (method.ReturnType == typeof(void) && !method.IsGenericMethodDefinition)
            {
                if (takes.Length == 0)
                    return new Bare { call = (Bare.Form)Bind(typeof(Bare.Form), listener, method) };
                if (takes.Length == 1 && takes[0].ParameterType == typeof(Value))
                    return new OfData { call = (OfData.Form)Bind(typeof(OfData.Form), listener, method) };
                if (takes.Length == 1 && takes[0].ParameterType == typeof(PodsixEvent))
                    return new OfEvent { call = (OfEvent.Form)Bind(typeof(OfEvent.Form), listener, method) };
                if (takes.Length == 1 && takes[0].ParameterType == typeof(ulong))
                    return new OfWho { call = (OfWho.Form)Bind(typeof(OfWho.Form), listener, method) };
                if (takes.Length == 2 && takes[0].ParameterType == typeof(ulong) && takes[1].ParameterType == typeof(Value))
                    return new OfPeer { call = (OfPeer.Form)Bind(typeof(OfPeer.Form), listener, method) };
            }
            throw new ArgumentException(method.DeclaringType + "." + method.Name +
                " cannot be called for an event: it must return void and take (), (ulong peer), (Value data), (ulong peer, Value data) or (PodsixEvent ev)");
        }

        private static Delegate Bind(Type form, object listener, MethodInfo method)
        {
            return Delegate.CreateDelegate(form, method.IsStatic ? null : listener, method);
        }

        private sealed class Bare : Handler
        {
            internal delegate void Form();
            internal Form call;

            internal override void Call(PodsixEvent ev)
            {
                call();
            }
        }

        private sealed class OfData : Handler
        {
            internal delegate void Form(Value data);
            internal Form call;

            internal override void Call(PodsixEvent ev)
            {
                call(ev.Data);
            }
        }

        private sealed class OfWho : Handler
        {
            internal delegate void Form(ulong peer);
            internal Form call;

            internal override void Call(PodsixEvent ev)
            {
                call(ev.Peer);
            }
        }

        private sealed class OfPeer : Handler
        {
            internal delegate void Form(ulong peer, Value data);
            internal Form call;

            internal override void Call(PodsixEvent ev)
            {
                call(ev.Peer, ev.Data);
            }
        }

        private sealed class OfEvent : Handler
        {
            internal delegate void Form(PodsixEvent ev);
            internal Form call;

            internal override void Call(PodsixEvent ev)
            {
                call(ev);
            }
        }
    }
}
