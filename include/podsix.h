/*
 * podsix: multiplayer networking for every game engine.
 *
 * A host listens, connects, or both. The other end of each connection is a peer. What is sent is
 * a message: one value, usually a map with the string key "action". Once per frame a game takes
 * what has happened:
 *
 *     podsix_event ev;
 *     while (podsix_poll(host, &ev) > 0)
 *         podsix_dispatch(&ev, handlers, handler_count, game);
 *
 * A whole server, which tells every player what each of them says:
 *
 *     #include <podsix.h>
 *     #include <stdio.h>
 *
 *     static void on_say(void *host, const podsix_event *ev) {
 *         podsix_message *m = podsix_message_new();
 *         podsix_message_begin(m, "said");
 *         podsix_message_add_uint(m, "who", ev->peer);
 *         podsix_message_add_value(m, "text", podsix_value_get(ev->message, "text"));
 *         podsix_broadcast(host, m, 0, 0);
 *         podsix_message_free(m);
 *     }
 *
 *     static int fail(const char *error) {
 *         fprintf(stderr, "%s\n", error);
 *         return 1;
 *     }
 *
 *     int main(void) {
 *         const podsix_handler handlers[] = {{"say", on_say}};
 *         podsix_host *host = NULL;
 *         podsix_event ev;
 *         char error[256];
 *         if (podsix_host_new(NULL, &host, error, sizeof error) < 0)
 *             return fail(error);
 *         if (podsix_listen(host, "tcp://0.0.0.0:31425", PODSIX_NUL, 0, NULL) < 0) {
 *             podsix_host_copy_error(host, error, sizeof error);
 *             return fail(error);
 *         }
 *         for (;;)
 *             while (podsix_wait(host, 1000, &ev) > 0)
 *                 podsix_dispatch(&ev, handlers, 1, host);
 *     }
 *
 * The rules, which hold without exception:
 *
 * Names. podsix_<noun>_<verb>; only the verbs of the frame loop carry no noun: poll, wait, flush,
 * connect, listen, send, send_msgpack, send_json, send_many, broadcast, dispatch. What only tells a
 * name or a version is called after it.
 *
 * Arguments. The handle first, then inputs, then outputs. Outputs are written only where there is
 * something to give; words of an error are the exception. A const handle is not changed by the call,
 * but for what podsix_host_copy_error tells. Where NULL is allowed, the comment says what it means;
 * everywhere else it is answered with PODSIX_ERR_BAD_ARGUMENT. Flags that have no meaning yet must
 * be 0.
 *
 * Results. Calls that can fail return an int32_t: 0 or more is success, less is one of
 * PODSIX_ERR_*, one code per cause. podsix_error_name gives a code's name and
 * podsix_host_copy_error the details in plain words. The comments list the codes that are a call's
 * own; every call on a host may also return PODSIX_ERR_BAD_ARGUMENT, PODSIX_ERR_PANIC and, in a forked
 * child, PODSIX_ERR_FORKED. Numbers of codes, reasons, kinds and types are never reused; expect new ones.
 *
 * Ownership. new gives, and what it gave is returned with free (where NULL is fine). get borrows, for
 * as long as the comment says, or gives a number. copy fills a buffer of the caller's. Nothing that is
 * passed in is kept, but for a peer's user data and a codec, and sending never takes a message: free
 * it, or build the next one in it.
 *
 * Events. What an event points to lives until the next podsix_poll or podsix_wait on its host, or
 * until the host is freed. Sending and disconnecting in the loop do not end it.
 *
 * Strings. In: UTF-8, as a pointer and a length in bytes, or PODSIX_NUL as the length of a
 * NUL-terminated one; NULL with length 0 is the empty string. Arguments without a length (actions
 * and keys, which are literals in most programs) are NUL-terminated. Out: pointer and length, not
 * NUL-terminated and never NULL. The copy functions for text return the length of the whole text in
 * bytes; they write what fits into the buffer, cut between two characters and always NUL-terminated
 * (as snprintf does), or nothing if the capacity is 0, in which case the buffer may be NULL.
 *
 * Threads. Every function on a host may be called from any thread at any time, with these
 * exceptions: podsix_poll, podsix_wait, podsix_flush and podsix_host_close from one thread at a time, also
 * podsix_host_log_next (others get PODSIX_ERR_BUSY); podsix_host_free when no other call on that
 * host is under way, and none may follow. A message being built belongs to one thread at a time;
 * several threads may send the same finished one. Values may be read by any thread while they live.
 * No call waits for the network, but for podsix_wait, podsix_flush, podsix_host_close and podsix_host_free,
 * which state how long. A thread that is cancelled (pthread_cancel) in a call leaves when the call is over;
 * with PTHREAD_CANCEL_ASYNCHRONOUS it must not call at all.
 * A call needs a stack of 32 KiB, and of 96 KiB if messages are nested deeper than the 64 levels that
 * max_depth has by default, up to 256. The library's own threads bring theirs, and take none of the
 * program's signals.
 *
 * Forking. A host belongs to the process that made it. In a forked child every call on a parent's host
 * is PODSIX_ERR_FORKED, but for podsix_host_copy_error, which tells that, and podsix_host_free, which
 * closes the child's copies of its descriptors. Until then, or until the child ends or runs another
 * program, they keep the parent's connections open after the parent has closed them, and its ports
 * taken. So make hosts after daemon() and after a server's workers are forked; a child may make its
 * own. Messages, values and functions without a host work in a child. fork with exec, posix_spawn and
 * system are fine at any time: no descriptor of the library's outlives an exec.
 *
 * Mistakes. NULL, ids that are stale or another host's, unknown numbers and unbalanced messages are
 * error codes, in release builds too. What no call can see is as dangerous as everywhere in C: a
 * pointer to what was freed or has expired, a podsix_iter taken from one container to another. A
 * mistake of the library itself is caught and answered with PODSIX_ERR_PANIC; from then on that host
 * answers so to every call, except podsix_host_copy_error, which tells what to report, and
 * podsix_host_free. The library never prints, installs a signal handler or aborts, unless the system
 * has no memory left at all.
 */


#ifndef PODSIX_H
#define PODSIX_H

/* Generated from src/ffi by build.rs; change it there. */

#include <stddef.h>
#include <stdint.h>

/* Define PODSIX_STATIC when linking the static library on Windows. */
#if defined(_WIN32) && !defined(PODSIX_STATIC)
#define PODSIX_API __declspec(dllimport)
#else
#define PODSIX_API
#endif

/* The length of a string that ends with a NUL. */
#define PODSIX_NUL SIZE_MAX

/* The words kept in reserve in podsix_event, which fill it up to 128 bytes. */
#define PODSIX_EVENT_RESERVED (96 / sizeof(void *) - 6)


/* ---- The library --------------------------------------------------------------------------- */

/**
 * The number of this header's ABI. A program runs with every later library of the same number:
 * functions, constants and fields at the end of structs whose size is passed along are added, nothing
 * is changed or taken away.
 */
#define PODSIX_ABI_VERSION 1

/* ---- Results ------------------------------------------------------------------------------- */

/** Success. */
#define PODSIX_OK 0
/** An argument is NULL, out of range or of no known kind. */
#define PODSIX_ERR_BAD_ARGUMENT -1
/** A setting is out of range or contradicts another one. */
#define PODSIX_ERR_BAD_CONFIG -2
/** An address that cannot be read, or that cannot be used for this call. */
#define PODSIX_ERR_BAD_ADDRESS -3
/** Not a well-formed message: broken MessagePack, an unbalanced or empty message. */
#define PODSIX_ERR_BAD_MESSAGE -4
/** Text that is not JSON. */
#define PODSIX_ERR_BAD_JSON -5
/** Text that is not UTF-8. */
#define PODSIX_ERR_BAD_UTF8 -6

/**
 * A message larger than max_message, this end's or the other end's, or a hello or reply of more than
 * 4,096 bytes.
 */
#define PODSIX_ERR_TOO_LARGE -7

/** A message nested deeper than max_depth, this end's or the other end's. */
#define PODSIX_ERR_TOO_DEEP -8
/** A message of more values than max_values, this end's or the other end's. */
#define PODSIX_ERR_TOO_MANY_VALUES -9

/**
 * The peer's out-buffer is full. Nothing was taken; send again after its PODSIX_EVENT_WRITABLE.
 */
#define PODSIX_ERR_WOULD_BLOCK -10

/** The host's memory_budget is used up. Nothing was taken. */
#define PODSIX_ERR_MEMORY -11
/** No such peer: never there, gone, or of another host. */
#define PODSIX_ERR_UNKNOWN_PEER -12
/** The peer is there but nothing can be sent to it: not accepted yet, or being closed. */
#define PODSIX_ERR_NOT_CONNECTED -13
/** Accept or refuse for a peer that is not waiting for an answer. */
#define PODSIX_ERR_NOT_REQUESTED -14
/** No such listener. */
#define PODSIX_ERR_UNKNOWN_LISTENER -15
/** The host has max_peers peers already. */
#define PODSIX_ERR_TOO_MANY_PEERS -16

/**
 * Another thread polls, waits, flushes or closes, or is inside podsix_host_log_next: one may at a time.
 */
#define PODSIX_ERR_BUSY -17

/** The library made a mistake and caught it; the host can only be freed. */
#define PODSIX_ERR_PANIC -18

/**
 * The deadline of a flush passed with bytes still waiting, or that of a close with connections left.
 */
#define PODSIX_ERR_TIMEOUT -19

/** The operating system refused; the details name its error. */
#define PODSIX_ERR_OS -20
/** A strict read of a value of another type, or of none. */
#define PODSIX_ERR_WRONG_TYPE -21
/** A strict read of a number that the wanted type cannot hold. */
#define PODSIX_ERR_OUT_OF_RANGE -22

/**
 * A part of the message has no form in what the peer speaks: bytes in JSON, an extension in rencode, a
 * tuple as a key in version 1.0 of podsix's protocol.
 */
#define PODSIX_ERR_UNSENDABLE -23

/** A string holds the five bytes that end each of PodSixNet's messages, 0, "---" and 0. */
#define PODSIX_ERR_TERMINATOR -24
/** This process is a forked child, and the host its parent's: it can only be freed here. */
#define PODSIX_ERR_FORKED -26
/** podsix_host_close was called: nothing new can begin on this host. */
#define PODSIX_ERR_CLOSING -27

/* ---- Why a connection ended ---------------------------------------------------------------- */

/** The event is about no end. */
#define PODSIX_REASON_NONE 0
/** The other end's game closed the connection; code and text are its own. */
#define PODSIX_REASON_CLOSED 1
/** This end's game closed the connection; code and text are its own. */
#define PODSIX_REASON_LOCAL 2
/** The listening end's game refused to let the client in; code and text are its own. */
#define PODSIX_REASON_REFUSED 3

/**
 * The connection broke without a goodbye; after podsix_host_close also: the other end did not close in time.
 */
#define PODSIX_REASON_LOST 4

/** The other end was silent for idle_timeout, or stalled for stall_limit. */
#define PODSIX_REASON_TIMEOUT 5
/** Something that is no frame or no value came. */
#define PODSIX_REASON_PROTOCOL 6

/**
 * A message larger than max_message came; or one was sent that the other end does not take, by a broadcast
 * or before the connection was open, and the text names the setting.
 */
#define PODSIX_REASON_TOO_LARGE 7

/**
 * The peer was slow: with a broadcast more than slow_peer_bytes would have waited for it, or it took nothing
 * for slow_peer_ms while a broadcast waited. The text says which, and its own end gets the same.
 */
#define PODSIX_REASON_SLOW_PEER 8

/** The memory_budget was used up, and this peer held most of it. */
#define PODSIX_REASON_MEMORY 9

/**
 * The other end has max_peers peers already, or max_greeting_per_address connections from this one's address
 * that have not greeted yet. At a full server: a client of PodSixNet that had said nothing made room.
 */
#define PODSIX_REASON_FULL 10

/** The greeting took longer than handshake_timeout. */
#define PODSIX_REASON_HANDSHAKE_TIMEOUT 11
/** The other end's game did not answer within approval_timeout. */
#define PODSIX_REASON_APPROVAL_TIMEOUT 12
/** Name look-up and connecting took longer than connect_timeout. */
#define PODSIX_REASON_CONNECT_TIMEOUT 13
/** The name could not be looked up. */
#define PODSIX_REASON_UNRESOLVED 14
/** None of the addresses could be connected. */
#define PODSIX_REASON_UNREACHABLE 15
/** The other end speaks another version of the protocol. */
#define PODSIX_REASON_VERSION 16
/** The other end speaks something else; the text says what, if it is known. */
#define PODSIX_REASON_WRONG_PROTOCOL 17
/** The other end's host was freed. */
#define PODSIX_REASON_SHUTDOWN 18

/* ---- Settings ------------------------------------------------------------------------------ */

/** mode: the host has a thread of its own for input and output. The default. */
#define PODSIX_MODE_THREADED 0

/**
 * mode: input and output happen on the calling thread, inside poll, wait, flush and send. The
 * shortest way for tools, tests and dedicated servers; nobody answers pings while nobody polls.
 */
#define PODSIX_MODE_INLINE 1

/**
 * send_mode: what is sent leaves at once. But while podsix_poll or podsix_wait has more events of a batch to
 * give, what the thread that takes them sends waits, and leaves together when the batch's last event is taken:
 * one system call for each peer, in place of one for each message. It leaves sooner with the first poll or send
 * after a millisecond, with 64 KiB (or half of out_buffer, if that is less), with podsix_flush, with what another
 * thread sends, and with anything else that is asked of the host. So what a game sends that stops in the midst of a
 * batch leaves when it polls on in its next frame, or with podsix_flush, for which a timeout_ms of 0 will do. The
 * default.
 */
#define PODSIX_SEND_AT_ONCE 0

/**
 * send_mode: whatever any thread sends waits for the next podsix_poll, podsix_wait or podsix_flush; while a batch
 * is taken, for its end, where podsix_poll returns 0. It leaves sooner with as many bytes as above, while another
 * thread is in podsix_wait, and with anything else that is asked of the host; within a batch also with the first
 * poll after a millisecond. For a program that sends much between two polls: what it sends before it does
 * something else lies there until it polls or flushes.
 */
#define PODSIX_SEND_GATHERED 1

/* ---- Listing peers ------------------------------------------------------------------------- */

/** podsix_host_copy_peers: those too that connect, ask to be let in or leave. */
#define PODSIX_PEERS_ALL 1

/* ---- Listening ----------------------------------------------------------------------------- */

/** podsix_listen: each client that greets is a PODSIX_EVENT_REQUEST, to be accepted or refused. */
#define PODSIX_LISTEN_APPROVAL 1

/* ---- Kinds of events, and which fields of podsix_event each of them fills ------------------ */

/**
 * A connection is open, and from now on the peer gets broadcasts. message: for who connected, the reply;
 * for who listens, the hello (none if it came with a PODSIX_EVENT_REQUEST). action: "connected".
 */
#define PODSIX_EVENT_CONNECTED 1

/**
 * A client asks to be let in: answer with podsix_peer_accept or podsix_peer_refuse within
 * approval_timeout_ms. message: its hello. action: "request".
 */
#define PODSIX_EVENT_REQUEST 2

/** A message. action: the string at its key "action", empty if there is none. */
#define PODSIX_EVENT_MESSAGE 3

/**
 * A connection or a request has ended; the peer's last event. reason, code, text, os_error: why.
 * action: "disconnected".
 */
#define PODSIX_EVENT_DISCONNECTED 4

/**
 * A connect failed, or the game closed it before it polled PODSIX_EVENT_CONNECTED (the peer's last
 * event); or a listener met trouble (peer is 0). reason, code, text, os_error: why. action: "error".
 */
#define PODSIX_EVENT_ERROR 5

/**
 * After a PODSIX_ERR_WOULD_BLOCK: half of the peer's out-buffer has drained. action: "writable".
 */
#define PODSIX_EVENT_WRITABLE 6

/**
 * The other end's game has stopped polling; it is waited for up to stall_limit_ms. code: for how
 * many milliseconds it has not polled. action: "stalled".
 */
#define PODSIX_EVENT_STALLED 7

/** The other end's game polls again. action: "resumed". */
#define PODSIX_EVENT_RESUMED 8

/* ---- Directions ---------------------------------------------------------------------------- */

/** The event is about no connection. */
#define PODSIX_DIRECTION_NONE 0
/** The peer connected to a listener of this host. */
#define PODSIX_DIRECTION_INBOUND 1
/** This host connected to the peer. */
#define PODSIX_DIRECTION_OUTBOUND 2

/* ---- Types of values ----------------------------------------------------------------------- */

/** Nothing is there: what a look-up of a missing key gives, and events without a message have. */
#define PODSIX_TYPE_NONE 0
/** Nil, the null of JSON. */
#define PODSIX_TYPE_NIL 1
/** A truth value. */
#define PODSIX_TYPE_BOOL 2
/** An integer that an int64_t can hold. */
#define PODSIX_TYPE_INT 3
/** An integer too large for an int64_t that a uint64_t can hold. */
#define PODSIX_TYPE_UINT 4
/** A floating-point number. */
#define PODSIX_TYPE_DOUBLE 5
/** A string, UTF-8. */
#define PODSIX_TYPE_STRING 6
/** Bytes. */
#define PODSIX_TYPE_BYTES 7
/** A list, or a tuple. */
#define PODSIX_TYPE_LIST 8
/** A map; each key is any value but a list or map, or a tuple of such values. */
#define PODSIX_TYPE_MAP 9

/**
 * A MessagePack extension; an integer beyond 64 bits is one of type 1, its bytes the digits, at most
 * 1,024.
 */
#define PODSIX_TYPE_EXTENSION 10

/* ---- Levels of the log --------------------------------------------------------------------- */

/** Something does not work. */
#define PODSIX_LOG_ERROR 1
/** Something may not work as it should. */
#define PODSIX_LOG_WARNING 2
/** Something worth knowing has happened. */
#define PODSIX_LOG_INFO 3
/** For who looks for a fault. */
#define PODSIX_LOG_DEBUG 4

/* ---- Types --------------------------------------------------------------------------------- */

/** What a game owns: listeners, peers, and one queue of events. */
typedef struct podsix_host podsix_host;

/**
 * A message being built, to be kept and used again. The first mistake sticks: from then on every
 * call on the message does nothing and returns its code, and so does sending it, with the words in
 * podsix_host_copy_error. podsix_message_begin and podsix_message_clear make it good again.
 */
typedef struct podsix_message podsix_message;

/**
 * A value of a received message, or of one that was built (podsix_message_get_value). It is never
 * copied out, only pointed to, and lives as long as the event it came with, or until the message that
 * was built is changed. All functions that read values take every value there is, NULL too, which
 * counts as NONE.
 */
typedef struct podsix_value podsix_value;

/**
 * The settings of a host. Fill it with podsix_config_init, then change what should differ.
 * podsix_host_new refuses settings that are out of range or contradict each other, with words.
 */
typedef struct podsix_config {
    /**
     * Set by podsix_config_init: sizeof(podsix_config) of the header the program was built with.
     */
    uint32_t struct_size;
    /** Who does input and output: PODSIX_MODE_*. Default PODSIX_MODE_THREADED. */
    uint32_t mode;
    /** The largest message sent or accepted, in bytes. Default 1 MiB, at most 16,777,215. */
    uint32_t max_message;
    /**
     * The deepest nesting of a message; a plain value has depth 0. Default 64, at most 256.
     * The other end is told, and does not send what is deeper.
     */
    uint32_t max_depth;
    /**
     * The most values in one message, containers and keys counted. Default 65,536. The other end is told,
     * and does not send more.
     */
    uint32_t max_values;
    /** The most peers at once. Default 4,096, at most 65,000. */
    uint32_t max_peers;
    /** How long a new inbound connection may take to greet. Default 5,000. */
    uint32_t handshake_timeout_ms;
    /** How long the game may take to accept or refuse a request. Default 10,000. */
    uint32_t approval_timeout_ms;
    /** How long looking up a name and reaching one of its addresses may take. Default 10,000. */
    uint32_t connect_timeout_ms;
    /**
     * How often a ping goes between this host and each peer, and is answered. The ends take turns, and the
     * times between are up to a third longer; 0 sends none from this end. Default 5,000.
     */
    uint32_t ping_interval_ms;
    /**
     * A peer silent for this long is disconnected; 0 waits for ever. Default 15,000. A line that is gone makes
     * silence too. Where both ends run Linux 6.15 or later, something goes over it within a second (or a 15th of
     * this, if that is more) after it is back; elsewhere it may take as long again as the line was gone.
     */
    uint32_t idle_timeout_ms;
    /**
     * The longest that a peer whose game sleeps is waited for, also where idle_timeout_ms is 0. Default
     * 60,000.
     */
    uint32_t stall_limit_ms;
    /** How long a closing connection may take to deliver what was sent before. Default 5,000. */
    uint32_t linger_ms;
    /**
     * The most bytes sent to one peer that wait to be written. What is broadcast has room of its own:
     * slow_peer_bytes is the most that waits of both. Default 1 MiB.
     */
    uint32_t out_buffer;
    /** The most events of one peer that wait to be polled. Default 1,024. */
    uint32_t queue_events;
    /**
     * The most bytes of one peer's events that wait to be polled, as MessagePack; a queue at most
     * half full takes one more message of any size. Default 1 MiB.
     */
    uint32_t queue_bytes;
    /**
     * The most bytes held for all peers together, with all that their buffers have allocated. Default
     * 256 MiB. From three quarters of it on nobody new is let in, from nine tenths on sends are refused; in one
     * under 10 MiB earlier, so that there is room for one message that comes. What is under way may exceed it for a
     * moment, by no more than two messages of max_message and 16 KiB for each peer.
     */
    uint64_t memory_budget;
    /**
     * The most connections from one address, or from one IPv6 network (/64), that have not greeted yet; more
     * are refused with PODSIX_REASON_FULL. 0 is no limit. Default 256, half of the 512 that may greet while
     * max_peers are there.
     */
    uint32_t max_greeting_per_address;
    /** 1 if max_greeting_per_address holds for loopback addresses too. Default 0. */
    uint32_t limit_loopback;
    /** The most events of one batch of polls; 0 is no limit. Default 0. */
    uint32_t max_events_per_poll;
    /**
     * A peer that speaks PodSixNet, which has no pings, is disconnected when it has said nothing for
     * this long; 0 waits for ever. Default 0. One that has said nothing since it connected makes room for the
     * next client when max_peers are there, after handshake_timeout_ms, whatever this is.
     */
    uint32_t podsixnet_idle_timeout_ms;
    /**
     * A peer that has taken nothing for this long, while something that was broadcast waits for it, is
     * disconnected with PODSIX_REASON_SLOW_PEER; 0 waits for ever. One whose game sleeps, and that has said so,
     * has stall_limit_ms. Default 5,000.
     */
    uint32_t slow_peer_ms;
    /**
     * The most bytes that wait for one peer, what was broadcast among them: one for which a broadcast would
     * be more is disconnected with PODSIX_REASON_SLOW_PEER. Whatever is set, it is at least twice out_buffer, and
     * at most what memory_budget leaves beside queue_bytes and two messages of max_message. While three
     * quarters of the budget are in use, no more than out_buffer of broadcasts waits for one peer. Default
     * 8 MiB.
     */
    uint32_t slow_peer_bytes;
    /**
     * When what an inline host sends leaves: PODSIX_SEND_*. Default PODSIX_SEND_AT_ONCE. With
     * PODSIX_MODE_THREADED it changes nothing: the host's thread gathers by itself what it finds.
     */
    uint32_t send_mode;
    /** Must be 0. */
    uint32_t reserved;
} podsix_config;

/**
 * What has happened. 128 bytes for ever. Fields without a meaning for an event's kind are 0, empty
 * or the NONE value. The pointers are never NULL (but user_data may be) and live until the next
 * podsix_poll or podsix_wait.
 */
typedef struct podsix_event {
    /** PODSIX_EVENT_*. */
    int32_t kind;
    /** PODSIX_REASON_*. */
    int32_t reason;
    /** The games' own code of a disconnect or refusal, from either end. */
    int32_t code;
    /** The operating system's error number, 0 if it had no part in this. */
    int32_t os_error;
    /** The peer, 0 if a listener is meant. */
    uint64_t peer;
    /** The listener through which an inbound peer came, or that met trouble; 0 for none. */
    uint32_t listener;
    /** PODSIX_DIRECTION_*. */
    uint32_t direction;
    /** What podsix_peer_set_user_data stored for this peer, NULL at first. */
    void *user_data;
    /**
     * The name to dispatch by. Decide by kind, not by this name: a remote message may well call
     * itself "connected".
     */
    const char *action;
    /** The action's length in bytes. */
    size_t action_len;
    /** The message, hello or reply. */
    const podsix_value *message;
    /**
     * Words of a disconnect, a refusal or an error. Those of the other end are one line of at most 1,024
     * bytes that can be shown; its action and message are as they came (podsix_text_copy_printable).
     */
    const char *text;
    /** The text's length in bytes. */
    size_t text_len;
    /** Zeros. */
    size_t reserved[PODSIX_EVENT_RESERVED];
} podsix_event;

/** What to call for an action. */
typedef struct podsix_handler {
    /**
     * The action, NUL-terminated, or one of the lifecycle's: "connected", "request",
     * "disconnected", "error", "writable", "stalled", "resumed". NULL is a catch-all.
     */
    const char *action;
    /** Called with podsix_dispatch's context and the event; never NULL. */
    void (*call)(void *context, const podsix_event *event);
} podsix_handler;

/** A key for podsix_value_fields. */
typedef struct podsix_key {
    /** The key, UTF-8. */
    const char *name;
    /** Its length in bytes, or PODSIX_NUL. */
    size_t len;
} podsix_key;

/**
 * A place in a list or map, for podsix_value_next. Zero it to begin; what is in it is the library's.
 */
typedef struct podsix_iter {
    /** How many elements lie behind. */
    size_t index;
    /** The element taken last; NULL at the beginning. */
    const podsix_value *position;
    /** Zeros. */
    size_t reserved[2];
} podsix_iter;

/**
 * Writes the payload of a message that is sent: PodSixNet's `dumps`.
 *
 * context: as given with the codec. value: the message. buffer, capacity: where the payload goes, and
 * how many bytes there is room for. Both live until the function returns.
 *
 * Returns the payload's length in bytes; where that is more than capacity nothing needs to have been
 * written, and the function is called once more with so much room. A negative number refuses the
 * message, whose send returns PODSIX_ERR_UNSENDABLE.
 */
typedef int32_t (*podsix_dumps)(void *context,
                                const podsix_value *value,
                                uint8_t *buffer,
                                size_t capacity);

/**
 * Reads the payload of a message that has come: PodSixNet's `loads`.
 *
 * context: as given with the codec. data, len: the payload. message: an empty message, to be filled
 * with one value of any kind by podsix_message_begin, _add_... and so on. It is the library's: neither
 * it nor data may be freed, or kept beyond the call.
 *
 * Returns 0. A negative number refuses the payload, and so does a mistake in the message: its peer is
 * disconnected with PODSIX_REASON_PROTOCOL.
 */
typedef int32_t (*podsix_loads)(void *context,
                                const uint8_t *data,
                                size_t len,
                                podsix_message *message);

/** What is known of a host. Counts begin when it is made. */
typedef struct podsix_host_stats {
    /** Peers that are connected or being connected to. */
    uint64_t peers;
    /** Listeners. */
    uint64_t listeners;
    /** Bytes received, framing included. */
    uint64_t bytes_in;
    /** Bytes written, framing included. */
    uint64_t bytes_out;
    /** Messages received. */
    uint64_t messages_in;
    /** Messages sent; one per peer that a broadcast reached. */
    uint64_t messages_out;
    /** Bytes held for all peers together. */
    uint64_t memory_used;
    /** The setting memory_budget. */
    uint64_t memory_budget;
    /** Inbound connections that became peers. */
    uint64_t accepted;
    /** Inbound connections refused by the game, or not answered by it in time. */
    uint64_t refused;
    /** Inbound connections that failed to greet: strangers, broken ones, late ones. */
    uint64_t handshakes_failed;
    /** Those of them that took longer than handshake_timeout_ms. */
    uint64_t handshakes_timed_out;
    /** Inbound connections refused because of max_greeting_per_address. */
    uint64_t refused_per_address;
    /** Inbound connections refused because of max_peers. */
    uint64_t refused_full;
    /** Inbound connections refused because most of memory_budget was in use. */
    uint64_t refused_memory;
    /** Peers disconnected with PODSIX_REASON_SLOW_PEER. */
    uint64_t slow_peers;
    /**
     * How often accepting paused: the process was out of descriptors, every place was taken by
     * connections that greet or linger, or all who had come had given up already.
     */
    uint64_t accept_pauses;
    /** Log records lost because nobody read them. */
    uint64_t log_dropped;
} podsix_host_stats;

/** What is known of one peer. */
typedef struct podsix_peer_stats {
    /**
     * The last measured round trip, in microseconds; 0 if there was none yet. This end's own pings measure it,
     * which take turns with the other end's: every eleven seconds or so by default.
     */
    uint64_t rtt_us;
    /** Since the connection was open, in milliseconds. */
    uint64_t age_ms;
    /** Bytes received, framing included. */
    uint64_t bytes_in;
    /** Bytes written to the connection, framing included. */
    uint64_t bytes_out;
    /** Messages received. */
    uint64_t messages_in;
    /** Messages sent. */
    uint64_t messages_out;
    /**
     * Bytes that wait to be written: of those sent to this peer alone out_buffer is the limit, of all
     * slow_peer_bytes. On Linux a slow line has little more than what leaves in 40 ms waiting in the system;
     * elsewhere that may be megabytes, which are not counted.
     */
    uint64_t bytes_waiting;
    /** For how long bytes have been waiting without a break, in milliseconds. */
    uint64_t waiting_ms;
    /** Events received and not yet polled; queue_events is the limit. */
    uint64_t queued_events;
    /** Bytes received and not yet polled; queue_bytes is the limit. */
    uint64_t queued_bytes;
} podsix_peer_stats;

/** One record of a host's log. */
typedef struct podsix_log_record {
    /** PODSIX_LOG_*. */
    int32_t level;
    /** Zeros. */
    uint32_t reserved[5];
    /** When, in milliseconds since the host was made. */
    uint64_t at_ms;
    /** The words: one line of at most 2,048 bytes, without control characters. */
    const char *text;
    /** The text's length in bytes. */
    size_t text_len;
} podsix_log_record;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/* ---- The library --------------------------------------------------------------------------- */

/** The release of the library that is running: major << 16 | minor << 8 | patch. */
PODSIX_API uint32_t podsix_version(void);

/** The release of the library that is running, as text such as "0.1.0". Static, NUL-terminated. */
PODSIX_API const char *podsix_version_string(void);

/**
 * The ABI of the library that is running. Compare it with PODSIX_ABI_VERSION, once, where the
 * library is loaded at run time.
 */
PODSIX_API uint32_t podsix_abi_version(void);

/* ---- Names --------------------------------------------------------------------------------- */

/**
 * The name of a result, such as "PODSIX_ERR_WOULD_BLOCK"; "PODSIX_OK" for 0 and more,
 * "PODSIX_ERR_UNKNOWN" for a number this library does not know. Static, NUL-terminated.
 */
PODSIX_API const char *podsix_error_name(int32_t code);

/**
 * The name of a reason, such as "PODSIX_REASON_TIMEOUT"; "PODSIX_REASON_UNKNOWN" for a number
 * this library does not know. Static, NUL-terminated.
 */
PODSIX_API const char *podsix_reason_name(int32_t reason);

/**
 * The name of an event's kind, such as "PODSIX_EVENT_MESSAGE"; "PODSIX_EVENT_UNKNOWN" for a number
 * this library does not know. Static, NUL-terminated.
 */
PODSIX_API const char *podsix_event_name(int32_t kind);

/**
 * Fills the settings with the defaults.
 *
 * config: where to. struct_size: sizeof *config, in bytes.
 *
 * Returns 0, or PODSIX_ERR_BAD_CONFIG for a size that no release of this struct has. A later
 * release's size is fine, up to 4,096 bytes: what this library does not know is zeroed.
 */
PODSIX_API int32_t podsix_config_init(podsix_config *config, size_t struct_size);

/**
 * Sets max_message, and raises out_buffer, queue_bytes and memory_budget to what it needs; what is
 * larger stays. The other end has to take messages of this size too.
 *
 * config: filled by podsix_config_init. max_message: 1 to 16,777,215 bytes.
 *
 * Returns 0, or PODSIX_ERR_BAD_CONFIG for another size, or for settings that podsix_config_init did
 * not fill; nothing is changed then.
 */
PODSIX_API int32_t podsix_config_set_largest(podsix_config *config, uint32_t max_message);

/* ---- Hosts --------------------------------------------------------------------------------- */

/**
 * Makes a host.
 *
 * config: its settings; NULL takes the defaults. host: where the new host goes. error: where the
 * words go if the call fails, of error_cap bytes, NUL-terminated and cut to fit; NULL and 0 if they
 * are not wanted.
 *
 * Returns 0, PODSIX_ERR_BAD_CONFIG, or PODSIX_ERR_OS if a thread or the operating system's event
 * queue could not be had.
 *
 * The host is the caller's until podsix_host_free.
 */
PODSIX_API
int32_t podsix_host_new(const podsix_config *config,
                        podsix_host **host,
                        char *error,
                        size_t error_cap);

/**
 * Closes a host so that nothing sent is lost: listeners stop, connects that are not open end with
 * PODSIX_EVENT_ERROR, clients that ask to be let in are refused, and each peer gets what was sent to it, then
 * code and text, as with podsix_peer_disconnect. Waits until every other end has closed. What follows is
 * podsix_host_free. To go on drawing meanwhile, call it with timeout_ms 0 and poll until
 * podsix_host_copy_peers with PODSIX_PEERS_ALL gives 0.
 *
 * timeout_ms: how long to wait at most, in milliseconds; 0 begins and returns. code: any number. text, len:
 * words, cut after 1,024 bytes; NULL and 0 for none.
 *
 * Returns 0 when no connection is left, PODSIX_ERR_TIMEOUT otherwise (call it again, or poll),
 * PODSIX_ERR_BUSY or PODSIX_ERR_BAD_UTF8. It takes no events away: each PODSIX_EVENT_DISCONNECTED waits to be
 * polled. A peer whose other end did not close within linger_ms, or timeout_ms if that is longer, has
 * PODSIX_REASON_LOST: whether it has got everything is not known. From this call on podsix_send returns
 * PODSIX_ERR_NOT_CONNECTED; podsix_listen, podsix_connect and podsix_broadcast return PODSIX_ERR_CLOSING. One
 * thread at a time, as podsix_poll; in a handler, which should not wait, with timeout_ms 0.
 */
PODSIX_API
int32_t podsix_host_close(podsix_host *host,
                          uint32_t timeout_ms,
                          int32_t code,
                          const char *text,
                          size_t len);

/**
 * Frees a host: says goodbye to its peers (they see PODSIX_REASON_SHUTDOWN), closes everything and
 * ends its thread. Blocks for at most 200 ms: what was sent just before may be lost on a long line, for
 * which podsix_host_close waits. Everything its events pointed to ends, and no more come: free what
 * user_data points to before, podsix_host_copy_peers lists the peers (PODSIX_PEERS_ALL).
 *
 * Threads of the library may outlive this call: one that goes on closing where there are thousands of
 * peers, and one for each name that is being looked up, until the system answers. Do not unload the
 * library right after either.
 *
 * In a forked child it closes the child's copies of a parent's host's descriptors, does nothing else and
 * does not block: no peer hears of it. Its memory is given back when the child ends or runs another
 * program. A child that closes all descriptors by itself must do that after this call, or not call it.
 *
 * host: NULL is fine.
 *
 * Any thread, but no other call on this host may be under way, and none may follow.
 */
PODSIX_API
void podsix_host_free(podsix_host *host);

/**
 * Copies the words of the last call on this host that failed, from whichever thread.
 *
 * buf, cap: where to, as for all text (see Strings at the top).
 *
 * Returns the length of the whole text in bytes; 0 if no call has failed yet.
 *
 * Any thread. A program that calls from several threads may get another call's words.
 */
PODSIX_API int32_t podsix_host_copy_error(const podsix_host *host, char *buf, size_t cap);

/**
 * Gives a descriptor (on Windows an event's handle) that is readable while podsix_poll has something: for
 * asyncio, libuv, GLib, or a server's own poll or epoll. When it is readable, poll until there is 0; an
 * edge-triggered loop may wait again then, for if there is more there is a new edge. It may be readable once
 * with nothing to poll, and it is after a mistake of the library itself.
 *
 * What the host has to do at certain times (pings, timeouts) makes it readable too; but with
 * PODSIX_MODE_INLINE on systems other than Linux and Android, where podsix_poll is to be called at
 * least once in 100 ms whatever it says. A game that waits for it is not taken to be asleep while there is
 * nothing to poll.
 *
 * descriptor: where it goes; each call gives the same.
 *
 * Returns 0, or PODSIX_ERR_OS if the system gives none, which on Windows is so with PODSIX_MODE_INLINE. It is
 * the host's, until podsix_host_free: never read, write or close it. Any thread.
 */
PODSIX_API
int32_t podsix_host_get_descriptor(podsix_host *host,
                                   intptr_t *descriptor);

/**
 * Copies the ids of the peers that are connected; with PODSIX_PEERS_ALL, of all for which there is user
 * data: each until its last event has expired.
 *
 * flags: 0 or PODSIX_PEERS_ALL. peers: room for cap ids; NULL if cap is 0.
 *
 * Returns how many peers there are, of which the first cap were copied. Any thread; peers may
 * come and go meanwhile.
 */
PODSIX_API
int32_t podsix_host_copy_peers(const podsix_host *host,
                               uint32_t flags,
                               uint64_t *peers,
                               size_t cap);

/* ---- Listening ----------------------------------------------------------------------------- */

/**
 * Begins to accept connections. Clients that have greeted are PODSIX_EVENT_CONNECTED, or
 * PODSIX_EVENT_REQUEST with PODSIX_LISTEN_APPROVAL.
 *
 * address, len: tcp://ip:port, such as "tcp://0.0.0.0:31425", "[::1]:5000" (no scheme is tcp) or
 * "*:0": "*" is every address of this machine, IPv4 and IPv6; port 0 lets the system choose, see
 * podsix_listener_get_port; no port is 31425. Names are not looked up, but for "localhost". A
 * link-local address needs its interface, by name or index: "[fe80::1%eth0]:5000". An empty address is
 * an error.
 * podsixnet://ip:port is for clients of PodSixNet 0.11.0, podsixnet+json:// for such that use JSON,
 * podsixnet+custom:// for a codec of their own (podsix_host_set_codec). A host may listen on several.
 * Clients of PodSixNet send no hello, they are connected or asked for at once.
 * flags: 0 or PODSIX_LISTEN_APPROVAL. listener: where the new listener's id goes, never 0; NULL if
 * it is not needed.
 *
 * Returns 0, PODSIX_ERR_BAD_ADDRESS, PODSIX_ERR_BAD_UTF8, PODSIX_ERR_OS if the port cannot be had,
 * PODSIX_ERR_CLOSING after podsix_host_close; for podsixnet+custom://, PODSIX_ERR_BAD_ADDRESS without a
 * codec, PODSIX_ERR_UNSENDABLE or PODSIX_ERR_TERMINATOR if it cannot say the greeting.
 */
PODSIX_API
int32_t podsix_listen(podsix_host *host,
                      const char *address,
                      size_t len,
                      uint32_t flags,
                      uint32_t *listener);

/** The port a listener is bound to, 1 to 65,535, or PODSIX_ERR_UNKNOWN_LISTENER. Any thread. */
PODSIX_API int32_t podsix_listener_get_port(const podsix_host *host, uint32_t listener);

/**
 * Copies the address a listener is bound to, such as "127.0.0.1:31425" or "[::]:31425".
 *
 * buf, cap: where to, as for all text.
 *
 * Returns the text's length in bytes, or PODSIX_ERR_UNKNOWN_LISTENER. Any thread.
 */
PODSIX_API
int32_t podsix_listener_copy_address(const podsix_host *host,
                                     uint32_t listener,
                                     char *buf,
                                     size_t cap);

/**
 * Stops listening. Peers that came through this listener stay.
 *
 * Returns 0 or PODSIX_ERR_UNKNOWN_LISTENER. Any thread.
 */
PODSIX_API int32_t podsix_listener_stop(podsix_host *host, uint32_t listener);

/* ---- Connecting, and single peers ---------------------------------------------------------- */

/**
 * Begins to connect. Exactly one PODSIX_EVENT_CONNECTED or PODSIX_EVENT_ERROR with this peer's id
 * follows (if the game closes it first, only its last event). What is sent to the peer meanwhile
 * waits in its out-buffer.
 *
 * address, len: tcp://host:port, such as "play.example.org:5000", "tcp://[::1]"; no port is 31425.
 * podsixnet://host:port is a server of PodSixNet 0.11.0, podsixnet+json:// one that uses JSON,
 * podsixnet+custom:// one with a codec of its own (podsix_host_set_codec). hello: what the server's game
 * gets with its PODSIX_EVENT_CONNECTED or PODSIX_EVENT_REQUEST, at most 4,096 bytes; NULL is none, and
 * PodSixNet has none. flags: 0. peer: where the new peer's id goes; NULL if it is not needed.
 *
 * "[fe80::1%eth0]" is a link-local address and the interface on which it is meant, by its name or its
 * index. A host that ends in a number must be an IPv4 address of four decimal numbers without leading
 * zeros. A name is looked up without blocking; a process looks up 64 at once, and up to 4,096 more wait.
 * With letters beyond ASCII the system gets it as it is written, while its form with "xn--" is
 * understood everywhere. Of a name's addresses up to 16 are tried, the next 250 ms after the last one
 * began, or as soon as that has failed; the first to connect wins (RFC 8305). All of this together may
 * take connect_timeout_ms.
 *
 * A server of PodSixNet need not greet: if it has said nothing for 2 seconds, or handshake_timeout_ms +
 * approval_timeout_ms if that is less, PODSIX_EVENT_CONNECTED comes without it. If its first message then
 * is a refusal, PODSIX_EVENT_DISCONNECTED with PODSIX_REASON_REFUSED follows; a greeting that brings more
 * than the word "connected", or a second one, is a message.
 *
 * Returns 0, PODSIX_ERR_BAD_ADDRESS, PODSIX_ERR_BAD_UTF8, PODSIX_ERR_TOO_MANY_PEERS,
 * PODSIX_ERR_MEMORY, PODSIX_ERR_CLOSING after podsix_host_close, PODSIX_ERR_TOO_LARGE for a hello that is
 * too long, PODSIX_ERR_UNSENDABLE for one to PodSixNet or with a tuple as a key, which not every server
 * takes, or the code of the first mistake made while the hello was built; podsixnet+custom:// without a
 * codec is a PODSIX_ERR_BAD_ADDRESS. Any thread.
 */
PODSIX_API
int32_t podsix_connect(podsix_host *host,
                       const char *address,
                       size_t len,
                       const podsix_message *hello,
                       uint32_t flags,
                       uint64_t *peer);

/**
 * Lets a client in that has asked with PODSIX_EVENT_REQUEST. Its PODSIX_EVENT_CONNECTED follows,
 * at both ends.
 *
 * reply: what the client's game gets with it, at most 4,096 bytes; NULL is none. A client of PodSixNet
 * finds the entries of a map in its "connected" message, anything else there under "reply". flags: 0.
 *
 * Returns 0, PODSIX_ERR_UNKNOWN_PEER, PODSIX_ERR_NOT_REQUESTED, PODSIX_ERR_TOO_LARGE for a reply
 * that is too long, PODSIX_ERR_TOO_DEEP, PODSIX_ERR_TOO_MANY_VALUES, PODSIX_ERR_UNSENDABLE and
 * PODSIX_ERR_TERMINATOR as podsix_send, or the code of the first mistake made while it was built. Any
 * thread.
 */
PODSIX_API
int32_t podsix_peer_accept(podsix_host *host,
                           uint64_t peer,
                           const podsix_message *reply,
                           uint32_t flags);

/**
 * Turns a client away that has asked with PODSIX_EVENT_REQUEST. It gets code and text with its
 * PODSIX_EVENT_ERROR and PODSIX_REASON_REFUSED; here a PODSIX_EVENT_DISCONNECTED with the same reason
 * follows, as the peer's last event.
 *
 * code: any number. text, len: words, cut after 1,024 bytes; NULL and 0 for none.
 *
 * Returns 0, PODSIX_ERR_UNKNOWN_PEER, PODSIX_ERR_NOT_REQUESTED or PODSIX_ERR_BAD_UTF8. Any thread.
 */
PODSIX_API
int32_t podsix_peer_refuse(podsix_host *host,
                           uint64_t peer,
                           int32_t code,
                           const char *text,
                           size_t len);

/**
 * Closes a connection gracefully: what was sent before arrives first, then code and text, for
 * which it may take up to linger_ms. No more messages come from this peer; its
 * PODSIX_EVENT_DISCONNECTED with PODSIX_REASON_LOCAL follows. A connect that is not open yet is given
 * up, with what was sent to it, and ends with PODSIX_EVENT_ERROR.
 *
 * code: any number. text, len: words, cut after 1,024 bytes; NULL and 0 for none.
 *
 * Returns 0, PODSIX_ERR_UNKNOWN_PEER, PODSIX_ERR_NOT_CONNECTED (it is being closed already) or
 * PODSIX_ERR_BAD_UTF8. Any thread.
 */
PODSIX_API
int32_t podsix_peer_disconnect(podsix_host *host,
                               uint64_t peer,
                               int32_t code,
                               const char *text,
                               size_t len);

/**
 * Closes a connection without waiting for what was sent before: all that waits behind the message being
 * written is dropped, and code and text go behind that. The other end sees PODSIX_REASON_CLOSED, unless it
 * reads nothing for linger_ms. Here PODSIX_EVENT_DISCONNECTED with PODSIX_REASON_LOCAL follows at once. A
 * connect that is not open yet ends with PODSIX_EVENT_ERROR, and a client that asks to be let in is refused.
 * Also after podsix_peer_disconnect, to hurry it.
 *
 * code: any number. text, len: words, cut after 1,024 bytes; NULL and 0 for none.
 *
 * Returns 0, PODSIX_ERR_UNKNOWN_PEER, PODSIX_ERR_NOT_CONNECTED (it has ended) or PODSIX_ERR_BAD_UTF8. Any
 * thread.
 */
PODSIX_API
int32_t podsix_peer_kick(podsix_host *host,
                         uint64_t peer,
                         int32_t code,
                         const char *text,
                         size_t len);

/**
 * Closes a connection at once; what waits to be written is lost. Its PODSIX_EVENT_DISCONNECTED
 * with PODSIX_REASON_LOCAL follows, or PODSIX_EVENT_ERROR if it was not open yet.
 *
 * Returns 0, PODSIX_ERR_UNKNOWN_PEER, or PODSIX_ERR_NOT_CONNECTED if it has ended already. Any
 * thread.
 */
PODSIX_API int32_t podsix_peer_drop(podsix_host *host, uint64_t peer);

/**
 * Copies the address of a peer's other end, such as "192.0.2.7:50123".
 *
 * buf, cap: where to, as for all text.
 *
 * Returns the text's length in bytes, PODSIX_ERR_UNKNOWN_PEER, or PODSIX_ERR_NOT_CONNECTED while a
 * connect has not reached an address. A peer's address, statistics and user data stay readable
 * until its last event has expired. Any thread.
 */
PODSIX_API
int32_t podsix_peer_copy_address(const podsix_host *host,
                                 uint64_t peer,
                                 char *buf,
                                 size_t cap);

/**
 * Reads the pointer stored for a peer, NULL at first. Each of its events carries it too.
 *
 * Returns 0 or PODSIX_ERR_UNKNOWN_PEER. Any thread.
 */
PODSIX_API
int32_t podsix_peer_get_user_data(const podsix_host *host,
                                  uint64_t peer,
                                  void **user_data);

/**
 * Stores a pointer for a peer. The library never looks at what it points to.
 *
 * Returns 0 or PODSIX_ERR_UNKNOWN_PEER. Any thread.
 */
PODSIX_API int32_t podsix_peer_set_user_data(podsix_host *host, uint64_t peer, void *user_data);

/* ---- The frame loop ------------------------------------------------------------------------ */

/**
 * Takes the next event. Calls work in batches: the first takes what has arrived, later ones walk
 * through it, and 0 is returned once at the batch's end, so that "while (podsix_poll(host, &ev) >
 * 0)" ends even while messages pour in.
 *
 * event: where it goes. What it points to lives until the next podsix_poll or podsix_wait.
 *
 * Returns 1 with an event, 0 at the batch's end, or PODSIX_ERR_BUSY. One thread at a time.
 */
PODSIX_API int32_t podsix_poll(podsix_host *host, podsix_event *event);

/**
 * As podsix_poll, but where a new batch would be empty it waits for its first event. For dedicated
 * servers, which have no frame to draw. A program that lives here does the host's network work in the
 * call, as in inline mode, and so loses no time to changes of thread; what it sends between two calls
 * leaves with the next call, or half a millisecond later.
 *
 * timeout_ms: how long to wait at most, in milliseconds; there is no for ever, UINT32_MAX is 49 days.
 * event: where it goes.
 *
 * Returns 1 with an event, 0 at the batch's end or after the timeout, or PODSIX_ERR_BUSY. One
 * thread at a time.
 */
PODSIX_API
int32_t podsix_wait(podsix_host *host,
                    uint32_t timeout_ms,
                    podsix_event *event);

/**
 * Waits until everything sent so far has been handed to the operating system, for all peers. For tools; a
 * game's frame needs no flush. It does not mean that anything has arrived: before the end of a program,
 * podsix_host_close waits for that.
 *
 * timeout_ms: how long to wait at most, in milliseconds. With 0 it has leave what an inline host still keeps
 * (PODSIX_SEND_*), and waits for nothing.
 *
 * Returns 0, PODSIX_ERR_TIMEOUT or PODSIX_ERR_BUSY. One thread at a time.
 */
PODSIX_API
int32_t podsix_flush(podsix_host *host,
                     uint32_t timeout_ms);

/**
 * Sends a message to a peer: reliably, and after everything sent to it before by this thread. An inline host
 * writes it at once, or together with others, as PODSIX_SEND_* says.
 *
 * message: it is copied and stays the caller's. flags: 0.
 *
 * Returns 0, PODSIX_ERR_WOULD_BLOCK, PODSIX_ERR_MEMORY, PODSIX_ERR_UNKNOWN_PEER,
 * PODSIX_ERR_NOT_CONNECTED, PODSIX_ERR_TOO_LARGE, PODSIX_ERR_TOO_DEEP, PODSIX_ERR_TOO_MANY_VALUES,
 * PODSIX_ERR_UNSENDABLE or PODSIX_ERR_TERMINATOR for what a peer that speaks PodSixNet cannot be sent,
 * PODSIX_ERR_UNSENDABLE for a tuple as a key to a podsix too old to know such keys, or the code of the
 * first mistake made while the message was built. On every error nothing was taken.
 * PODSIX_ERR_NOT_CONNECTED is nothing unusual when an event is answered: its peer may have gone since, and
 * its PODSIX_EVENT_DISCONNECTED be on the way.
 *
 * A connect's limits are not known before it is open. If something sent until then is beyond them, the
 * connect fails with PODSIX_REASON_TOO_LARGE, or PODSIX_REASON_VERSION for tuples as keys. Any thread.
 */
PODSIX_API
int32_t podsix_send(podsix_host *host,
                    uint64_t peer,
                    const podsix_message *message,
                    uint32_t flags);

/**
 * As podsix_send, for a message that is MessagePack bytes already, exactly one value.
 *
 * data, len: the bytes; their number. flags: 0.
 *
 * Returns as podsix_send, with PODSIX_ERR_BAD_MESSAGE for bytes that are not well-formed.
 */
PODSIX_API
int32_t podsix_send_msgpack(podsix_host *host,
                            uint64_t peer,
                            const uint8_t *data,
                            size_t len,
                            uint32_t flags);

/**
 * As podsix_send, for a message written as JSON, which is read as podsix_message_from_json does. It
 * travels as whatever the peer speaks.
 *
 * json, len: the text. flags: 0.
 *
 * Returns as podsix_send, with PODSIX_ERR_BAD_JSON or PODSIX_ERR_BAD_UTF8 for text that is none.
 */
PODSIX_API
int32_t podsix_send_json(podsix_host *host,
                         uint64_t peer,
                         const char *json,
                         size_t len,
                         uint32_t flags);

/**
 * Sends one message to many peers. It is encoded once, and nobody is disconnected for being slow.
 *
 * peers, count: their ids; NULL if count is 0. message: it is copied. flags: 0. results: room for
 * count results, each 0 or what podsix_send would have returned for that peer; NULL if they are
 * not needed.
 *
 * Returns the number of peers that took it, or a negative code if the message itself cannot be
 * sent. Any thread.
 */
PODSIX_API
int32_t podsix_send_many(podsix_host *host,
                         const uint64_t *peers,
                         size_t count,
                         const podsix_message *message,
                         uint32_t flags,
                         int32_t *results);

/**
 * Sends a message to every peer that is connected: from when its PODSIX_EVENT_CONNECTED has been polled
 * until it is closed, so that what a game sends to all before it has heard of a peer does not reach it before
 * the game's own welcome. A slow peer is disconnected with PODSIX_REASON_SLOW_PEER, one
 * whose max_message, max_values or max_depth the message is beyond with PODSIX_REASON_TOO_LARGE, and one too
 * old for the tuples that are keys in it with PODSIX_REASON_VERSION: losing a message silently would be worse.
 *
 * A peer is slow if more than slow_peer_bytes would wait for it with this message, after writing was tried, or
 * if it takes nothing for slow_peer_ms while the message waits. That time does not count while its game sleeps
 * and has said so, or while its line carries nothing, which the system tells on Linux: then stall_limit_ms or
 * idle_timeout_ms ends it, or slow_peer_bytes. A peer that is only sent to is never slow: the send is refused.
 * What is broadcast takes no room from what is sent.
 *
 * message: it is copied. except: a peer that does not get it; 0 for none. flags: 0.
 *
 * Returns 0, PODSIX_ERR_MEMORY, PODSIX_ERR_TOO_LARGE, PODSIX_ERR_TOO_DEEP,
 * PODSIX_ERR_TOO_MANY_VALUES, PODSIX_ERR_UNSENDABLE or PODSIX_ERR_TERMINATOR if one of those connected
 * speaks PodSixNet and cannot be sent it, PODSIX_ERR_CLOSING after podsix_host_close, or the code of the
 * first mistake made while the message was built. On every error nobody gets it. Any thread.
 */
PODSIX_API
int32_t podsix_broadcast(podsix_host *host,
                         const podsix_message *message,
                         uint64_t except,
                         uint32_t flags);

/* ---- Dispatch ------------------------------------------------------------------------------ */

/**
 * Calls the handlers an event is meant for: first all whose action equals the event's, then all
 * catch-alls, which see every event; each in the table's order. A message whose action is one of
 * the lifecycle's names reaches the catch-alls only, so that nobody can fake a "disconnected".
 *
 * event: as podsix_poll filled it. handlers, count: the table; NULL if count is 0. context: given
 * to each call.
 *
 * Returns the number of calls made, or PODSIX_ERR_BAD_ARGUMENT. Any thread; the handlers run on the
 * calling one, and may call everything but podsix_poll, podsix_wait and podsix_host_free, which would
 * end the event. A C++ exception may leave a handler; later handlers are then not called.
 */
PODSIX_API
int32_t podsix_dispatch(const podsix_event *event,
                        const podsix_handler *handlers,
                        size_t count,
                        void *context);

/* ---- Building messages --------------------------------------------------------------------- */

/**
 * Makes an empty message.
 *
 *     podsix_message_begin(m, "move");
 *     podsix_message_add_int(m, "x", 3);
 *     podsix_message_open_list(m, "path");
 *     podsix_message_add_double(m, NULL, 0.5);
 *     podsix_message_close(m);
 *     podsix_send(host, peer, m, 0);
 *
 * Keys: inside a map each value needs one: the key argument, NUL-terminated, or NULL if the key was
 * set before by podsix_message_set_key, _set_key_int or _set_key_value. Inside a list or tuple, and
 * for a top-level value, it is NULL. Keys are not compared: readers see the first of equal ones.
 *
 * All functions that add, open or close return 0 or the code of the first mistake:
 * PODSIX_ERR_BAD_MESSAGE (a key or a close that does not belong there, a value that is none),
 * PODSIX_ERR_BAD_UTF8, PODSIX_ERR_BAD_JSON, PODSIX_ERR_TOO_LARGE (more than 16,777,215 bytes),
 * PODSIX_ERR_TOO_DEEP (more than 256 levels), PODSIX_ERR_BAD_ARGUMENT.
 *
 * Returns the message, which is the caller's until podsix_message_free. A later release may return NULL
 * when there is no memory.
 */
PODSIX_API
podsix_message *podsix_message_new(void);

/** Frees a message; NULL is fine. It may have been sent a moment ago. */
PODSIX_API void podsix_message_free(podsix_message *message);

/**
 * Begins a new message in the same memory: a map with the key "action". Nothing needs to close
 * that map.
 *
 * action: NUL-terminated.
 */
PODSIX_API int32_t podsix_message_begin(podsix_message *message, const char *action);

/**
 * Empties a message, for one top-level value of any kind, added or opened with NULL as its key.
 */
PODSIX_API int32_t podsix_message_clear(podsix_message *message);

/**
 * Makes the message the value that a JSON text stands for; what was in it before is gone. Integers
 * are exact up to 1,024 digits, and more are PODSIX_ERR_BAD_JSON; NaN and Infinity are taken as
 * Python writes them.
 *
 * Returns 0, PODSIX_ERR_BAD_JSON, PODSIX_ERR_BAD_UTF8, PODSIX_ERR_TOO_LARGE or PODSIX_ERR_TOO_DEEP.
 */
PODSIX_API int32_t podsix_message_from_json(podsix_message *message, const char *json, size_t len);

/**
 * Copies the words of the first mistake, or of what would keep the message from being sent now (it
 * is empty, or a container is still open).
 *
 * buf, cap: where to, as for all text.
 *
 * Returns the text's length in bytes; 0 if the message could be sent.
 */
PODSIX_API int32_t podsix_message_copy_error(const podsix_message *message, char *buf, size_t cap);

/**
 * Gets the message's MessagePack bytes, to be stored or sent by other means.
 *
 * data, len: where the address of the bytes and their number go. They live until the message is
 * changed or freed.
 *
 * Returns 0 or the code a send would return for a mistake in the message.
 */
PODSIX_API
int32_t podsix_message_get_span(const podsix_message *message,
                                const uint8_t **data,
                                size_t *len);

/**
 * Gets the value that a message holds, to be read as a received one is. A received value that is to be
 * kept beyond its event goes into a message by podsix_message_add_value and is read there.
 *
 * Returns the value, which lives until the message is changed or freed; the NONE value for a mistake in
 * the message, one that is not finished, or NULL.
 */
PODSIX_API
const podsix_value *podsix_message_get_value(const podsix_message *message);

/** Sets the key of the next value added or opened: a string that is not NUL-terminated, say. */
PODSIX_API int32_t podsix_message_set_key(podsix_message *message, const char *key, size_t len);

/** Sets the key of the next value added or opened: an integer. */
PODSIX_API int32_t podsix_message_set_key_int(podsix_message *message, int64_t key);

/**
 * Sets the key of the next value added or opened: a copy of any value but a list or map, or of a tuple
 * of such values. A tuple, such as the cell of a grid, comes from a message of its own:
 *
 *     podsix_message_clear(cell);
 *     podsix_message_open_tuple(cell, NULL);
 *     podsix_message_add_int(cell, NULL, x);
 *     podsix_message_add_int(cell, NULL, y);
 *     podsix_message_close(cell);
 *     podsix_message_set_key_value(map, podsix_message_get_value(cell));
 *     podsix_message_add_string(map, NULL, "wall", PODSIX_NUL);
 *
 * Readers meet it in podsix_value_next. Who can be sent one: podsix_send.
 */
PODSIX_API
int32_t podsix_message_set_key_value(podsix_message *message,
                                     const podsix_value *key);

/** Adds nil. */
PODSIX_API int32_t podsix_message_add_nil(podsix_message *message, const char *key);

/** Adds a truth value: false for 0, true for everything else. */
PODSIX_API int32_t podsix_message_add_bool(podsix_message *message, const char *key, int32_t value);

/** Adds an integer. */
PODSIX_API int32_t podsix_message_add_int(podsix_message *message, const char *key, int64_t value);

/** Adds an integer from 0 on. */
PODSIX_API
int32_t podsix_message_add_uint(podsix_message *message,
                                const char *key,
                                uint64_t value);

/** Adds a floating-point number. A NaN is sent without its sign and payload. */
PODSIX_API
int32_t podsix_message_add_double(podsix_message *message,
                                  const char *key,
                                  double value);

/**
 * Adds a float: 5 bytes on the way where a double takes 9. It is read as the double that it equals.
 */
PODSIX_API int32_t podsix_message_add_float(podsix_message *message, const char *key, float value);

/** Adds a string, of len bytes of UTF-8. */
PODSIX_API
int32_t podsix_message_add_string(podsix_message *message,
                                  const char *key,
                                  const char *text,
                                  size_t len);

/** Adds bytes. data may be NULL if len is 0. */
PODSIX_API
int32_t podsix_message_add_bytes(podsix_message *message,
                                 const char *key,
                                 const uint8_t *data,
                                 size_t len);

/**
 * Adds an extension value of MessagePack.
 *
 * ext_type: -128 to 127. Type 1 must be the decimal digits of an integer beyond 64 bits, at most
 * 1,024 of them, type 2 (a tuple) one list; the other types are the games' own. data, len: its bytes.
 */
PODSIX_API
int32_t podsix_message_add_ext(podsix_message *message,
                               const char *key,
                               int32_t ext_type,
                               const uint8_t *data,
                               size_t len);

/**
 * Adds an integer of any size.
 *
 * decimal, len: its digits, at most 1,024 of them and no zeros in front, with a leading '-' if it is
 * negative. Everything else is PODSIX_ERR_BAD_MESSAGE.
 */
PODSIX_API
int32_t podsix_message_add_big_int(podsix_message *message,
                                   const char *key,
                                   const char *decimal,
                                   size_t len);

/** Adds a copy of a value, of a received message say. NULL and NONE are no values. */
PODSIX_API
int32_t podsix_message_add_value(podsix_message *message,
                                 const char *key,
                                 const podsix_value *value);

/** Adds the value that a JSON text stands for, as podsix_message_from_json reads it. */
PODSIX_API
int32_t podsix_message_add_json(podsix_message *message,
                                const char *key,
                                const char *json,
                                size_t len);

/** Adds a value that is MessagePack bytes already, exactly one. */
PODSIX_API
int32_t podsix_message_add_msgpack(podsix_message *message,
                                   const char *key,
                                   const uint8_t *data,
                                   size_t len);

/** Opens a list; what follows goes into it until podsix_message_close. */
PODSIX_API int32_t podsix_message_open_list(podsix_message *message, const char *key);

/** Opens a map; what follows goes into it, with keys, until podsix_message_close. */
PODSIX_API int32_t podsix_message_open_map(podsix_message *message, const char *key);

/**
 * Opens a tuple, which readers see as a list; what follows goes into it until podsix_message_close.
 */
PODSIX_API int32_t podsix_message_open_tuple(podsix_message *message, const char *key);

/** Closes the list, map or tuple opened last. */
PODSIX_API int32_t podsix_message_close(podsix_message *message);

/* ---- Reading values ------------------------------------------------------------------------ */

/** The type of a value: PODSIX_TYPE_*. */
PODSIX_API int32_t podsix_value_type(const podsix_value *value);

/** Whether a value of type PODSIX_TYPE_LIST is a Python tuple: 1 or 0. */
PODSIX_API int32_t podsix_value_is_tuple(const podsix_value *value);

/**
 * Looks up a key in a map.
 *
 * key: NUL-terminated.
 *
 * Returns the value of the first such key. If there is none, or value is no map: the NONE value, so
 * that look-ups can be chained. It lives as long as the message.
 */
PODSIX_API const podsix_value *podsix_value_get(const podsix_value *value, const char *key);

/** As podsix_value_get, for a key of len bytes. */
PODSIX_API
const podsix_value *podsix_value_find(const podsix_value *value,
                                      const char *key,
                                      size_t len);

/** As podsix_value_get, for a key that is an integer. */
PODSIX_API const podsix_value *podsix_value_find_int(const podsix_value *value, int64_t key);

/**
 * Looks up many keys of a map in one pass. The quickest way to read a message, above all if the
 * keys are in the order in which they were added.
 *
 * keys, count: the keys, each once. values: room for count values; each is set, missing ones to the
 * NONE value. They live as long as the message.
 *
 * Returns the number of keys found, or PODSIX_ERR_BAD_ARGUMENT.
 */
PODSIX_API
int32_t podsix_value_fields(const podsix_value *value,
                            const podsix_key *keys,
                            size_t count,
                            const podsix_value **values);

/**
 * The element of a list at an index from 0 on; the NONE value beyond its end, or if value is no
 * list. It walks from the list's beginning: podsix_value_next is the way through a whole list.
 */
PODSIX_API const podsix_value *podsix_value_at(const podsix_value *value, size_t index);

/** The number of elements of a list or entries of a map; 0 for everything else. */
PODSIX_API size_t podsix_value_count(const podsix_value *value);

/**
 * Steps through a list or map.
 *
 *     podsix_iter iter = {0};
 *     const podsix_value *item;
 *     while (podsix_value_next(list, &iter, NULL, &item) > 0)
 *         ...
 *
 * iter: the caller's, zeroed to begin; always used with the same container. key: where the entry's
 * key goes (the NONE value for a list); NULL if it is not needed. value: where the element goes;
 * NULL if it is not needed. Both live as long as the message.
 *
 * Returns 1, 0 at the end or if container is neither list nor map, or PODSIX_ERR_BAD_ARGUMENT.
 */
PODSIX_API
int32_t podsix_value_next(const podsix_value *container,
                          podsix_iter *iter,
                          const podsix_value **key,
                          const podsix_value **value);

/** A truth value, 1 or 0; the fallback for everything else. */
PODSIX_API int32_t podsix_value_as_bool(const podsix_value *value, int32_t fallback);

/**
 * A number as an integer: integers and floating-point numbers that are whole, if an int64_t can
 * hold them; the fallback for everything else.
 */
PODSIX_API int64_t podsix_value_as_int(const podsix_value *value, int64_t fallback);

/** As podsix_value_as_int, if a uint64_t can hold it. */
PODSIX_API uint64_t podsix_value_as_uint(const podsix_value *value, uint64_t fallback);

/**
 * A number as a double, the nearest one for a large integer; the fallback for everything else. NaN
 * is always the same quiet one, whatever sign and payload another program gave it.
 */
PODSIX_API double podsix_value_as_double(const podsix_value *value, double fallback);

/** Reads a truth value strictly, as 1 or 0. Returns 0 or PODSIX_ERR_WRONG_TYPE. */
PODSIX_API int32_t podsix_value_read_bool(const podsix_value *value, int32_t *out);

/** Reads an integer strictly. Returns 0, PODSIX_ERR_WRONG_TYPE or PODSIX_ERR_OUT_OF_RANGE. */
PODSIX_API int32_t podsix_value_read_int(const podsix_value *value, int64_t *out);

/**
 * Reads an integer from 0 on strictly. Returns 0, PODSIX_ERR_WRONG_TYPE or
 * PODSIX_ERR_OUT_OF_RANGE.
 */
PODSIX_API int32_t podsix_value_read_uint(const podsix_value *value, uint64_t *out);

/**
 * Reads a floating-point number strictly, or an integer that a double holds exactly. Returns 0,
 * PODSIX_ERR_WRONG_TYPE or PODSIX_ERR_OUT_OF_RANGE.
 */
PODSIX_API int32_t podsix_value_read_double(const podsix_value *value, double *out);

/**
 * Gets a string.
 *
 * data, len: where the address of its UTF-8 and their number of bytes go. They live as long as the
 * message.
 *
 * Returns 0 or PODSIX_ERR_WRONG_TYPE.
 */
PODSIX_API
int32_t podsix_value_get_string(const podsix_value *value,
                                const char **data,
                                size_t *len);

/**
 * Gets the bytes of a string, of bytes or of an extension.
 *
 * data, len: where their address and number go. They live as long as the message.
 *
 * Returns 0 or PODSIX_ERR_WRONG_TYPE.
 */
PODSIX_API
int32_t podsix_value_get_bytes(const podsix_value *value,
                               const uint8_t **data,
                               size_t *len);

/**
 * Gets the type of an extension, -128 to 127: 1 is an integer beyond 64 bits, 2 a tuple.
 *
 * Returns 0 or PODSIX_ERR_WRONG_TYPE.
 */
PODSIX_API int32_t podsix_value_get_ext_type(const podsix_value *value, int32_t *ext_type);

/**
 * Gets a value's MessagePack bytes, for podsix_send_msgpack or a file.
 *
 * data, len: where their address and number go. They live as long as the message.
 *
 * Returns 0, or PODSIX_ERR_WRONG_TYPE for the NONE value.
 */
PODSIX_API
int32_t podsix_value_get_span(const podsix_value *value,
                              const uint8_t **data,
                              size_t *len);

/**
 * Whether two values are equal, with all that is in them: 1 or 0. Numbers are compared by value and
 * type: 3 equals 3, however it was written, but not 3.0. Maps are equal if they have equal entries in
 * the same order.
 */
PODSIX_API
int32_t podsix_value_equals(const podsix_value *a,
                            const podsix_value *b);

/**
 * Copies a value as JSON. What JSON lacks is written so that people can read it; the NONE value is the
 * empty text. All control characters in strings are escaped, and what turns the direction of writing round. To
 * show what somebody else sent there is podsix_value_copy_printable, which cuts it too.
 *
 * buf, cap: where to, as for all text.
 *
 * Returns the text's length in bytes.
 */
PODSIX_API
int32_t podsix_value_copy_json(const podsix_value *value,
                               char *buf,
                               size_t cap);

/**
 * Copies a value that somebody else sent as podsix_text_copy_printable copies text: of a string its
 * characters, of the NONE value nothing, and of every other its JSON.
 *
 * most: how many characters at most.
 * buf, cap: where to, as for all text.
 *
 * Returns the length in bytes of the text that is to be shown, at most 4 times `most`.
 */
PODSIX_API
int32_t podsix_value_copy_printable(const podsix_value *value,
                                    size_t most,
                                    char *buf,
                                    size_t cap);

/* ---- Text for people ----------------------------------------------------------------------- */

/**
 * Copies text that somebody else wrote as it may be shown in a terminal, a log or a window: one line of
 * at most `most` characters. Whoever sends a message chooses its action, its keys and its texts: escape
 * codes that clear a terminal, line breaks that forge a log's lines, megabytes. The text of an event
 * needs no such care; the library has seen to it.
 *
 * Each tab and line break is a space. Every other control character, each character that turns the
 * direction of writing round (U+202A to U+202E, U+2066 to U+2069) and bytes that are no UTF-8 are U+FFFD.
 * Of a text that has more characters the first are copied, and an ellipsis (U+2026) as the last of
 * `most`. A character is one of Unicode's code points.
 *
 *     char who[4 * 32 + 1];
 *     podsix_text_copy_printable(nickname, nickname_len, 32, who, sizeof who);
 *
 * text, len: any bytes; NULL with length 0 is the empty text.
 * most: how many characters at most.
 * buf, cap: where to, as for all text.
 *
 * Returns the length in bytes of the text that is to be shown, at most 4 times `most`.
 */
PODSIX_API
int32_t podsix_text_copy_printable(const char *text,
                                   size_t len,
                                   size_t most,
                                   char *buf,
                                   size_t cap);

/* ---- A codec of the game's own ------------------------------------------------------------- */

/**
 * Gives a host the codec that its podsixnet+custom:// addresses speak, once and before the first of
 * them is listened on or connected to. For games whose PodSixNet programs have a dumps and loads of
 * their own. Each message ends with the five bytes 0, "---" and 0, so a payload must not hold them; a
 * send whose payload does returns PODSIX_ERR_TERMINATOR.
 *
 * dumps, loads: the two functions; context: handed to both, may be NULL. They are called inside
 * sends, podsix_listen and podsix_peer_accept on the calling thread, and inside podsix_poll and
 * podsix_wait on the polling one: so perhaps on two threads at once. They may call the functions on
 * values and messages, nothing else, and no exception may leave them. A refusal by podsix_peer_refuse
 * has no words at such an address; the reply of podsix_peer_accept comes as the client's first message,
 * whose action is "connected".
 *
 * Returns 0, or PODSIX_ERR_BAD_ARGUMENT if the host has a codec already.
 *
 * Whatever context points to lives until the host is freed.
 */
PODSIX_API
int32_t podsix_host_set_codec(podsix_host *host,
                              podsix_dumps dumps,
                              podsix_loads loads,
                              void *context);

/* ---- Counters ------------------------------------------------------------------------------ */

/**
 * Copies what is known of a host.
 *
 * stats: where to. size: sizeof *stats; what is beyond it is left out, and fields that this library
 * does not know yet are left as they are.
 *
 * Returns the size this library knows. Any thread.
 */
PODSIX_API
int32_t podsix_host_copy_stats(const podsix_host *host,
                               podsix_host_stats *stats,
                               size_t size);

/**
 * Copies what is known of a peer.
 *
 * stats, size: as for podsix_host_copy_stats.
 *
 * Returns the size this library knows, or PODSIX_ERR_UNKNOWN_PEER. Any thread.
 */
PODSIX_API
int32_t podsix_peer_copy_stats(const podsix_host *host,
                               uint64_t peer,
                               podsix_peer_stats *stats,
                               size_t size);

/* ---- The log ------------------------------------------------------------------------------- */

/**
 * Takes the oldest record of a host's log. The host keeps the newest ones and counts the others in
 * log_dropped; nothing is ever printed.
 *
 * record: where it goes. Its text lives until the next podsix_host_log_next on this host.
 *
 * Returns 1, 0 if there is none, or PODSIX_ERR_BUSY. One thread at a time; podsix_poll may run
 * meanwhile.
 */
PODSIX_API int32_t podsix_host_log_next(podsix_host *host, podsix_log_record *record);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* PODSIX_H */
