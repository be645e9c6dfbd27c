using System;
using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

namespace Podsix
{
    /// <summary>What handlers may return: an answer, or a task of one.</summary>
    internal static class Answers
    {
        /// <exception cref="ArgumentException">what the method returns can never be an answer</exception>
        internal static void Check(MethodInfo method)
        {
            Type type = method.ReturnType;
            if (typeof(Task).IsAssignableFrom(type))
            {
                PropertyInfo result = ResultOf(type);
                type = result == null ? null : result.PropertyType;
            }
            if (type != null && !MayBeMap(type))
                throw Handler.Wrong(method, "a " + type + " is no answer; ");
        }

        /// <summary>Whether a task will give something; that of an async Task only ends.</summary>
        internal static bool Gives(Task task)
        {
            return task is Task<object> || ResultOf(task.GetType()) != null;
        }

        /// <summary>What a task that is done has given; null if it gives nothing.</summary>
        internal static object Of(Task done)
        {
            var known = done as Task<object>;
            if (known != null)
                return known.Result;
            PropertyInfo result = ResultOf(done.GetType());
            return result == null ? null : result.GetValue(done, null);
        }

        private static PropertyInfo ResultOf(Type task)
        {
            PropertyInfo result = task.GetProperty("Result");
            bool none = result == null || result.PropertyType.FullName == "System.Threading.Tasks.VoidTaskResult"; // of an async Task
            return none ? null : result;
        }

        private static bool MayBeMap(Type type)
        {
            if (type == typeof(object) || type == typeof(Message) || typeof(IDictionary).IsAssignableFrom(type) || Members.Of(type).IsOfPairs)
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
