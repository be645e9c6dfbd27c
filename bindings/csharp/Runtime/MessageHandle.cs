using System;
using System.Runtime.InteropServices;

namespace Podsix
{
    /// <summary>Owns a message of the library, and room to turn texts into UTF-8 for it.</summary>
    internal sealed unsafe class MessageHandle : SafeHandle
    {
        private IntPtr room;
        private int size;

        internal MessageHandle() : base(IntPtr.Zero, true)
        {
            Library.Check();
            SetHandle(Native.podsix_message_new());
            if (IsInvalid)
                throw new OutOfMemoryException("there is no memory for a message");
        }

        public override bool IsInvalid
        {
            get { return handle == IntPtr.Zero; }
        }

        /// <summary>Room of at least so many bytes; what was in it before is gone.</summary>
        internal byte* Room(int bytes)
        {
            if (bytes > size)
            {
                int larger = Math.Max(256, bytes);
                room = room == IntPtr.Zero
                    ? Marshal.AllocHGlobal(larger)
                    : Marshal.ReAllocHGlobal(room, (IntPtr)larger);
                size = larger;
            }
            return (byte*)room;
        }

        protected override bool ReleaseHandle()
        {
            Native.podsix_message_free(handle);
            Marshal.FreeHGlobal(room);
            return true;
        }
    }
}
