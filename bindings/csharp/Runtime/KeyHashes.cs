using System;
using System.Collections.Generic;
using System.Reflection;

namespace Podsix
{
    /// <summary>
    /// Hashes of what strangers choose, with a secret that each process has of its own (Marvin): keys that a
    /// dictionary finds one behind the other would make of one message some seconds of work. What is not one of
    /// these types hashes as ever, and so there may only be <see cref="Most"/> of it.
    /// </summary>
    internal sealed unsafe class KeyHashes : IEqualityComparer<string>, IEqualityComparer<int>, IEqualityComparer<uint>,
        IEqualityComparer<long>, IEqualityComparer<ulong>, IEqualityComparer<Guid>, IEqualityComparer<DateTime>, IEqualityComparer<DateTimeOffset>
    {
        /// <summary>How many keys there may be that could all be found one behind the other.</summary>
        internal const int Most = 1024;

        internal static readonly KeyHashes Secret = new KeyHashes();

        private readonly uint first, second;

        private KeyHashes()
        {
            Guid random = Guid.NewGuid(); // of the system's random numbers, but for six bits
            uint* parts = (uint*)&random;
            first = parts[0];
            second = parts[3];
        }

        /// <summary>The constructor of a dictionary or set that takes these hashes; null if it has none.</summary>
        internal static ConstructorInfo ConstructorOf(Type type)
        {
            foreach (ConstructorInfo constructor in type.GetConstructors())
            {
                ParameterInfo[] takes = constructor.GetParameters();
                if (takes.Length == 1 && takes[0].ParameterType.IsInterface && takes[0].ParameterType.IsInstanceOfType(Secret))
                    return constructor;
            }
            return null;
        }

        /// <summary>Whether keys are spread by their own hashes: there are few of them, or their tuple has a secret.</summary>
        internal static bool IsSpread(Type key)
        {
            switch (ScalarReader.FormOf(key))
            {
                case ScalarForm.SByte:
                case ScalarForm.Byte:
                case ScalarForm.Int16:
                case ScalarForm.UInt16:
                case ScalarForm.Char:
                    return true;
                case ScalarForm.None:
                    if (!key.IsValueType || key.Namespace != "System" || !key.IsGenericType)
                        return false;
                    foreach (Type item in key.GetGenericArguments())
                        if (!IsSpread(item) && ScalarReader.FormOf(item) != ScalarForm.Int32 && ScalarReader.FormOf(item) != ScalarForm.UInt32)
                            return false;
                    return true;
                default:
                    return false;
            }
        }

        private int Hash(void* data, int words)
        {
            uint a = first, b = second;
            for (int at = 0; at < words; at++)
                Mix(ref a, ref b, ((uint*)data)[at]);
            Mix(ref a, ref b, 0x80);
            Mix(ref a, ref b, 0);
            return (int)(a ^ b);
        }

        private static void Mix(ref uint a, ref uint b, uint word)
        {
            a += word;
            b ^= a;
            a = (a << 20 | a >> 12) + b;
            b = (b << 9 | b >> 23) ^ a;
            a = (a << 27 | a >> 5) + b;
            b = b << 19 | b >> 13;
        }

        public int GetHashCode(string text)
        {
            uint a = first, b = second;
            for (int at = 0; at < text.Length; at++)
                Mix(ref a, ref b, text[at]);
            Mix(ref a, ref b, 0x800000);
            Mix(ref a, ref b, 0);
            return (int)(a ^ b);
        }

        public int GetHashCode(ulong number)
        {
            return Hash(&number, 2);
        }

        public int GetHashCode(Guid id)
        {
            return Hash(&id, 4);
        }

        public int GetHashCode(int number) { return GetHashCode((ulong)number); }
        public int GetHashCode(uint number) { return GetHashCode((ulong)number); }
        public int GetHashCode(long number) { return GetHashCode((ulong)number); }
        public int GetHashCode(DateTime time) { return GetHashCode((ulong)time.Ticks); }
        public int GetHashCode(DateTimeOffset time) { return GetHashCode((ulong)time.UtcTicks); }
        public bool Equals(string x, string y) { return string.Equals(x, y); }
        public bool Equals(int x, int y) { return x == y; }
        public bool Equals(uint x, uint y) { return x == y; }
        public bool Equals(long x, long y) { return x == y; }
        public bool Equals(ulong x, ulong y) { return x == y; }
        public bool Equals(Guid x, Guid y) { return x == y; }
        public bool Equals(DateTime x, DateTime y) { return x == y; }
        public bool Equals(DateTimeOffset x, DateTimeOffset y) { return x == y; }
    }
}
