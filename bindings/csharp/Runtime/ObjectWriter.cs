using System;
using System.Collections;
using System.Numerics;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Podsix
{
    /// <summary>Writes C#'s own objects into a message.</summary>
    internal static class ObjectWriter
    {
        private const int Deepest = 256; // as the library's

        internal static void Write(Message message, string key, object value)
        {
            Steps steps = message.Steps;
            int before = steps.Count;
            try
            {
                Write(message, key, value, steps);
            }
            catch (Exception cause)
            {
                UnsendableException e = UnsendableException.From(cause);
                throw new PodsixException(e.Code, (key == null ? "the message" : key.Printable(40)) + steps + " cannot be sent: " + e.Message, e.InnerException);
            }
            finally
            {
                steps.BackTo(before);
            }
        }

        private static void Write(Message message, string key, object value, Steps steps)
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
                case TypeCode.Decimal:
                    message.Set(key, Forms.Of((decimal)value));
                    break;
                case TypeCode.DateTime:
                    message.Set(key, Forms.Of((DateTime)value));
                    break;
                default:
                    WriteObject(message, key, value, steps);
                    break;
            }
        }

        private static void WriteObject(Message message, string key, object value, Steps steps)
        {
            if (steps.Count >= Deepest)
                throw new UnsendableException("it is nested more than " + Deepest + " deep; perhaps it contains itself");
            if (value is byte[])
                message.Set(key, (byte[])value);
            else if (value is BigInteger)
                message.Set(key, (BigInteger)value);
            else if (value is Extension)
                message.Set(key, (Extension)value);
            else if (value is Guid)
                message.Set(key, Forms.Of((Guid)value));
            else if (value is DateTimeOffset)
                message.Set(key, Forms.Of((DateTimeOffset)value));
            else if (value is TimeSpan)
                message.Set(key, Forms.Of((TimeSpan)value));
            else if (value is Message)
                WriteMessage(message, key, (Message)value);
            else if (value is IDictionary)
                WriteMap(message.OpenMap(key), (IDictionary)value, steps);
            else if (value is ITuple)
                WriteTuple(message.OpenTuple(key), (ITuple)value, steps);
            else
                WriteOther(message, key, value, Members.Of(value.GetType()), steps);
        }

        private static void WriteMessage(Message message, string key, Message part)
        {
            Value value = part.Value;
            if (!value.Exists)
                throw new UnsendableException(part.Error);
            message.Set(key, value);
        }

        private static void WriteMap(Message message, IDictionary map, Steps steps)
        {
            IDictionaryEnumerator entries = map.GetEnumerator(); // foreach would box each entry
            while (entries.MoveNext())
                WriteEntry(message, entries.Key, entries.Value, steps);
            message.Close();
        }

        private static void WritePairs(Message message, IEnumerable pairs, Steps steps)
        {
            foreach (object pair in pairs)
                WritePair(message, pair, steps);
            message.Close();
        }

        private static void WritePair(Message message, object pair, Steps steps)
        {
            Members.Member[] halves = Members.Of(pair.GetType()).All;
            WriteEntry(message, halves[0].Get(pair), halves[1].Get(pair), steps);
        }

        private static void WriteEntry(Message message, object key, object value, Steps steps)
        {
            steps.IntoEntry(key);
            Write(message, MapKey(message, key, steps), value, steps);
            steps.Out();
        }

        /// <summary>The key of an entry, or null once it is set: an integer or a tuple.</summary>
        private static string MapKey(Message message, object key, Steps steps)
        {
            if (key == null)
                throw new UnsendableException("null is no key; texts, integers and tuples are");
            switch (Type.GetTypeCode(key.GetType()))
            {
                case TypeCode.String:
                case TypeCode.Char:
                    return key.ToString();
                case TypeCode.SByte:
                case TypeCode.Int16:
                case TypeCode.Int32:
                case TypeCode.Int64:
                    message.Key(Convert.ToInt64(key));
                    return null;
                case TypeCode.Byte:
                case TypeCode.UInt16:
                case TypeCode.UInt32:
                case TypeCode.UInt64:
                    message.Key(Convert.ToUInt64(key));
                    return null;
                case TypeCode.Decimal:
                    return Forms.Of((decimal)key);
                case TypeCode.DateTime:
                    return Forms.Of((DateTime)key);
            }
            if (key is Guid)
                return Forms.Of((Guid)key);
            if (key is DateTimeOffset)
                return Forms.Of((DateTimeOffset)key);
            if (!(key is ITuple))
                throw new UnsendableException("a " + key.GetType() + " is no key; texts, integers and tuples are");
            using (var whole = new Message())
            {
                WriteTuple(whole.OpenTuple(), (ITuple)key, steps);
                message.Key(whole.Value);
            }
            return null;
        }

        private static void WriteTuple(Message message, ITuple tuple, Steps steps)
        {
            for (int at = 0; at < tuple.Length; at++)
                WriteItem(message, tuple[at], at, steps);
            message.Close();
        }

        private static void WriteList(Message message, IEnumerable list, Steps steps)
        {
            int at = 0;
            foreach (object item in list)
                WriteItem(message, item, at++, steps);
            message.Close();
        }

        private static void WriteItem(Message message, object item, int at, Steps steps)
        {
            steps.IntoItem(at);
            Write(message, null, item, steps);
            steps.Out();
        }

        private static void WriteOther(Message message, string key, object value, Members members, Steps steps)
        {
            if (members.Refused != null)
                throw new UnsendableException(members.Refused);
            if (PairReader.IsPair(value.GetType()))
            {
                WritePair(message.OpenMap(key), value, steps);
                message.Close();
            }
            else if (members.IsOfPairs)
                WritePairs(message.OpenMap(key), (IEnumerable)value, steps);
            else if (value is IEnumerable)
                WriteList(message.OpenList(key), (IEnumerable)value, steps);
            else if (members.All.Length > 0 || Members.IsAnonymous(value.GetType())) // new { } is an empty one
                WriteMembers(message.OpenMap(key), value, members, steps);
            else
                throw new UnsendableException(Members.None(value.GetType()));
        }

        private static void WriteMembers(Message message, object value, Members members, Steps steps)
        {
            members.TellLeftOut();
            foreach (Members.Member member in members.All)
            {
                steps.IntoMember(member.Name);
                Write(message, member.Name, member.Get(value), steps);
                steps.Out();
            }
            message.Close();
        }

        /// <summary>Why an object cannot be sent.</summary>
        private sealed class UnsendableException : Exception
        {
            internal UnsendableException(string words) : this(Result.Unsendable, words, null) { }

            private UnsendableException(Result code, string words, Exception cause) : base(words, cause)
            {
                Code = code;
            }

            internal Result Code { get; }

            /// <summary>What is thrown while an object is looked at, its getters and enumerators included.</summary>
            internal static UnsendableException From(Exception cause)
            {
                if (cause is UnsendableException)
                    return (UnsendableException)cause;
                if (cause is PodsixException)
                    return new UnsendableException(((PodsixException)cause).Code, cause.Message, cause);
                if (cause is TargetInvocationException)
                    cause = cause.InnerException;
                return new UnsendableException(Result.Unsendable, "it threw " + cause.GetType() + ": " + cause.Message.Printable(200), cause);
            }
        }
    }
}
