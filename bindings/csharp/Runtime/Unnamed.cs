using System;
using System.Runtime.CompilerServices;

namespace Podsix
{
    /// <summary>Messages without an action, which no Network_ method hears of.</summary>
    internal static class Unnamed
    {
        private const int ShownKeys = 5;

        /// <summary>Tells once of a type that is sent as a message, but has none. A text or a list is none on purpose.</summary>
        internal static void Tell(object sent, Message message)
        {
            if (Warnings.Show == null)
                return;
            Value data = message.Value;
            if (data.Kind != ValueKind.Map || data["action"].Kind == ValueKind.String || !Warnings.First(sent.GetType()))
                return;
            Warnings.Say("a message without an action is sent, " + Shape(sent.GetType(), data) + ", which no Network_ method hears of: " + Why(data));
        }

        internal static string Why(Value data)
        {
            if (data.Kind != ValueKind.Map)
                return "it is no map";
            if (data["action"].Exists)
                return "its 'action' is no text";
            foreach (Entry entry in data.Entries)
            {
                string key = entry.Key.Kind == ValueKind.String ? entry.Key.Printable(20) : "";
                if (string.Equals(key, "action", StringComparison.OrdinalIgnoreCase))
                    return "'" + key + "' is not 'action'";
            }
            return "it has no 'action'";
        }

        /// <summary>Enough to find it by: "Move { x, z }".</summary>
        private static string Shape(Type type, Value data)
        {
            string words = type.IsDefined(typeof(CompilerGeneratedAttribute), false) || type.IsGenericType ? "{" : type + " {";
            int keys = 0;
            foreach (Entry entry in data.Entries)
            {
                if (keys == ShownKeys)
                {
                    words += ", ...";
                    break;
                }
                words += (keys++ == 0 ? " " : ", ") + entry.Key.Printable(20);
            }
            return words + " }";
        }
    }
}
