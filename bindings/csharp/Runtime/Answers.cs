using System;
using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

namespace Podsix
{
    /// <summary>What a method's results are as answers.</summary>
    internal sealed class Answers
    {
        private readonly bool isTask;
        private readonly PropertyInfo result; // of the task; null if that gives none

        /// <exception cref="ArgumentException">they can never be one</exception>
        internal Answers(MethodInfo method)
        {
            Type type = method.ReturnType;
            isTask = typeof(Task).IsAssignableFrom(type);
            if (isTask)
            {
                result = type.GetProperty("Result");
                type = result == null ? null : result.PropertyType;
            }
            if (type != null && !MayBeMap(type))
                throw Handler.Wrong(method, "a " + type + " is no answer; ");
        }

        internal object Of(object returned)
        {
            return isTask && returned != null ? new LateAnswer((Task)returned, result) : returned;
        }

        private static bool MayBeMap(Type type)
        {
            if (type == typeof(void) || type == typeof(string) || type.IsPointer || type.IsByRef || type.IsArray)
                return false;
            if (typeof(ITuple).IsAssignableFrom(type) || typeof(Delegate).IsAssignableFrom(type))
                return false;
            return type.IsEnum == false && Type.GetTypeCode(type) == TypeCode.Object &&
                (!typeof(IEnumerable).IsAssignableFrom(type) || typeof(IDictionary).IsAssignableFrom(type) || type.IsInterface);
        }
    }
}
