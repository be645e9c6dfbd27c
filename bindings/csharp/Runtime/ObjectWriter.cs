using System;
using System.Collections;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Podsix
{
    /// <summary>Writes C#'s own objects into a message.</summary>
    internal static class ObjectWriter
    {
        private const int Deepest = 256; // as the library's

        internal static void Write(Message message, string key, object value)
        {
            try
            {
                Write(message, key, value, 0);
            }
            catch (UnsendableException e)
            {
                throw new PodsixException(Result.Unsendable, (key ?? "the message") + e.Path + " cannot be sent: " + e.Message);
            }
        }

        private static void Write(Message message, string key, object value, int depth)
        {
            if (value == null)
            {
                message.SetNull(key);
                return;
            }
            switch (Type.GetTypeCode(value.GetType())) // an enum is its number
            {
                case TypeCode.Boolean:
                    message.Set(key, (bool)value);
                    break;
                case TypeCode.SByte:
                case TypeCode.Int16:
                case TypeCode.Int32:
                case TypeCode.Int64:
                    message.Set(key, Convert.ToInt64(value));
                    break;
                case TypeCode.Byte:
                case TypeCode.UInt16:
                case TypeCode.UInt32:
                case TypeCode.UInt64:
                    message.Set(key, Convert.ToUInt64(value));
                    break;
                case TypeCode.Single:
                    message.Set(key, (float)value);
                    break;
                case TypeCode.Double:
                    message.Set(key, (double)value);
                    break;
                case TypeCode.Char:
                case TypeCode.String:
                    message.Set(key, value.ToString());
                    break;
                case TypeCode.Object:
                    WriteObject(message, key, value, depth + 1);
                    break;
                default:
                    throw new UnsendableException("a " + value.GetType() + " is no number that others could read; cast it to what fits");
            }
        }

        private static void WriteObject(Message message, string key, object value, int depth)
        {
            if (depth > Deepest)
                throw new UnsendableException("it is nested more than " + Deepest + " deep; perhaps it contains itself");
            if (value is byte[])
                message.Set(key, (byte[])value);
            else if (value is BigInteger)
                message.Set(key, (BigInteger)value);
            else if (value is Extension)
                message.Set(key, (Extension)value);
            else if (value is Message)
                WriteMessage(message, key, (Message)value);
            else if (value is IDictionary)
                WriteMap(message.OpenMap(key), (IDictionary)value, depth);
            else if (value is ITuple)
                WriteTuple(message.OpenTuple(key), (ITuple)value, depth);
            else
                WriteOther(message, key, value, Members.Of(value.GetType()), depth);
        }

        private static void WriteMessage(Message message, string key, Message part)
        {
            Value value = part.Value;
            if (!value.Exists)
                throw new UnsendableException(part.Error);
            message.Set(key, value);
        }

        private static void WriteMap(Message message, IDictionary map, int depth)
        {
            IDictionaryEnumerator entries = map.GetEnumerator(); // foreach would box each entry
            while (entries.MoveNext())
            {
                try
                {
                    Write(message, MapKey(message, entries.Key, depth), entries.Value, depth);
                }
                catch (UnsendableException e)
                {
                    throw e.Inside("[" + entries.Key + "]");
                }
            }
            message.Close();
        }

        /// <summary>The key of an entry, or null once it is set: an integer or a tuple.</summary>
        private static string MapKey(Message message, object key, int depth)
        {
            switch (Type.GetTypeCode(key.GetType()))
            {
                case TypeCode.String:
                    return (string)key;
                case TypeCode.SByte:
                case TypeCode.Int16:
                case TypeCode.Int32:
                case TypeCode.Int64:
                case TypeCode.Byte:
                case TypeCode.UInt16:
                case TypeCode.UInt32:
                    message.Key(Convert.ToInt64(key));
                    return null;
                default:
                    if (!(key is ITuple))
                        throw new UnsendableException("a " + key.GetType() + " is no key; texts, integers and tuples are");
                    using (var whole = new Message())
                    {
                        WriteTuple(whole.OpenTuple(), (ITuple)key, depth);
                        message.Key(whole.Value);
                    }
                    return null;
            }
        }

        private static void WriteTuple(Message message, ITuple tuple, int depth)
        {
            for (int at = 0; at < tuple.Length; at++)
                WriteItem(message, tuple[at], at, depth);
            message.Close();
        }

        private static void WriteList(Message message, IEnumerable list, int depth)
        {
            int at = 0;
            foreach (object item in list)
                WriteItem(message, item, at++, depth);
            message.Close();
        }

        private static void WriteItem(Message message, object item, int at, int depth)
        {
            try
            {
                Write(message, null, item, depth);
            }
            catch (UnsendableException e)
            {
                throw e.Inside("[" + at + "]");
            }
        }

        private static void WriteOther(Message message, string key, object value, Members members, int depth)
        {
            if (members.Refused != null)
                throw new UnsendableException(members.Refused);
            if (value is IEnumerable)
                WriteList(message.OpenList(key), (IEnumerable)value, depth);
            else if (members.All.Length > 0)
                WriteMembers(message.OpenMap(key), value, members, depth);
            else
                throw new UnsendableException("a " + value.GetType() + " has no public fields or properties that can be read and written");
        }

        private static void WriteMembers(Message message, object value, Members members, int depth)
        {
            foreach (Members.Member member in members.All)
            {
                try
                {
                    Write(message, member.Name, member.Get(value), depth);
                }
                catch (UnsendableException e)
                {
                    throw e.Inside("." + member.Name);
                }
            }
            message.Close();
        }

        /// <summary>On its way out it learns where in the object it was.</summary>
        private sealed class UnsendableException : Exception
        {
            internal UnsendableException(string words) : base(words) { }

            internal string Path { get; private set; } = "";

            internal UnsendableException Inside(string step)
            {
                // Of what contains itself, the beginning is enough.
                Path = step + (Path.Length > 100 ? "..." : Path);
                return this;
            }
        }
    }
}
