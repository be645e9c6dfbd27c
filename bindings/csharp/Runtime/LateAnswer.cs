using System.Reflection;
using System.Threading.Tasks;

namespace Podsix
{
    /// <summary>An answer that a handler is still working on.</summary>
    internal sealed class LateAnswer
    {
        private readonly PropertyInfo result;

        /// <param name="task">The task.</param>
        /// <param name="result">Its Result; null if it gives none, or is a Task of object.</param>
        internal LateAnswer(Task task, PropertyInfo result)
        {
            Task = task;
            this.result = result;
        }

        internal Task Task { get; }

        /// <summary>Once it is done. Null if there is none.</summary>
        internal object Value
        {
            get
            {
                var known = Task as Task<object>;
                return known != null ? known.Result : result == null ? null : result.GetValue(Task, null);
            }
        }
    }
}
