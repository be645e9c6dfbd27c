using System;
using System.Runtime.InteropServices;

#pragma warning disable 649 // its fields lie upon each other

namespace Podsix
{
    /// <summary>
    /// An object whose fields are reached by address: what follows an object's header is the first field of a
    /// class, and what a box holds. Every runtime lays objects out so; who writes by this tries each place first
    /// (<see cref="Places"/>) and does without where it is not so.
    /// <code>
    /// var pinned = new Pinned { Object = box };
    /// fixed (byte* at = &amp;pinned.Head.First)
    /// </code>
    /// </summary>
    [StructLayout(LayoutKind.Explicit)]
    internal unsafe struct Pinned
    {
        [FieldOffset(0)] internal object Object;
        [FieldOffset(0)] internal Fields Head;
        [FieldOffset(0)] internal byte[] Bytes; // of an array: its first element

        /// <summary>Whether a box is laid out so; reads no more than there is.</summary>
        internal static readonly bool Works = IsSo(0x0102030405060708);

        private static bool IsSo(long sample)
        {
            var pinned = new Pinned { Object = sample };
            fixed (byte* at = &pinned.Head.First)
                return *(long*)at == sample;
        }

        internal sealed class Fields
        {
            internal byte First;
        }
    }
}
