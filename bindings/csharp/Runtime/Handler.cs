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
            Handler handler = FormOf(method);
            handler.Bind(method.IsStatic ? null : listener, method);
            return handler;
        }

        /// <summary>What a method is to be called as, with nobody bound to it yet.</summary>
        /// <exception cref="ArgumentException">it has none of the forms</exception>
        internal static Handler FormOf(MethodInfo method)
        {
            ParameterInfo[] takes = method.GetParameters();
            if (method.ReturnType == typeof(void) && !method.IsGenericMethodDefinition)
            {
                if (takes.Length == 0)
                    return new Bare();
                if (takes.Length == 1 && takes[0].ParameterType == typeof(Value))
                    return new OfData();
                if (takes.Length == 1 && takes[0].ParameterType == typeof(PodsixEvent))
                    return new OfEvent();
                if (takes.Length == 1 && takes[0].ParameterType == typeof(ulong))
                    return new OfWho();
                if (takes.Length == 2 && takes[0].ParameterType == typeof(ulong) && takes[1].ParameterType == typeof(Value))
                    return new OfPeer();
            }
            throw new ArgumentException(method.DeclaringType + "." + method.Name +
                " cannot be called for an event: it must return void and take (), (ulong peer), (Value data), (ulong peer, Value data) or (PodsixEvent ev)");
        }

        internal abstract void Bind(object listener, MethodInfo method);

        private sealed class Bare : Handler
        {
            private delegate void Form();
            private Form call;

            internal override void Bind(object listener, MethodInfo method)
            {
                call = (Form)Delegate.CreateDelegate(typeof(Form), listener, method);
            }

            internal override void Call(PodsixEvent ev)
            {
                call();
            }
        }

        private sealed class OfData : Handler
        {
            private delegate void Form(Value data);
            private Form call;

            internal override void Bind(object listener, MethodInfo method)
            {
                call = (Form)Delegate.CreateDelegate(typeof(Form), listener, method);
            }

            internal override void Call(PodsixEvent ev)
            {
                call(ev.Data);
            }
        }

        private sealed class OfWho : Handler
        {
            private delegate void Form(ulong peer);
            private Form call;

            internal override void Bind(object listener, MethodInfo method)
            {
                call = (Form)Delegate.CreateDelegate(typeof(Form), listener, method);
            }

            internal override void Call(PodsixEvent ev)
            {
                call(ev.Peer);
            }
        }

        private sealed class OfPeer : Handler
        {
            private delegate void Form(ulong peer, Value data);
            private Form call;

            internal override void Bind(object listener, MethodInfo method)
            {
                call = (Form)Delegate.CreateDelegate(typeof(Form), listener, method);
            }

            internal override void Call(PodsixEvent ev)
            {
                call(ev.Peer, ev.Data);
            }
        }

        private sealed class OfEvent : Handler
        {
            private delegate void Form(PodsixEvent ev);
            private Form call;

            internal override void Bind(object listener, MethodInfo method)
            {
                call = (Form)Delegate.CreateDelegate(typeof(Form), listener, method);
            }

            internal override void Call(PodsixEvent ev)
            {
                call(ev);
            }
        }
    }
}
