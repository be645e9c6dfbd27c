using System;
using System.Runtime.InteropServices;

namespace Podsix
{
    // The C structs, field by field; tests/csharp/Header.cs holds them against src/ffi/layout.rs.

    [StructLayout(LayoutKind.Sequential)]
    internal struct NativeConfig
    {
        internal uint struct_size;
        internal uint mode;
        internal uint max_message;
        internal uint max_depth;
        internal uint max_values;
        internal uint max_peers;
        internal uint handshake_timeout_ms;
        internal uint approval_timeout_ms;
        internal uint connect_timeout_ms;
        internal uint ping_interval_ms;
        internal uint idle_timeout_ms;
        internal uint stall_limit_ms;
        internal uint linger_ms;
        internal uint out_buffer;
        internal uint queue_events;
        internal uint queue_bytes;
        internal ulong memory_budget;
        internal uint max_greeting_per_address;
        internal uint limit_loopback;
        internal uint max_events_per_poll;
        internal uint podsixnet_idle_timeout_ms;
        internal uint slow_peer_ms;
        internal uint slow_peer_bytes;
        internal uint send_mode;
        internal uint reserved;
    }

    /// <summary>Of 128 bytes; those behind text_len are in reserve.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 128)]
    internal unsafe struct NativeEvent
    {
        internal int kind;
        internal int reason;
        internal int code;
        internal int os_error;
        internal ulong peer;
        internal uint listener;
        internal uint direction;
        internal IntPtr user_data;
        internal byte* action;
        internal UIntPtr action_len;
        internal byte* message;
        internal byte* text;
        internal UIntPtr text_len;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct NativeKey
    {
        internal byte* name;
        internal UIntPtr len;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct NativeIter
    {
        internal UIntPtr index;
        internal byte* position;
        internal UIntPtr reserved_0;
        internal UIntPtr reserved_1;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct NativeLogRecord
    {
        internal int level;
        internal uint reserved_0;
        internal uint reserved_1;
        internal uint reserved_2;
        internal uint reserved_3;
        internal uint reserved_4;
        internal ulong at_ms;
        internal byte* text;
        internal UIntPtr text_len;
    }
}
