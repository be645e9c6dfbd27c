using System;

namespace Podsix
{
    /// <summary>
    /// Makes a method of a listener the handler of an action, whatever its own name is:
    /// <c>[NetworkAction("move")] void OnMove(ulong peer, Value data)</c>
    /// </summary>
    [AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
    public sealed class NetworkActionAttribute : Attribute
    {
        /// <param name="action">The action, or "connected", "disconnected", "error" and so on.</param>
        public NetworkActionAttribute(string action)
        {
            Action = action;
        }

        public string Action { get; }
    }
}
