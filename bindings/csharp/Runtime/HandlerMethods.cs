using System;
using System.Collections.Generic;
using System.Reflection;

namespace Podsix
{
    /// <summary>Which methods of a type handle what, found once per type.</summary>
    internal sealed unsafe class HandlerMethods
    {
        private const string Prefix = "Network_";
        private const string CatchAll = "Network";

        // By number. A message that calls itself one of these never gets to their handlers.
        private static readonly string[] Kinds =
            { null, "connected", "request", null, "disconnected", "error", "writable", "stalled", "resumed" };

        private static readonly Dictionary<Type, HandlerMethods> Known = new Dictionary<Type, HandlerMethods>();

        private readonly int[][] kinds = new int[Kinds.Length][];
        private readonly ActionMap actions;
        private readonly string mistaken; // the first method whose name is not what its author believes; null if there is none

        private HandlerMethods(Type type)
        {
            var all = new List<MethodInfo>();
            var any = new List<int>();
            var named = new Dictionary<string, List<int>>();
            foreach (MethodInfo method in MethodsOf(type))
            {
                mistaken = mistaken ?? MistakeIn(method);
                foreach (string action in ActionsOf(method))
                {
                    MethodInfo called = method.GetBaseDefinition(); // which calls what overrides it
                    if (!all.Contains(called))
                        all.Add(called);
                    int number = all.IndexOf(called);
                    if (action == null)
                        any.Add(number);
                    else if (!named.ContainsKey(action))
                        named.Add(action, new List<int> { number });
                    else if (!named[action].Contains(number)) // both may say so, base and override
                        named[action].Add(number);
                }
            }
            All = all.ToArray();
            Any = any.ToArray();
            actions = Sorted(named);
        }

        private HandlerMethods(string action)
        {
            Any = Array.Empty<int>();
            actions = Sorted(new Dictionary<string, List<int>> { { action, new List<int> { 0 } } });
        }

        /// <summary>Those of the kinds to the kinds.</summary>
        private ActionMap Sorted(Dictionary<string, List<int>> named)
        {
            for (int kind = 0; kind < Kinds.Length; kind++)
            {
                List<int> handlers;
                if (Kinds[kind] == null || !named.TryGetValue(Kinds[kind], out handlers))
                    continue;
                kinds[kind] = handlers.ToArray();
                named.Remove(Kinds[kind]);
            }
            return new ActionMap(named);
        }

        internal MethodInfo[] All { get; }

        /// <summary>The numbers of those that want every event.</summary>
        internal int[] Any { get; }

        internal static HandlerMethods Of(Type type)
        {
            lock (Known)
            {
                HandlerMethods methods;
                if (!Known.TryGetValue(type, out methods))
                    Known.Add(type, methods = new HandlerMethods(type));
                return methods;
            }
        }

        /// <summary>Where there is no method, but a single handler.</summary>
        internal static HandlerMethods Of(string action)
        {
            return new HandlerMethods(action);
        }

        /// <summary>Warns once of a method that will not be called as it looks.</summary>
        internal void TellMistaken(Type type)
        {
            if (mistaken != null && Warnings.First(this))
                Warnings.Say(type.Name + ": " + mistaken + "; a [NetworkAction] says what is meant");
        }

        /// <summary>Whether a message of this name would be taken for an event.</summary>
        internal static bool IsKind(string action)
        {
            return action != null && Array.IndexOf(Kinds, action) >= 0;
        }

        /// <summary>As Listeners.Similar.</summary>
        internal string Similar(string action)
        {
            return actions.Similar(action);
        }

        /// <summary>For who adds objects of a type later: tells its mistakes now.</summary>
        internal static void Check(Type type)
        {
            HandlerMethods methods = Of(type);
            methods.TellMistaken(type);
            foreach (MethodInfo method in methods.All)
                Handler.FormOf(method);
        }

        /// <summary>The numbers of those that an event is meant for; null if there are none.</summary>
        internal int[] For(NativeEvent* ev, uint hash)
        {
            if (ev->kind == (int)EventKind.Message)
                return actions.Find(ev->action, (int)ev->action_len, hash);
            return (uint)ev->kind < (uint)kinds.Length ? kinds[ev->kind] : null;
        }

        /// <summary>All methods, private ones of base classes too, the bases' first.</summary>
        private static List<MethodInfo> MethodsOf(Type type)
        {
            const BindingFlags Declared = BindingFlags.DeclaredOnly | BindingFlags.Public | BindingFlags.NonPublic |
                BindingFlags.Instance | BindingFlags.Static;
            var levels = new List<Type>();
            for (Type level = type; level != null; level = level.BaseType)
                levels.Insert(0, level);
            var methods = new List<MethodInfo>();
            foreach (Type level in levels)
                methods.AddRange(level.GetMethods(Declared));
            return methods;
        }

        /// <summary>Capitals in which a name differs from what would be called.</summary>
        private static string MistakeIn(MethodInfo method)
        {
            if (!method.Name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) ||
                method.IsDefined(typeof(NetworkActionAttribute), false))
                return null;
            string action = method.Name.Substring(Prefix.Length);
            if (!method.Name.StartsWith(Prefix, StringComparison.Ordinal))
                return "nothing calls " + method.Name + ", for its name has to begin with Network_";
            foreach (string kind in Kinds)
                if (kind != null && action != kind && string.Equals(action, kind, StringComparison.OrdinalIgnoreCase))
                    return method.Name + " hears of messages with that action alone; the event calls Network_" + kind;
            return null;
        }

        /// <summary>What a method is for; null is everything. An override has its base's name, and may have more actions.</summary>
        private static IEnumerable<string> ActionsOf(MethodInfo method)
        {
            bool isNew = method.GetBaseDefinition() == method;
            if (isNew && method.Name == CatchAll)
                yield return null;
            else if (isNew && method.Name.StartsWith(Prefix, StringComparison.Ordinal))
                yield return method.Name.Substring(Prefix.Length);
            foreach (NetworkActionAttribute attribute in method.GetCustomAttributes(typeof(NetworkActionAttribute), false))
                yield return attribute.Action;
        }
    }
}
