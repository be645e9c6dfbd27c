using System;
using System.Collections;
using System.Collections.Generic;
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
            if (type == typeof(object) || type == typeof(Message) || typeof(IDictionary).IsAssignableFrom(type) ||
                Members.Implemented(type, typeof(IReadOnlyDictionary<,>)) != null)
                return true;
            if (ScalarReader.FormOf(type) != ScalarForm.None || type.IsPointer || type.IsByRef || typeof(ITuple).IsAssignableFrom(type))
                return false;
            if (type.IsInterface || type.IsAbstract)
                return type != typeof(IEnumerator) && type != typeof(IEnumerable); // a coroutine's, say
            Members members = Members.Of(type);
            return members.Refused == null && members.All.Length > 0 && !typeof(IEnumerable).IsAssignableFrom(type);
        }
    }
}
