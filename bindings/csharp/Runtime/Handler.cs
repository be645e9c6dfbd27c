using System;
using System.Reflection;

namespace Podsix
{
    /// <summary>
    /// A method of a listener, or what On was given, as a delegate in one of the forms that it may have. The delegate
    /// is made once, and there is no other reflection when it is called.
    /// </summary>
    internal abstract class Handler
    {
        /// <returns>An answer, or a task of one; null if there is none.</returns>
        internal abstract object Call(PodsixEvent ev);

        internal static Handler Make(object listener, MethodInfo method)
        {
            Handler handler = FormOf(method);
            handler.Bind(method.IsStatic ? null : listener, method);
            return handler;
        }

        internal static Handler Of(MessageAction action)
        {
            return new OfPeer { call = action };
        }

        internal static Handler Of(EventAction action)
        {
            return new OfEvent { call = action };
        }

        /// <summary>What a method is to be called as, with nobody bound to it yet.</summary>
        /// <exception cref="ArgumentException">it has none of the forms</exception>
        internal static Handler FormOf(MethodInfo method)
        {
            ParameterInfo[] takes = method.GetParameters();
            Type first = takes.Length > 0 ? takes[0].ParameterType : null;
            Type last = takes.Length > 0 ? takes[takes.Length - 1].ParameterType : null;
            bool right = !method.IsGenericMethodDefinition && (takes.Length < 2 || takes.Length == 2 && first == typeof(ulong));
            if (!right)
                throw Wrong(method, "");
            if (last != null && last != typeof(Value) && last != typeof(PodsixEvent) && (takes.Length == 2 || last != typeof(ulong)))
                return new OwnTypeHandler(method, last);
            if (method.ReturnType != typeof(void))
                return new AnsweringHandler(method);
            if (last == null)
                return new Bare();
            if (last == typeof(PodsixEvent) && takes.Length == 1)
                return new OfEvent();
            if (last == typeof(Value))
                return takes.Length == 1 ? (Handler)new OfData() : new OfPeer();
            if (takes.Length == 1)
                return new OfWho();
            throw Wrong(method, "");
        }

        /// <param name="method">What cannot be called.</param>
        /// <param name="why">The beginning of the words, if there is more to say than what the forms are.</param>
        internal static ArgumentException Wrong(MethodInfo method, string why)
        {
            return new ArgumentException(method.DeclaringType + "." + method.Name + " cannot be called for an event: " + why +
                "it must take (), (ulong peer), (Value data), (ulong peer, Value data), (PodsixEvent ev), or a type of your own where " +
                "Value stands; and return void, or an answer, which is a map: an object of your own or a dictionary");
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

            internal override object Call(PodsixEvent ev)
            {
                call();
                return null;
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

            internal override object Call(PodsixEvent ev)
            {
                call(ev.Data);
                return null;
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

            internal override object Call(PodsixEvent ev)
            {
                call(ev.Peer);
                return null;
            }
        }

        private sealed class OfPeer : Handler
        {
            internal MessageAction call;

            internal override void Bind(object listener, MethodInfo method)
            {
                call = (MessageAction)Delegate.CreateDelegate(typeof(MessageAction), listener, method);
            }

            internal override object Call(PodsixEvent ev)
            {
                call(ev.Peer, ev.Data);
                return null;
            }
        }

        private sealed class OfEvent : Handler
        {
            internal EventAction call;

            internal override void Bind(object listener, MethodInfo method)
            {
                call = (EventAction)Delegate.CreateDelegate(typeof(EventAction), listener, method);
            }

            internal override object Call(PodsixEvent ev)
            {
                call(ev);
                return null;
            }
        }
    }
}
