using System;
using System.Runtime.InteropServices;

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

        public override bool IsInvalid
        {
            get { return handle == IntPtr.Zero; }
        }

        protected override bool ReleaseHandle()
        {
            Native.podsix_host_free(handle);
            Marshal.FreeHGlobal((IntPtr)Event);
            return true;
        }
    }
}
