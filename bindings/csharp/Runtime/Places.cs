using System;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Podsix
{
    /// <summary>
    /// Where in a struct its fields lie, found by trial: a sample is written at each place until reflection reads
    /// it, and what reflection writes must be found there. So nothing is believed of a runtime's layout, and
    /// where no place is found, reflection sets the field.
    /// </summary>
    internal static unsafe class Places
    {
        internal const int None = -1;
        private const int Largest = 1024; // larger structs are not worth the search

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

        /// <summary>Where in a struct of some size a field lies, whose type has a sample.</summary>
        internal static int Of(FieldInfo field, Type type, int size, byte[] sample)
        {
            object box = Array.CreateInstance(type, 1).GetValue(0);
            for (int place = 0; place <= size - sample.Length; place++)
            {
                Fill(box, size, place, sample);
                object read = field.GetValue(box);
                if (!Holds(read, 0, sample))
                    continue;
                Fill(box, size, 0, Array.Empty<byte>());
                field.SetValue(box, read);
                return Holds(box, place, sample) ? place : None;
            }
            return None;
        }

        private static void Fill(object box, int size, int place, byte[] sample)
        {
            var pinned = new Pinned { Object = box };
            fixed (byte* at = &pinned.Head.First)
            {
                for (int i = 0; i < size; i++)
                    at[i] = 0;
                for (int i = 0; i < sample.Length; i++)
                    at[place + i] = sample[i];
            }
        }

        private static bool Holds(object box, int place, byte[] sample)
        {
            var pinned = new Pinned { Object = box };
            fixed (byte* at = &pinned.Head.First)
                for (int i = 0; i < sample.Length; i++)
                    if (at[place + i] != sample[i])
                        return false;
            return true;
        }
    }
}
