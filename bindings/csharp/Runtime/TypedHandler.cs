using System;
using System.Reflection;

namespace Podsix
{
    /// <summary>One that takes a type of the game's own, known to the compiler: a struct is handed over without a box.</summary>
    internal sealed class TypedHandler<T> : Handler
    {
        private Action<ulong, T> both;
        private Action<T> alone;
        private Func<ulong, T, object> answer;

        /// <summary>For OwnTypeHandler, which makes it by reflection.</summary>
        [Preserve]
        internal TypedHandler() { }

        /// <exception cref="PodsixException">BadArgument: T cannot be read, or is no map</exception>
        internal TypedHandler(Action<ulong, T> action)
        {
            TypeReader.OfMessages(typeof(T));
            both = action;
        }

        /// <exception cref="PodsixException">BadArgument: as above</exception>
        internal TypedHandler(Func<ulong, T, object> answer)
        {
            TypeReader.OfMessages(typeof(T));
            this.answer = answer;
        }

        internal override void Bind(object listener, MethodInfo method)
        {
            if (method.GetParameters().Length == 2)
                both = (Action<ulong, T>)Delegate.CreateDelegate(typeof(Action<ulong, T>), listener, method);
            else
                alone = (Action<T>)Delegate.CreateDelegate(typeof(Action<T>), listener, method);
        }

        internal override object Call(PodsixEvent ev)
        {
            T data = ev.Data.To<T>();
            if (answer != null)
                return answer(ev.Peer, data);
            if (both != null)
                both(ev.Peer, data);
            else
                alone(data);
            return null;
        }
    }
}
