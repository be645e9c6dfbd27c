using System;
using System.Runtime.InteropServices;
using System.Threading;

namespace Podsix
{
    /// <summary>
    /// Owns a host of the library and the room for its event. Calls hold it, so it is freed after the last
    /// of them, wherever Dispose or a finalizer was meanwhile.
    /// </summary>
    internal sealed unsafe class HostHandle : SafeHandle
    {
        internal HostHandle(Config config) : base(IntPtr.Zero, true)
        {
            const int cap = 256;
            byte* words = stackalloc byte[cap];
            IntPtr host;
            int result;
            fixed (NativeConfig* raw = &config.Raw)
                result = Native.podsix_host_new(raw, &host, words, (UIntPtr)cap);
            if (result < 0)
                throw new PodsixException((Result)result, Text.Read(words));
            SetHandle(host);
            Event = (NativeEvent*)Marshal.AllocHGlobal(sizeof(NativeEvent));
        }

        internal NativeEvent* Event { get; }

        /// <summary>Whether it is a finalizer that lets go of it: that one must not wait for the goodbyes.</summary>
        internal bool Forgotten { private get; set; }

        public override bool IsInvalid
        {
            get { return handle == IntPtr.Zero; }
        }

        protected override bool ReleaseHandle()
        {
            IntPtr host = handle, room = (IntPtr)Event;
            // At the end of the program, or of its domain in Unity's editor, no other thread would come to it.
            if (Forgotten && !Environment.HasShutdownStarted)
                ThreadPool.UnsafeQueueUserWorkItem(nothing => Free(host, room), null);
            else
                Free(host, room);
            return true;
        }

        private static void Free(IntPtr host, IntPtr room)
        {
            Native.podsix_host_free(host);
            Marshal.FreeHGlobal(room);
        }
    }
}
