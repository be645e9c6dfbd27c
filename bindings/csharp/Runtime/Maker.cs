using System;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Podsix
{
    /// <summary>Makes new objects of a type.</summary>
    internal sealed class Maker
    {
        private readonly Type type;
        private readonly ConstructorInfo constructor; // the one without arguments; null if there is none

        internal Maker(Type type)
        {
            this.type = type;
            constructor = type.GetConstructor(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic, null, Type.EmptyTypes, null);
        }

        /// <summary>Whether they are classes, made as their author meant them to be.</summary>
        internal bool IsMeant
        {
            get { return !type.IsAbstract && !type.IsValueType && constructor != null; }
        }

        /// <summary>A struct is of zeros, in a box, as is a class without such a constructor.</summary>
        internal object New()
        {
            if (type.IsValueType || constructor == null)
                return RuntimeHelpers.GetUninitializedObject(type);
            try
            {
                // Either makes garbage on some runtime where the other does not.
                return constructor.IsPublic ? Activator.CreateInstance(type) : constructor.Invoke(null);
            }
            catch (TargetInvocationException e)
            {
                throw new PodsixException(Result.BadArgument, "a " + type + " cannot be made: its constructor threw " +
                    e.InnerException.GetType() + ": " + e.InnerException.Message, e.InnerException);
            }
        }
    }
}
