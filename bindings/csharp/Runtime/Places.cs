using System;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Podsix
{
    /// <summary>
    /// Where in an object its fields lie, found by trial: reflection writes a sample, which must be found in an
    /// object of zeros, and what is written there reflection must read. So nothing is believed of a runtime's
    /// layout, and where no place is found, reflection sets the field.
    /// </summary>
    internal static unsafe class Places
    {
        internal const int None = -1;
        private const int Largest = 1024; // larger objects are not worth the search

        /// <summary>The bytes that a struct takes in an array; 0 if it is too large, or they are not to be known.</summary>
        internal static int SizeOf(Type type)
        {
            if (!Pinned.Works)
                return 0;
            Array two = Array.CreateInstance(type, 2);
            var pinned = new Pinned { Object = two };
            fixed (byte* at = &pinned.Head.First) // so that it stays where it is between the questions
            {
                long first = Marshal.UnsafeAddrOfPinnedArrayElement(two, 0).ToInt64();
                long size = Marshal.UnsafeAddrOfPinnedArrayElement(two, 1).ToInt64() - first;
                return size > 0 && size <= Largest ? (int)size : 0;
            }
        }

        /// <summary>
        /// Where in objects of a type a field lies, whose type has a sample. No place is looked at that is not in the
        /// object: the field lies behind all that were tried.
        /// </summary>
        internal static int Of(FieldInfo field, Type type, byte[] sample)
        {
            if (!Pinned.Works)
                return None;
            object written = Zeros(type), part = Zeros(field.FieldType);
            Put(part, 0, sample);
            field.SetValue(written, part);
            for (int place = 0; place <= Largest - sample.Length; place++)
            {
                if (!Holds(written, place, sample))
                    continue;
                object read = Zeros(type);
                Put(read, place, sample); // nothing else is there: the rest of it was zero
                return Holds(field.GetValue(read), 0, sample) ? place : None;
            }
            return None;
        }

        private static object Zeros(Type type)
        {
            object made = RuntimeHelpers.GetUninitializedObject(type);
            GC.SuppressFinalize(made); // for which it was never made
            return made;
        }

        private static void Put(object to, int place, byte[] sample)
        {
            var pinned = new Pinned { Object = to };
            fixed (byte* at = &pinned.Head.First)
                for (int i = 0; i < sample.Length; i++)
                    at[place + i] = sample[i];
        }

        private static bool Holds(object of, int place, byte[] sample)
        {
            var pinned = new Pinned { Object = of };
            fixed (byte* at = &pinned.Head.First)
                for (int i = 0; i < sample.Length; i++)
                    if (at[place + i] != sample[i])
                        return false;
            return true;
        }
    }
}
