using System;
using System.Reflection;
using System.Runtime.ExceptionServices;

namespace Podsix
{
    /// <summary>
    /// A method that takes a type of the game's own, which only reflection knows. If it answers, or if there is no JIT
    /// and nobody has compiled a TypedHandler for its struct, reflection calls it too, which makes garbage.
    /// </summary>
    internal sealed class OwnTypeHandler : Handler
    {
        private readonly TypeReader reader;
        private readonly bool answers;
        private readonly bool withPeer;
        private object listener;
        private MethodInfo method;
        private Handler compiled;

        /// <param name="method">The method.</param>
        /// <param name="own">The type of its last parameter.</param>
        internal OwnTypeHandler(MethodInfo method, Type own)
        {
            try
            {
                reader = TypeReader.OfMessages(own);
            }
            catch (PodsixException e)
            {
                throw Wrong(method, e.Message + "; ");
            }
            answers = method.ReturnType != typeof(void);
            if (answers)
                Answers.Check(method);
            withPeer = method.GetParameters().Length == 2;
        }

        internal override void Bind(object listener, MethodInfo method)
        {
            this.listener = listener;
            this.method = method;
            if (!answers)
                compiled = Compiled();
        }

        /// <summary>Null if it was not compiled, of which each runtime without a JIT tells by another exception.</summary>
        private Handler Compiled()
        {
            try
            {
                var made = (Handler)Activator.CreateInstance(typeof(TypedHandler<>).MakeGenericType(reader.Type), true);
                made.Bind(listener, method);
                return made;
            }
            catch (Exception)
            {
                return null;
            }
        }

        internal override object Call(PodsixEvent ev)
        {
            if (compiled != null)
                return compiled.Call(ev);
            object data;
            if (!reader.Read(ev.Data, false, out data))
                data = reader.Blank();
            try
            {
                return method.Invoke(listener, withPeer ? new[] { ev.Peer, data } : new[] { data });
            }
            catch (TargetInvocationException e)
            {
                ExceptionDispatchInfo.Capture(e.InnerException).Throw();
                throw;
            }
        }
    }
}
