using System;
using System.Runtime.InteropServices;
using System.Security;

namespace Podsix
{
    /// <summary>
    /// The C functions, under their own names. Only pointers and numbers cross, so nothing is marshalled,
    /// and nothing native ever calls back. A HostHandle or MessageHandle as an argument keeps what it
    /// holds from being freed during the call; raw pointers are for where that is seen to otherwise.
    /// </summary>
    [SuppressUnmanagedCodeSecurity]
    internal static unsafe class Native
    {
#if (UNITY_IOS || UNITY_TVOS || UNITY_VISIONOS) && !UNITY_EDITOR
        internal const string Library = "__Internal"; // linked into the program
#elif UNITY_5_3_OR_NEWER
        internal const string Library = "podsix";
#else
        internal const string Library = "libpodsix"; // on Windows too, where podsix.dll beside Podsix.dll would be the same file
#endif
        private const CallingConvention C = CallingConvention.Cdecl; // the default is another one on 32-bit Windows

        // ---- the library

        [DllImport(Library, CallingConvention = C)] internal static extern uint podsix_version();
        [DllImport(Library, CallingConvention = C)] internal static extern byte* podsix_version_string();
        [DllImport(Library, CallingConvention = C)] internal static extern uint podsix_abi_version();
        [DllImport(Library, CallingConvention = C)] internal static extern byte* podsix_error_name(int code);
        [DllImport(Library, CallingConvention = C)] internal static extern byte* podsix_reason_name(int reason);
        [DllImport(Library, CallingConvention = C)] internal static extern byte* podsix_event_name(int kind);
        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_config_init(NativeConfig* config, UIntPtr size);
        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_config_set_largest(NativeConfig* config, uint max_message);

        // ---- hosts

        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_host_new(NativeConfig* config, IntPtr* host, byte* error, UIntPtr cap);
        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_host_close(HostHandle host, uint timeout, int code, byte* text, UIntPtr len);
        [DllImport(Library, CallingConvention = C)] internal static extern void podsix_host_free(IntPtr host);
        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_host_copy_error(HostHandle host, byte* buf, UIntPtr cap);
        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_host_copy_peers(HostHandle host, uint flags, ulong* peers, UIntPtr cap);
        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_host_copy_stats(HostHandle host, HostStats* stats, UIntPtr size);
        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_host_log_next(HostHandle host, NativeLogRecord* record);
        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_listen(HostHandle host, byte* address, UIntPtr len, uint flags, uint* listener);
        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_listener_get_port(HostHandle host, uint listener);
        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_listener_copy_address(HostHandle host, uint listener, byte* buf, UIntPtr cap);
        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_listener_stop(HostHandle host, uint listener);

        // ---- peers; where there is no hello or reply, it is IntPtr.Zero

        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_connect(HostHandle host, byte* address, UIntPtr len, MessageHandle hello, uint flags, ulong* peer);
        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_connect(HostHandle host, byte* address, UIntPtr len, IntPtr none, uint flags, ulong* peer);
        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_peer_accept(HostHandle host, ulong peer, MessageHandle reply, uint flags);
        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_peer_accept(HostHandle host, ulong peer, IntPtr none, uint flags);
        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_peer_refuse(HostHandle host, ulong peer, int code, byte* text, UIntPtr len);
        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_peer_disconnect(HostHandle host, ulong peer, int code, byte* text, UIntPtr len);
        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_peer_kick(HostHandle host, ulong peer, int code, byte* text, UIntPtr len);
        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_peer_drop(HostHandle host, ulong peer);
        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_peer_copy_address(HostHandle host, ulong peer, byte* buf, UIntPtr cap);
        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_peer_copy_stats(HostHandle host, ulong peer, PeerStats* stats, UIntPtr size);
        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_peer_get_user_data(HostHandle host, ulong peer, IntPtr* data);
        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_peer_set_user_data(HostHandle host, ulong peer, IntPtr data);

        // ---- the frame loop; whoever polls holds the handle

        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_poll(IntPtr host, NativeEvent* ev);
        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_wait(IntPtr host, uint timeout, NativeEvent* ev);
        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_flush(HostHandle host, uint timeout);
        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_send(HostHandle host, ulong peer, MessageHandle message, uint flags);
        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_send_msgpack(HostHandle host, ulong peer, byte* data, UIntPtr len, uint flags);
        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_send_json(HostHandle host, ulong peer, byte* json, UIntPtr len, uint flags);
        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_send_many(HostHandle host, ulong* peers, UIntPtr count, MessageHandle message, uint flags, int* results);
        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_broadcast(HostHandle host, MessageHandle message, ulong except, uint flags);

        // ---- building messages

        [DllImport(Library, CallingConvention = C)] internal static extern IntPtr podsix_message_new();
        [DllImport(Library, CallingConvention = C)] internal static extern void podsix_message_free(IntPtr message);
        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_message_begin(IntPtr message, byte* action);
        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_message_clear(IntPtr message);
        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_message_from_json(IntPtr message, byte* json, UIntPtr len);
        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_message_copy_error(IntPtr message, byte* buf, UIntPtr cap);
        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_message_get_span(IntPtr message, byte** data, UIntPtr* len);
        [DllImport(Library, CallingConvention = C)] internal static extern byte* podsix_message_get_value(IntPtr message);
        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_message_set_key(IntPtr message, byte* key, UIntPtr len);
        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_message_set_key_int(IntPtr message, long key);
        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_message_set_key_value(IntPtr message, byte* key);
        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_message_add_nil(IntPtr message, byte* key);
        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_message_add_bool(IntPtr message, byte* key, int value);
        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_message_add_int(IntPtr message, byte* key, long value);
        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_message_add_uint(IntPtr message, byte* key, ulong value);
        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_message_add_double(IntPtr message, byte* key, double value);
        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_message_add_float(IntPtr message, byte* key, float value);
        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_message_add_string(IntPtr message, byte* key, byte* text, UIntPtr len);
        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_message_add_bytes(IntPtr message, byte* key, byte* data, UIntPtr len);
        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_message_add_ext(IntPtr message, byte* key, int type, byte* data, UIntPtr len);
        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_message_add_big_int(IntPtr message, byte* key, byte* digits, UIntPtr len);
        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_message_add_value(IntPtr message, byte* key, byte* value);
        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_message_add_json(IntPtr message, byte* key, byte* json, UIntPtr len);
        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_message_add_msgpack(IntPtr message, byte* key, byte* data, UIntPtr len);
        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_message_open_list(IntPtr message, byte* key);
        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_message_open_map(IntPtr message, byte* key);
        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_message_open_tuple(IntPtr message, byte* key);
        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_message_close(IntPtr message);

        // ---- reading values

        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_value_type(byte* value);
        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_value_is_tuple(byte* value);
        [DllImport(Library, CallingConvention = C)] internal static extern byte* podsix_value_find(byte* value, byte* key, UIntPtr len);
        [DllImport(Library, CallingConvention = C)] internal static extern byte* podsix_value_find_int(byte* value, long key);
        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_value_fields(byte* value, NativeKey* keys, UIntPtr count, byte** values);
        [DllImport(Library, CallingConvention = C)] internal static extern byte* podsix_value_at(byte* value, UIntPtr index);
        [DllImport(Library, CallingConvention = C)] internal static extern UIntPtr podsix_value_count(byte* value);
        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_value_next(byte* value, NativeIter* iter, byte** key, byte** item);
        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_value_as_bool(byte* value, int fallback);
        [DllImport(Library, CallingConvention = C)] internal static extern long podsix_value_as_int(byte* value, long fallback);
        [DllImport(Library, CallingConvention = C)] internal static extern ulong podsix_value_as_uint(byte* value, ulong fallback);
        [DllImport(Library, CallingConvention = C)] internal static extern double podsix_value_as_double(byte* value, double fallback);
        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_value_read_bool(byte* value, int* read);
        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_value_read_int(byte* value, long* read);
        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_value_read_uint(byte* value, ulong* read);
        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_value_read_double(byte* value, double* read);
        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_value_get_string(byte* value, byte** data, UIntPtr* len);
        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_value_get_bytes(byte* value, byte** data, UIntPtr* len);
        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_value_get_ext_type(byte* value, int* type);
        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_value_get_span(byte* value, byte** data, UIntPtr* len);
        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_value_equals(byte* a, byte* b);
        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_value_copy_json(byte* value, byte* buf, UIntPtr cap);
        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_value_copy_printable(byte* value, UIntPtr most, byte* buf, UIntPtr cap);
        [DllImport(Library, CallingConvention = C)] internal static extern int podsix_text_copy_printable(byte* text, UIntPtr len, UIntPtr most, byte* buf, UIntPtr cap);
    }
}
