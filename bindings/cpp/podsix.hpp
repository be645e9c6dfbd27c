// podsix in C++17: multiplayer networking for every game engine.
//
// A host listens, connects, or both. The other end of each connection is a peer. What is sent is a
// message: data, usually a map with the key "action". Once per frame a game pumps its host, which
// calls what its listeners have for what has happened. A whole game, which talks to itself:
//
//     #include <podsix.hpp>
//     #include <iostream>
//
//     int main() {
//         podsix::Host host;
//         host.or_throw();
//         host.listen("127.0.0.1:31425").or_throw();
//         host.connect("localhost").or_throw();
//
//         bool playing = true;
//         podsix::Listener game(host);
//         game.on_connected([&](const podsix::Event& event) {
//             if (event.direction() == podsix::Direction::outbound)
//                 host.send(event.peer(), {{"action", "move"}, {"x", 3}}).or_throw();
//         });
//         game.on("move", [&](const podsix::Event& event) {
//             std::cout << "moved to " << event["x"].as_int() << '\n';
//             playing = false;
//         });
//         while (playing) // draw a frame, then
//             host.pump(16).or_throw();
//     }
//
// Results. What can fail gives a Result, which is true, or has a code and words; the compiler warns
// if nobody looks at it. or_throw() is there when exceptions are. Nothing else throws but what a
// game's own callables and types throw, and the standard library when memory is out. What a callable
// throws leaves pump when all others have heard, or goes to Host::on_exception.
//
// Lifetimes. A Host, a Message and a Listener belong to one owner: they move and do not copy. An
// Event, and every Value, text and Bytes that came from it, live until the next event is taken from
// its host: copy what is to be kept. Data between braces lives until the end of its statement.
//
// Threads. A Host may be used by any thread at any time, but for poll, wait, pump, dispatch, flush
// and close, which one thread at a time may be in, as with log_records, and for being moved and
// destroyed, by one when all others are done. Its listeners and all callables belong to the thread
// that pumps, a Message to one thread while it is built.
//
// Ends. A Host that is destroyed says goodbye and waits for its peers, but 200 ms at the most: what
// was sent just before may be lost on a long line. close() before it loses nothing.
#ifndef PODSIX_HPP
#define PODSIX_HPP

#ifdef _MSVC_LANG // what MSVC compiles; its __cplusplus says 1998 unless it is told /Zc:__cplusplus
#define PODSIX_CPLUSPLUS _MSVC_LANG
#else
#define PODSIX_CPLUSPLUS __cplusplus
#endif
#if PODSIX_CPLUSPLUS < 201703L
#error podsix.hpp needs C++17: -std=c++17, or /std:c++17 for MSVC; in CMake, link podsix::cpp
#else // to the end of the file: one error is enough

// Programs have macros of these names, which the standard library's headers do not survive either.
#pragma push_macro("log")
#pragma push_macro("error")
#pragma push_macro("warning")
#pragma push_macro("info")
#pragma push_macro("debug")
#pragma push_macro("min")
#pragma push_macro("max")
#undef log
#undef error
#undef warning
#undef info
#undef debug
#undef min
#undef max

#include "podsix.h"

#include <array>
#include <atomic>
#include <cassert>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <exception>
#include <functional>
#include <initializer_list>
#include <iterator>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

// libstdc++ has no std::mutex on systems that have half of what C++'s threads need: MinGW's win32
// variant before GCC 13.
#if defined(__GLIBCXX__) && !defined(_GLIBCXX_HAS_GTHREADS)
#include <ext/concurrence.h>
#endif

#if defined(__cpp_exceptions) || defined(_CPPUNWIND)
#define PODSIX_HAS_EXCEPTIONS 1
#include <stdexcept>
#else
#define PODSIX_HAS_EXCEPTIONS 0
#endif

// Where assert is at work, a Value knows its event, and stops the program that uses it afterwards.
// A program may have files of both kinds. What has another layout or calls what has, and is not told
// apart by its parameters, has a name of its own there, so that linkers do not mix up the two.
#ifdef NDEBUG
#define PODSIX_CHECKED 0
#else
#define PODSIX_CHECKED 1
#endif
#if defined(_MSC_VER)
#define PODSIX_CHECKED_NAME
#if PODSIX_CHECKED
#pragma detect_mismatch("podsix.hpp with NDEBUG", "no")
#else
#pragma detect_mismatch("podsix.hpp with NDEBUG", "yes")
#endif
#elif PODSIX_CHECKED
#define PODSIX_CHECKED_NAME [[gnu::abi_tag("checked")]]
#else
#define PODSIX_CHECKED_NAME
#endif

namespace podsix {

// ---- Numbers ------------------------------------------------------------------------------------
// A newer library may give numbers that have no name here.

/// What became of a call.
enum class Code : std::int32_t {
    ok = PODSIX_OK,
    bad_argument = PODSIX_ERR_BAD_ARGUMENT,         ///< out of range, unknown, or an empty Host
    bad_config = PODSIX_ERR_BAD_CONFIG,             ///< a setting out of range or contradictory
    bad_address = PODSIX_ERR_BAD_ADDRESS,           ///< cannot be read, or cannot be used here
    bad_message = PODSIX_ERR_BAD_MESSAGE,           ///< unbalanced, empty, or no MessagePack
    bad_json = PODSIX_ERR_BAD_JSON,                 ///< text that is not JSON
    bad_utf8 = PODSIX_ERR_BAD_UTF8,                 ///< text that is not UTF-8
    too_large = PODSIX_ERR_TOO_LARGE,               ///< beyond max_message, here or there
    too_deep = PODSIX_ERR_TOO_DEEP,                 ///< beyond max_depth
    too_many_values = PODSIX_ERR_TOO_MANY_VALUES,   ///< beyond max_values
    would_block = PODSIX_ERR_WOULD_BLOCK,           ///< out-buffer full: wait for writable
    memory = PODSIX_ERR_MEMORY,                     ///< memory_budget is used up; nothing was taken
    unknown_peer = PODSIX_ERR_UNKNOWN_PEER,         ///< never there, gone, or of another host
    not_connected = PODSIX_ERR_NOT_CONNECTED,       ///< not accepted yet, or being closed
    not_requested = PODSIX_ERR_NOT_REQUESTED,       ///< accept or refuse for who has not asked
    unknown_listener = PODSIX_ERR_UNKNOWN_LISTENER, ///< nothing listens under this id
    too_many_peers = PODSIX_ERR_TOO_MANY_PEERS,     ///< the host has max_peers already
    busy = PODSIX_ERR_BUSY,                         ///< already inside a call that one may be in
    panic = PODSIX_ERR_PANIC,                       ///< a mistake of the library: end this host
    timeout = PODSIX_ERR_TIMEOUT,                   ///< a flush or close was too slow
    os = PODSIX_ERR_OS,                             ///< the system refused; the words name it
    wrong_type = PODSIX_ERR_WRONG_TYPE,             ///< a strict read of a value of another type
    out_of_range = PODSIX_ERR_OUT_OF_RANGE,         ///< a strict read of a number that does not fit
    unsendable = PODSIX_ERR_UNSENDABLE,             ///< has no form in what the peer speaks
    terminator = PODSIX_ERR_TERMINATOR,             ///< holds what ends messages of PodSixNet
    forked = PODSIX_ERR_FORKED,                     ///< a forked child's call on its parent's host
    closing = PODSIX_ERR_CLOSING,                   ///< close was called: nothing new begins
};

/// Why a connection ended, or was never made.
enum class Reason : std::int32_t {
    none = PODSIX_REASON_NONE,                           ///< the event is about no end
    closed = PODSIX_REASON_CLOSED,                       ///< by the other end's game
    local = PODSIX_REASON_LOCAL,                         ///< by this end's game
    refused = PODSIX_REASON_REFUSED,                     ///< by the listening end's game
    lost = PODSIX_REASON_LOST,                           ///< it broke, or did not close in time
    timeout = PODSIX_REASON_TIMEOUT,                     ///< the other end was silent too long
    protocol = PODSIX_REASON_PROTOCOL,                   ///< what came was no frame or no value
    too_large = PODSIX_REASON_TOO_LARGE,                 ///< what came was beyond max_message
    slow_peer = PODSIX_REASON_SLOW_PEER,                 ///< too much waited for it, or for too long
    memory = PODSIX_REASON_MEMORY,                       ///< it held most of what was used up
    full = PODSIX_REASON_FULL,                           ///< the other end takes no more peers
    handshake_timeout = PODSIX_REASON_HANDSHAKE_TIMEOUT, ///< the greeting took too long
    approval_timeout = PODSIX_REASON_APPROVAL_TIMEOUT,   ///< the other end's game did not answer
    connect_timeout = PODSIX_REASON_CONNECT_TIMEOUT,     ///< look-up and connecting took too long
    unresolved = PODSIX_REASON_UNRESOLVED,               ///< the name could not be looked up
    unreachable = PODSIX_REASON_UNREACHABLE,             ///< none of its addresses answered
    version = PODSIX_REASON_VERSION,                     ///< another version of the protocol
    wrong_protocol = PODSIX_REASON_WRONG_PROTOCOL,       ///< the other end speaks something else
    shutdown = PODSIX_REASON_SHUTDOWN,                   ///< the other end's host has ended
};

/// What an event tells.
enum class EventKind : std::int32_t {
    connected = PODSIX_EVENT_CONNECTED,       ///< it is open; message: the reply, or the hello
    request = PODSIX_EVENT_REQUEST,           ///< accept it or refuse it; message: the hello
    message = PODSIX_EVENT_MESSAGE,           ///< a message
    disconnected = PODSIX_EVENT_DISCONNECTED, ///< the peer's last event; reason, code, text
    error = PODSIX_EVENT_ERROR,               ///< a connect failed, or what listens (peer 0);
                                              ///< or closed before connected was taken
    writable = PODSIX_EVENT_WRITABLE,         ///< after Code::would_block: half of it has drained
    stalled = PODSIX_EVENT_STALLED,           ///< the other end's game has not polled for code ms
    resumed = PODSIX_EVENT_RESUMED,           ///< it polls again
};

/// Who connected to whom.
enum class Direction : std::uint32_t {
    none = PODSIX_DIRECTION_NONE,
    inbound = PODSIX_DIRECTION_INBOUND,
    outbound = PODSIX_DIRECTION_OUTBOUND,
};

/// What a value is.
enum class Type : std::int32_t {
    none = PODSIX_TYPE_NONE, ///< nothing is there
    null = PODSIX_TYPE_NIL,  ///< nil is a macro elsewhere
    boolean = PODSIX_TYPE_BOOL,
    integer = PODSIX_TYPE_INT,           ///< an integer that an int64_t holds
    unsigned_integer = PODSIX_TYPE_UINT, ///< a larger one that a uint64_t holds
    real = PODSIX_TYPE_DOUBLE,
    string = PODSIX_TYPE_STRING,
    bytes = PODSIX_TYPE_BYTES,
    list = PODSIX_TYPE_LIST, ///< a tuple, too
    map = PODSIX_TYPE_MAP,
    extension = PODSIX_TYPE_EXTENSION, ///< an integer beyond 64 bits is one of type 1
};

/// Who does a host's input and output.
enum class Mode : std::uint32_t {
    threaded = PODSIX_MODE_THREADED, ///< a thread of its own
    inlined = PODSIX_MODE_INLINE,    ///< whoever polls, waits, flushes or sends
};

/// When what an inline host sends leaves.
enum class SendMode : std::uint32_t {
    at_once = PODSIX_SEND_AT_ONCE,   ///< and together while a batch of events is walked through
    gathered = PODSIX_SEND_GATHERED, ///< with the next poll, wait or flush
};

/// How bad a log record is.
enum class LogLevel : std::int32_t {
    error = PODSIX_LOG_ERROR,
    warning = PODSIX_LOG_WARNING,
    info = PODSIX_LOG_INFO,
    debug = PODSIX_LOG_DEBUG,
};

/// The constants' names in C, such as "PODSIX_ERR_WOULD_BLOCK".
[[nodiscard]] inline const char* name(Code code) noexcept {
    return podsix_error_name(static_cast<std::int32_t>(code));
}
[[nodiscard]] inline const char* name(Reason reason) noexcept {
    return podsix_reason_name(static_cast<std::int32_t>(reason));
}
[[nodiscard]] inline const char* name(EventKind kind) noexcept {
    return podsix_event_name(static_cast<std::int32_t>(kind));
}

/// The release of the library that is running: major << 16 | minor << 8 | patch, and as text.
[[nodiscard]] inline std::uint32_t version() noexcept { return podsix_version(); }
[[nodiscard]] inline const char* version_text() noexcept { return podsix_version_string(); }

/// Whether the library that is running has the ABI this was compiled for. A Host looks by itself.
[[nodiscard]] inline bool abi_matches() noexcept {
    return podsix_abi_version() == PODSIX_ABI_VERSION;
}

/// The other end of a connection; never used twice, and 0 is nobody.
using PeerId = std::uint64_t;
/// One address that is listened on; 0 is none.
using ListeningId = std::uint32_t;

// ---- Results ------------------------------------------------------------------------------------

namespace detail {

/// The whole of a text that a copy function copies.
template <class Copy> std::string copied(Copy copy) {
    char brief[256];
    const std::int32_t len = copy(brief, sizeof brief);
    if (len <= 0)
        return {};
    if (static_cast<std::size_t>(len) < sizeof brief)
        return std::string(brief, static_cast<std::size_t>(len));
    std::string text(static_cast<std::size_t>(len), '\0');
    const std::int32_t now = copy(&text[0], text.size() + 1);
    if (now != len) // what it tells of has changed meanwhile
        text.resize(std::strlen(text.c_str()));
    return text;
}

inline std::string words(const podsix_host* host) {
    return copied(
        [host](char* buf, std::size_t cap) { return podsix_host_copy_error(host, buf, cap); });
}

/// What a code says where no host has words for it.
inline const char* words(Code code) noexcept {
    if (code == Code::bad_argument)
        return "there is no host: it was moved from, or could not be made, and error() says why";
    if (code == Code::bad_message)
        return "the message is not finished; its error() says what is missing";
    if (code == Code::busy)
        return "events are being taken: by another thread, or by what called this callable";
    if (code == Code::wrong_type)
        return "there is no value, or one of another type";
    if (code == Code::out_of_range)
        return "the number does not fit";
    return name(code);
}

inline podsix_key key(std::string_view text) noexcept { return {text.data(), text.size()}; }

struct FreeHost {
    void operator()(podsix_host* host) const noexcept { podsix_host_free(host); }
};
struct FreeMessage {
    bool owned = true;
    void operator()(podsix_message* message) const noexcept {
        if (owned)
            podsix_message_free(message);
    }
};

} // namespace detail

#if PODSIX_HAS_EXCEPTIONS
/// What or_throw() throws: a code, and words for the developer in what().
class Error : public std::runtime_error {
public:
    Error(Code code, const std::string& words) : std::runtime_error(words), code_(code) {}
    [[nodiscard]] Code code() const noexcept { return code_; }

private:
    Code code_;
};
#endif

/// Success, with a T if there is something to give, or a code.
template <class T = void> class Result;

template <> class [[nodiscard]] Result<void> {
public:
    /// host: whose words there are, as long as it lives; null if it has none. words: a literal, for
    /// what no host has words for.
    Result(std::int32_t result, const podsix_host* host) noexcept : result_(result), words_(host) {}
    Result(std::int32_t result, std::nullptr_t, const char* words) noexcept
        : result_(result), literal_(true), words_(words) {}

    explicit operator bool() const noexcept { return result_ >= 0; }
    [[nodiscard]] Code code() const noexcept {
        return static_cast<Code>(result_ < 0 ? result_ : PODSIX_OK);
    }

    /// The failure in plain words; ask before the next call on the host fails.
    [[nodiscard]] std::string words() const {
        if (*this)
            return {};
        if (literal_)
            return static_cast<const char*>(words_);
        std::string words = detail::words(static_cast<const podsix_host*>(words_));
        return words.empty() ? detail::words(code()) : words;
    }

    /// The same, but that a peer has gone is no failure: its EventKind::disconnected tells. Nor is
    /// that the host is being closed, after which all go.
    [[nodiscard]] Result unless_gone() const noexcept {
        const bool gone = code() == Code::not_connected || code() == Code::unknown_peer ||
                          code() == Code::closing;
        return gone ? Result(PODSIX_OK, nullptr) : *this;
    }

#if PODSIX_HAS_EXCEPTIONS
    void or_throw() const {
        if (!*this)
            throw Error(code(), words());
    }
#endif

private:
    std::int32_t result_;
    bool literal_ = false;
    const void* words_; // a literal, or the host that has them
};

template <class T> class [[nodiscard]] Result : public Result<void> {
public:
    Result(std::int32_t result, const podsix_host* host, T value)
        : Result<void>(result, host), value_(std::move(value)) {}

    /// What there is; a T() after a failure.
    [[nodiscard]] T& operator*() & noexcept { return value_; }
    [[nodiscard]] const T& operator*() const& noexcept { return value_; }
    [[nodiscard]] T&& operator*() && noexcept { return std::move(value_); }
    [[nodiscard]] T* operator->() noexcept { return &value_; }
    [[nodiscard]] const T* operator->() const noexcept { return &value_; }
    [[nodiscard]] T value_or(T fallback) const& { return *this ? value_ : std::move(fallback); }
    [[nodiscard]] T value_or(T fallback) && {
        return *this ? std::move(value_) : std::move(fallback);
    }

#if PODSIX_HAS_EXCEPTIONS
    T or_throw() && {
        Result<void>::or_throw();
        return std::move(value_);
    }
    const T& or_throw() const& {
        Result<void>::or_throw();
        return value_;
    }
#endif

private:
    T value_;
};

// ---- Reading values -----------------------------------------------------------------------------

namespace detail {

template <class> inline constexpr bool never = false;
template <class T>
inline constexpr bool is_character = std::is_same_v<T, char> || std::is_same_v<T, wchar_t> ||
                                     std::is_same_v<T, char16_t> || std::is_same_v<T, char32_t>;
#ifdef __cpp_char8_t
template <> inline constexpr bool is_character<char8_t> = true;
#endif
template <class T>
inline constexpr bool is_integer =
    std::is_integral_v<T> && !std::is_same_v<T, bool> && !is_character<T>;
template <class T>
inline constexpr bool is_text = std::is_convertible_v<const T&, std::string_view>;

/// The integer that an enum is; one of characters is of numbers all the same.
template <class Enum> constexpr auto number(Enum value) noexcept {
    using Under = std::underlying_type_t<Enum>;
    if constexpr (is_character<Under>)
        return static_cast<std::conditional_t<std::is_signed_v<Under>, std::int64_t, std::uint64_t>>(
            value);
    else
        return static_cast<Under>(value);
}

/// Whether a float or double holds a number, if not exactly. Infinities and NaN it does.
template <class Real> constexpr bool fits(double number) noexcept {
    const double size = number < 0 ? -number : number;
    return !(size > static_cast<double>((std::numeric_limits<Real>::max)())) ||
           size > (std::numeric_limits<double>::max)();
}

/// Whether an unsigned integer is beyond what an int64_t holds.
template <class Int> constexpr bool is_beyond_int(Int value) noexcept {
    if constexpr (std::is_unsigned_v<Int>)
        return value > static_cast<std::uint64_t>((std::numeric_limits<std::int64_t>::max)());
    else
        return static_cast<void>(value), false;
}

/// Which event of a host it is the turn of. A Value may look at it when its host has ended: so it is
/// never freed, but taken by a later host, and counts on from where it is.
struct Turn {
    std::atomic<std::uint64_t> event{0};
    std::atomic<bool> taken{true};
    Turn* next = nullptr;

    /// Makes it the turn of the next event, whose number it gives. One thread at a time does.
    std::uint64_t advance() noexcept {
        const std::uint64_t now = event.load(std::memory_order_relaxed) + 1;
        event.store(now, std::memory_order_relaxed);
        return now;
    }

    static Turn* take() {
        static std::atomic<Turn*> all{nullptr};
        for (Turn* turn = all.load(); turn != nullptr; turn = turn->next)
            if (!turn->taken.exchange(true))
                return turn;
        Turn* const turn = new Turn;
        turn->next = all.load();
        while (!all.compare_exchange_weak(turn->next, turn)) {
        }
        return turn;
    }
};

/// The event that a value came with; none for the values of a Message.
struct Born {
    const Turn* turn = nullptr;
    std::uint64_t event = 0;
    [[nodiscard]] bool is_over() const noexcept {
        return turn != nullptr && turn->event.load(std::memory_order_relaxed) != event;
    }
};

} // namespace detail

/// Bytes that somebody else owns.
struct Bytes {
    const std::uint8_t* data = nullptr;
    std::size_t size = 0;

    [[nodiscard]] const std::uint8_t* begin() const noexcept { return data; }
    [[nodiscard]] const std::uint8_t* end() const noexcept { return data + size; }
};

/// A value of a received message: an address, to be passed by value. Every function takes every
/// value there is; what is not there is of Type::none, so that look-ups can be chained. Used after
/// its event, it stops the program where assert does (no NDEBUG); elsewhere anything may happen.
class PODSIX_CHECKED_NAME Value {
    template <class T>
    using IfPlain = std::enable_if_t<std::is_arithmetic_v<T> || std::is_enum_v<T> ||
                                     std::is_null_pointer_v<T> || detail::is_text<T>>;

public:
    class Iterator;
    struct Entry;
    class Entries;
    struct End {};

    Value() noexcept = default;
    explicit Value(const podsix_value* value) noexcept : value_(value) {}

    [[nodiscard]] Type type() const noexcept {
        return static_cast<Type>(podsix_value_type(get()));
    }
    [[nodiscard]] bool exists() const noexcept { return type() != Type::none; }
    [[nodiscard]] bool is_tuple() const noexcept { return podsix_value_is_tuple(get()) != 0; }

    /// The value at a key of a map. Of equal keys the first counts.
    [[nodiscard]] Value operator[](std::string_view key) const noexcept {
        return with(podsix_value_find(get(), key.data(), key.size()));
    }
    /// The element of a list, which is counted from its beginning, so that a range-for is the way
    /// through it; of a map the value at a key that is an integer, or an enum.
    template <class Int, class = std::enable_if_t<detail::is_integer<Int> || std::is_enum_v<Int>>>
    [[nodiscard]] Value operator[](Int at) const noexcept {
        if (type() == Type::map)
            return find(at);
        return with(podsix_value_at(get(), static_cast<std::size_t>(at)));
    }
    /// The value at a key of a map that is an integer, or an enum.
    template <class Int, class = std::enable_if_t<detail::is_integer<Int> || std::is_enum_v<Int>>>
    [[nodiscard]] Value find(Int key) const noexcept;
    /// The values at many keys in one pass, the quickest way to read a message:
    /// `auto [x, y] = event.message().fields("x", "y");`
    template <class... Keys>
    [[nodiscard]] std::array<Value, sizeof...(Keys)> fields(const Keys&... keys) const noexcept;

    /// The number of elements of a list or entries of a map; 0 for everything else.
    [[nodiscard]] std::size_t size() const noexcept { return podsix_value_count(get()); }
    /// The elements of a list, or the values of a map.
    [[nodiscard]] Iterator begin() const noexcept;
    [[nodiscard]] End end() const noexcept { return {}; }
    /// The entries of a map: `for (auto [key, value] : map.entries())`
    [[nodiscard]] Entries entries() const noexcept;

    /// What it is, or the fallback. A number may be of any type that holds it exactly; as_double
    /// takes the nearest one.
    [[nodiscard]] bool as_bool(bool fallback = false) const noexcept {
        return podsix_value_as_bool(get(), fallback) != 0;
    }
    [[nodiscard]] std::int64_t as_int(std::int64_t fallback = 0) const noexcept {
        return podsix_value_as_int(get(), fallback);
    }
    [[nodiscard]] std::uint64_t as_uint(std::uint64_t fallback = 0) const noexcept {
        return podsix_value_as_uint(get(), fallback);
    }
    [[nodiscard]] double as_double(double fallback = 0) const noexcept {
        return podsix_value_as_double(get(), fallback);
    }
    /// The nearest one, too; the fallback for what is beyond all floats.
    [[nodiscard]] float as_float(float fallback = 0) const noexcept;
    [[nodiscard]] std::string_view as_string(std::string_view fallback = {}) const noexcept {
        const char* data = nullptr;
        std::size_t len = 0;
        const bool is = podsix_value_get_string(get(), &data, &len) == PODSIX_OK;
        return is ? std::string_view(data, len) : fallback;
    }
    /// The bytes of bytes, a string or an extension.
    [[nodiscard]] Bytes as_bytes(Bytes fallback = {}) const noexcept {
        Bytes bytes;
        const bool are = podsix_value_get_bytes(get(), &bytes.data, &bytes.size) == PODSIX_OK;
        return are ? bytes : fallback;
    }

    /// A T, strictly: no other type, no number that does not fit. T is bool, an integer, float or
    /// double, an enum (any number of its type, whether that has a name or not), a char (a text of
    /// one), text, Bytes, a container of those, a std::tuple or pair of them (a list of as many), an
    /// optional, unique_ptr or shared_ptr (empty for what is missing or nil), or a type with a
    /// podsix_fields or podsix_read of its own. Views live as long as the message.
    template <class T> [[nodiscard]] Result<T> read() const;
    template <class T> [[nodiscard]] T read_or(T fallback) const;

    /// The type of an extension, -128 to 127: 1 is an integer beyond 64 bits.
    [[nodiscard]] Result<std::int32_t> extension_type() const noexcept {
        std::int32_t type = 0;
        const std::int32_t result = podsix_value_get_ext_type(get(), &type);
        return {result, nullptr, type};
    }
    /// Its MessagePack, to be kept, or sent as MessagePack; empty for what is not there.
    [[nodiscard]] Bytes messagepack() const noexcept {
        Bytes bytes;
        podsix_value_get_span(get(), &bytes.data, &bytes.size);
        return bytes;
    }
    /// As podsix::printable shows text: a string's characters, and the JSON of everything else; empty
    /// if nothing is there.
    [[nodiscard]] std::string printable(std::size_t most) const {
        return detail::copied([value = get(), most](char* buf, std::size_t cap) {
            return podsix_value_copy_printable(value, most, buf, cap);
        });
    }
    /// As JSON; of what somebody else sent, printable is for showing.
    [[nodiscard]] std::string json() const {
        return detail::copied([value = get()](char* buf, std::size_t cap) {
            return podsix_value_copy_json(value, buf, cap);
        });
    }

    /// Equal with all that is in them; 3 is not 3.0, and entries must be in the same order.
    [[nodiscard]] friend bool operator==(Value a, Value b) noexcept {
        return podsix_value_equals(a.get(), b.get()) != 0;
    }
    [[nodiscard]] friend bool operator!=(Value a, Value b) noexcept { return !(a == b); }

    /// Whether it is this text, number (as as_... reads it: 3.0 is 3), enum, truth or nullptr.
    template <class T> [[nodiscard]] bool is(const T& what) const noexcept;
    template <class T, class = IfPlain<T>>
    [[nodiscard]] friend bool operator==(Value a, const T& b) noexcept {
        return a.is(b);
    }
    template <class T, class = IfPlain<T>>
    [[nodiscard]] friend bool operator!=(Value a, const T& b) noexcept {
        return !a.is(b);
    }
    template <class T, class = IfPlain<T>>
    [[nodiscard]] friend bool operator==(const T& a, Value b) noexcept {
        return b.is(a);
    }
    template <class T, class = IfPlain<T>>
    [[nodiscard]] friend bool operator!=(const T& a, Value b) noexcept {
        return !b.is(a);
    }

    [[nodiscard]] const podsix_value* get() const noexcept {
#if PODSIX_CHECKED
        assert(!born_.is_over() && "podsix: a Value was used after its event; copy what is kept");
#endif
        return value_;
    }

private:
    friend class Event;
    Value(const podsix_value* value, [[maybe_unused]] const detail::Born& born) noexcept
        : value_(value) {
#if PODSIX_CHECKED
        born_ = born;
#endif
    }
    /// Another value of the same event.
    [[nodiscard]] Value with(const podsix_value* value) const noexcept {
        Value other = *this;
        other.value_ = value;
        return other;
    }

    const podsix_value* value_ = nullptr;
#if PODSIX_CHECKED
    detail::Born born_;
#endif
};

struct Value::Entry {
    Value key, value;
};

class Value::Iterator {
public:
    explicit Iterator(Value container) noexcept : container_(container) { ++*this; }
    [[nodiscard]] Value operator*() const noexcept { return container_.with(value_); }
    Iterator& operator++() noexcept {
        there_ = podsix_value_next(container_.get(), &iter_, nullptr, &value_) > 0;
        return *this;
    }
    [[nodiscard]] friend bool operator!=(const Iterator& at, End) noexcept { return at.there_; }

private:
    Value container_;
    podsix_iter iter_ = {};
    const podsix_value* value_ = nullptr;
    bool there_ = false;
};

class Value::Entries {
public:
    class Iterator {
    public:
        explicit Iterator(Value container) noexcept : container_(container) { ++*this; }
        [[nodiscard]] Entry operator*() const noexcept {
            return {container_.with(key_), container_.with(value_)};
        }
        Iterator& operator++() noexcept {
            there_ = podsix_value_next(container_.get(), &iter_, &key_, &value_) > 0;
            return *this;
        }
        [[nodiscard]] friend bool operator!=(const Iterator& at, End) noexcept { return at.there_; }

    private:
        Value container_;
        podsix_iter iter_ = {};
        const podsix_value *key_ = nullptr, *value_ = nullptr;
        bool there_ = false;
    };

    explicit Entries(Value container) noexcept : container_(container) {}
    [[nodiscard]] Iterator begin() const noexcept { return Iterator(container_); }
    [[nodiscard]] End end() const noexcept { return {}; }

private:
    Value container_;
};

static_assert(std::is_trivially_copyable_v<Value> &&
              (PODSIX_CHECKED || sizeof(Value) == sizeof(const podsix_value*)));

inline Value::Iterator Value::begin() const noexcept { return Iterator(*this); }
inline Value::Entries Value::entries() const noexcept { return Entries(*this); }

inline float Value::as_float(float fallback) const noexcept {
    const double real = as_double(static_cast<double>(fallback));
    return detail::fits<float>(real) ? static_cast<float>(real) : fallback;
}

template <class Int, class> Value Value::find(Int key) const noexcept {
    if constexpr (std::is_enum_v<Int>)
        return find(detail::number(key));
    else if (!detail::is_beyond_int(key))
        return with(podsix_value_find_int(get(), static_cast<std::int64_t>(key)));
    else {
        for (const auto [name, value] : entries())
            if (name.type() == Type::unsigned_integer && name.is(key))
                return value;
        return Value();
    }
}

template <class T> bool Value::is(const T& what) const noexcept {
    if constexpr (std::is_enum_v<T>) {
        return is(detail::number(what));
    } else if constexpr (std::is_null_pointer_v<T>) {
        return type() == Type::null;
    } else if constexpr (std::is_same_v<T, bool>) {
        return type() == Type::boolean && as_bool() == what;
    } else if constexpr (std::is_same_v<T, char>) {
        return type() == Type::string && as_string() == std::string_view(&what, 1);
    } else if constexpr (detail::is_integer<T> && std::is_signed_v<T>) {
        const std::int64_t whole = what;
        return as_int(~whole) == whole;
    } else if constexpr (detail::is_integer<T>) {
        const std::uint64_t whole = what;
        return as_uint(~whole) == whole;
    } else if constexpr (std::is_floating_point_v<T>) {
        const double real = as_double(std::numeric_limits<double>::quiet_NaN());
        const double wanted = static_cast<double>(what);
        return real <= wanted && real >= wanted;
    } else if constexpr (detail::is_text<T>) {
        if constexpr (std::is_pointer_v<T>)
            if (what == nullptr) // of getenv, say
                return false;
        return type() == Type::string && as_string() == std::string_view(what);
    } else {
        static_assert(detail::never<T>, "podsix compares values with texts, numbers, enums, truths "
                                        "and nullptr; read<T>() gives a T");
    }
}

template <class... Keys>
std::array<Value, sizeof...(Keys)> Value::fields(const Keys&... keys) const noexcept {
    const podsix_key wanted[] = {detail::key(keys)...};
    const podsix_value* found[sizeof...(Keys)];
    podsix_value_fields(get(), wanted, sizeof...(Keys), found);
    std::array<Value, sizeof...(Keys)> values;
    for (std::size_t at = 0; at < values.size(); ++at)
        values[at] = with(found[at]);
    return values;
}

/// Text that somebody else wrote as it may be shown in a terminal, a log or a window: one line of at
/// most `most` characters (code points), without anything that a terminal obeys or that turns the
/// direction of writing round. An event's text needs no such care; its action does.
[[nodiscard]] inline std::string printable(std::string_view text, std::size_t most) {
    return detail::copied([text, most](char* buf, std::size_t cap) {
        return podsix_text_copy_printable(text.data(), text.size(), most, buf, cap);
    });
}

// ---- Building messages --------------------------------------------------------------------------

class Message;
struct Field;
struct List;
struct Tuple;
struct Map;

/// The key of a map's entry: text.
class Key {
public:
    /// None: in a list, as the message itself, or where the key was set before.
    Key() noexcept = default;
    template <class Text,
              class = std::enable_if_t<std::is_convertible_v<const Text&, std::string_view> &&
                                       !std::is_same_v<Text, std::nullptr_t>>>
    Key(const Text& text) noexcept {
        if constexpr (std::is_convertible_v<const Text&, const char*>) {
            text_ = text;
            // The compiler knows this of a literal.
            if constexpr (sizeof(Text) == sizeof "action" && std::is_array_v<Text>)
                len_ = std::strcmp(text, "action") == 0 ? action : nul;
        } else {
            const std::string_view view = text;
            text_ = view.data();
            len_ = view.size();
        }
    }

    /// The key argument of the C functions: a text that ends with a NUL, or NULL once any other was
    /// set.
    [[nodiscard]] const char* give(podsix_message* message) const noexcept {
        if (len_ >= action)
            return text_;
        podsix_message_set_key(message, text_, len_);
        return nullptr;
    }
    /// Whether this is the literal "action".
    [[nodiscard]] bool is_action() const noexcept { return len_ == action; }

private:
    // Lengths that no text has: of one that ends with a NUL, and of the literal "action".
    static constexpr std::size_t nul = PODSIX_NUL, action = PODSIX_NUL - 1;

    const char* text_ = nullptr;
    std::size_t len_ = nul;
};

/// Anything that can be written into a message, where it stands in the source: a number, text,
/// nullptr, braces, a container, a received Value, a Message, a type with a podsix_fields or
/// podsix_write of its own. Braces around pairs of a text and something are a map, other braces a
/// list, and {} is the empty map; Map{}, List{} and Tuple{} say which.
///
/// It points to what it was made of and must not outlive the statement: give it no name.
class Data {
public:
    template <class T> struct Itself { using type = T; };

    template <class T> Data(const T& what) noexcept : write_(write<T>), what_(&what) {}
    Data(const char* text) noexcept : write_(write_text), what_(text) {}
    Data(List&) = delete; // whose braces have ended: give them no name
    Data(Tuple&) = delete;
    Data(Map&) = delete;
    Data(const std::initializer_list<Field>& map) noexcept
        : write_(write<std::initializer_list<Field>>), what_(&map) {}
    // A template gives way where braces could be both.
    template <class Same = Data>
    Data(const std::initializer_list<typename Itself<Same>::type>& list) noexcept
        : write_(write<std::initializer_list<Data>>), what_(&list) {}

    void write_to(Message& message, const char* key) const { write_(message, key, what_); }

    [[nodiscard]] const char* text() const noexcept {
        return write_ == write_text ? static_cast<const char*>(what_) : nullptr;
    }

private:
    friend struct Field;
    Data(const Data&) noexcept = default;

    template <class T> static void write(Message& message, const char* key, const void* what);
    static void write_text(Message& message, const char* key, const void* text);

    void (*write_)(Message& message, const char* key, const void* what);
    const void* what_;
};

/// One entry of a map between braces: {"x", 3}.
struct Field {
    Field(Key key_, const Data& value_) noexcept : key(key_), value(value_) {}

    Key key;
    Data value;
};

/// Braces that say what they are. As Data they must not outlive the statement.
struct List {
    List(std::initializer_list<Data> items_) noexcept : items(items_) {}
    std::initializer_list<Data> items;
};
struct Tuple {
    Tuple(std::initializer_list<Data> items_) noexcept : items(items_) {}
    std::initializer_list<Data> items;
};
struct Map {
    Map(std::initializer_list<Field> fields_) noexcept : fields(fields_) {}
    std::initializer_list<Field> fields;
};

/// A MessagePack extension of a game's own type, -128 to 127.
struct Extension {
    std::int32_t type = 0;
    Bytes bytes;
};
/// An integer of any size, by its decimal digits.
struct BigInteger {
    std::string_view decimal;
};
/// The value that a JSON text stands for.
struct Json {
    std::string_view text;
};
/// Exactly one value that is MessagePack already.
struct MessagePack {
    Bytes bytes;
};

/// A message being built, to be kept and used again: it keeps its memory. The first mistake sticks
/// until begin or clear, and is what sending then answers.
class Message {
public:
    Message() : message_(podsix_message_new()) {}
    /// Somebody else's, which stays theirs.
    explicit Message(podsix_message* borrowed) noexcept : message_(borrowed, {false}) {}

    /// Begins a map with the key "action", which nothing needs to close.
    Message& begin(const char* action) noexcept {
        podsix_message_begin(get(), action);
        return *this;
    }
    /// Empties it, for one value of any kind.
    Message& clear() noexcept {
        podsix_message_clear(get());
        return *this;
    }
    /// Becomes what a JSON text stands for.
    Message& from_json(std::string_view json) noexcept {
        podsix_message_from_json(get(), json.data(), json.size());
        return *this;
    }

    /// Adds a value under a key: anything a Data can be.
    template <class T> Message& set(Key key, const T& value);
    Message& set(Key key, Data&& value) {
        value.write_to(*this, key.give(get()));
        return *this;
    }
    /// Adds a value to a list, under the key that was set before, or as the message itself.
    template <class T> Message& add(const T& value) { return set(Key(), value); }
    Message& add(Data&& value) { return set(Key(), std::move(value)); }

    /// Sets the key of the next value: text, a number, an enum, a Tuple of keys, as the cells of a grid
    /// are, or anything else that a Data can be but a list or map.
    template <class T> Message& key(const T& key);
    Message& key(const Tuple& key) { return this->key<Tuple>(key); }

    /// Opens a container, into which everything goes until close. Tuples are lists but to Python.
    Message& open_list(Key key = {}) noexcept {
        podsix_message_open_list(get(), key.give(get()));
        return *this;
    }
    Message& open_map(Key key = {}) noexcept {
        podsix_message_open_map(get(), key.give(get()));
        return *this;
    }
    Message& open_tuple(Key key = {}) noexcept {
        podsix_message_open_tuple(get(), key.give(get()));
        return *this;
    }
    Message& close() noexcept {
        podsix_message_close(get());
        return *this;
    }

    /// The words of the first mistake, or of what is missing before it can be sent; empty if
    /// nothing is.
    [[nodiscard]] std::string error() const {
        return detail::copied([this](char* buf, std::size_t cap) {
            return podsix_message_copy_error(get(), buf, cap);
        });
    }
    /// The finished message's MessagePack, until it is changed.
    [[nodiscard]] Result<Bytes> messagepack() const noexcept {
        Bytes bytes;
        const std::int32_t result = podsix_message_get_span(get(), &bytes.data, &bytes.size);
        return {result, nullptr, bytes};
    }

    /// The value it holds, until it is changed; one that is not there before it is finished. So a
    /// received value can be kept: `kept.clear().add(value)`, and later `kept.value()`.
    [[nodiscard]] Value value() const noexcept { return Value(podsix_message_get_value(get())); }

    [[nodiscard]] podsix_message* get() const noexcept { return message_.get(); }

private:
    std::unique_ptr<podsix_message, detail::FreeMessage> message_;
};

// ---- Types of C++ as values ---------------------------------------------------------------------
//
// A game's own type takes part by a function beside it, for both directions:
//
//     struct Place { float x, y; };
//     template <class Each> void podsix_fields(Each& each, Place& place) {
//         each("x", place.x);
//         each("y", place.y);
//     }
//
// or, where it is no map with fixed keys, by two:
//
//     void podsix_write(podsix::Message& message, const Colour& colour); // adds one value
//     bool podsix_read(podsix::Value value, Colour& colour); // false: the value is no Colour

namespace detail {

template <class T> std::int32_t take(Value value, T& out);

struct FieldWriter {
    Message& message;
    template <class T> void operator()(Key key, const T& value) { message.set(key, value); }
};

struct PODSIX_CHECKED_NAME FieldReader {
    Value map;
    std::int32_t result = PODSIX_OK;
    template <class T> void operator()(std::string_view key, T& out) {
        if (result == PODSIX_OK)
            result = take(map[key], out);
    }
};

template <class T>
inline constexpr bool is_byte = std::is_same_v<T, std::uint8_t> || std::is_same_v<T, std::byte>;

#define PODSIX_TRAIT(trait, ...)                                                                   \
    template <class T, class = void> inline constexpr bool trait = false;                          \
    template <class T> inline constexpr bool trait<T, std::void_t<__VA_ARGS__>> = true;
#define PODSIX_A(type) std::declval<type>()
PODSIX_TRAIT(has_fields, decltype(podsix_fields(PODSIX_A(FieldWriter&), PODSIX_A(T&))))
PODSIX_TRAIT(has_write, decltype(podsix_write(PODSIX_A(Message&), PODSIX_A(const T&))))
PODSIX_TRAIT(has_read, decltype(podsix_read(PODSIX_A(Value), PODSIX_A(T&))))
PODSIX_TRAIT(is_range, decltype(std::begin(PODSIX_A(const T&)), std::end(PODSIX_A(const T&))))
PODSIX_TRAIT(is_optional, decltype(PODSIX_A(const T&).has_value(), *PODSIX_A(const T&)))
PODSIX_TRAIT(is_growing, decltype(PODSIX_A(T&).insert(PODSIX_A(T&).end(),
                                                      PODSIX_A(typename T::value_type))))
PODSIX_TRAIT(is_map, typename T::key_type, typename T::mapped_type)
PODSIX_TRAIT(is_pair, typename T::first_type, typename T::second_type)
PODSIX_TRAIT(is_tuple, decltype(std::tuple_size<T>::value))
PODSIX_TRAIT(is_blob, decltype(PODSIX_A(const T&).data()),
             std::enable_if_t<is_byte<typename T::value_type>>)
#undef PODSIX_A
#undef PODSIX_TRAIT

/// Whether every number of an enum's underlying type is one of it: only then may T{0} be written.
template <class T, class = void> inline constexpr bool has_fixed_type = false;
template <class T> inline constexpr bool has_fixed_type<T, std::void_t<decltype(T{0})>> = true;

template <class T, std::size_t N> inline constexpr bool is_blob<T[N], void> = is_byte<T>;
template <class T> inline constexpr bool is_fixed = std::is_array_v<T>;
template <class T, std::size_t N> inline constexpr bool is_fixed<std::array<T, N>> = true;

/// A smart pointer is nil, or what it points to.
template <class T> inline constexpr bool is_owner = false;
template <class T, class Delete>
inline constexpr bool is_owner<std::unique_ptr<T, Delete>> = !std::is_array_v<T>;
template <class T> inline constexpr bool is_owner<std::shared_ptr<T>> = !std::is_array_v<T>;
template <class T>
inline constexpr bool is_made_by_new =
    std::is_same_v<T, std::unique_ptr<typename T::element_type>> ||
    std::is_same_v<T, std::shared_ptr<typename T::element_type>>;

/// A container is a map, or what holds pairs of a text and something, as between braces.
template <class T, class Item> constexpr bool is_keyed() {
    if constexpr (is_map<T>)
        return true;
    else if constexpr (is_pair<Item>)
        return is_text<std::decay_t<typename Item::first_type>>;
    else
        return false;
}

#ifdef __cpp_char8_t
template <class T>
inline constexpr bool is_text8 = std::is_convertible_v<const T&, std::u8string_view>;
#else
template <class> inline constexpr bool is_text8 = false;
#endif

inline void put_fields(Message& message, const Field* field, const Field* end) {
    for (; field != end; ++field)
        field->value.write_to(message, field->key.give(message.get()));
}

inline void put_items(Message& message, const std::initializer_list<Data>& items) {
    for (const Data& item : items)
        item.write_to(message, nullptr);
}

template <class T> void put(Message& message, const char* key, const T& value);

template <class T> void put_tuple(Message& message, const char* key, const T& tuple) {
    podsix_message_open_tuple(message.get(), key);
    std::apply([&](const auto&... item) { (put(message, nullptr, item), ...); }, tuple);
    podsix_message_close(message.get());
}

/// Sets the keys of a map, of any type that keys can have.
struct KeyWriter {
    Message& message;
    std::unique_ptr<Message> whole = nullptr; // for keys that are written as values are

    template <class T> void put(const T& key) {
        podsix_message* const m = message.get();
        if constexpr (std::is_enum_v<T>) {
            put(number(key));
        } else if constexpr (std::is_same_v<T, char>) {
            podsix_message_set_key(m, &key, 1);
        } else if constexpr (std::is_same_v<T, Value>) {
            podsix_message_set_key_value(m, key.get());
        } else if constexpr (is_text<T>) {
            const std::string_view text = key;
            podsix_message_set_key(m, text.data(), text.size());
        } else if constexpr (is_integer<T>) {
            if (is_beyond_int(key))
                put_value(key);
            else
                podsix_message_set_key_int(m, static_cast<std::int64_t>(key));
        } else {
            put_value(key);
        }
    }

private:
    template <class T> void put_value(const T& key) {
        if (!whole)
            whole = std::make_unique<Message>();
        if constexpr (is_tuple<T>)
            put_tuple(whole->clear(), nullptr, key); // an array, too, which is a list elsewhere
        else
            detail::put(whole->clear(), nullptr, key);
        podsix_message_set_key_value(message.get(), whole->value().get());
    }
};

template <class T> void put_range(Message& message, const char* key, const T& range) {
    using Item = typename std::iterator_traits<decltype(std::begin(range))>::value_type;
    static_assert(!std::is_same_v<T, Item>, "podsix cannot write this type: convert it to text");
    static_assert(!is_character<Item>, "podsix takes texts as UTF-8 in a std::string, and raw bytes "
                                       "as podsix::Bytes or a std::vector<std::uint8_t>");
    podsix_message* const m = message.get();
    if constexpr (is_keyed<T, Item>()) {
        podsix_message_open_map(m, key);
        KeyWriter keys{message};
        for (const auto& [name, item] : range) {
            keys.put(name);
            put(message, nullptr, item);
        }
    } else {
        podsix_message_open_list(m, key);
        for (auto at = std::begin(range); at != std::end(range); ++at)
            put<Item>(message, nullptr, *at);
    }
    podsix_message_close(m);
}

/// Writes a value; the key is NULL where there is none, or where it was set before.
template <class T> void put(Message& message, const char* key, const T& value) {
    podsix_message* const m = message.get();
    if constexpr (has_write<T>) {
        if (key != nullptr)
            podsix_message_set_key(m, key, PODSIX_NUL);
        podsix_write(message, value);
    } else if constexpr (has_fields<T>) {
        if (podsix_message_open_map(m, key) < 0)
            return; // too deep, as are pointers that go in a circle
        FieldWriter each{message};
        podsix_fields(each, const_cast<T&>(value)); // it is for both directions; this one reads
        podsix_message_close(m);
    } else if constexpr (std::is_same_v<T, std::nullptr_t>) {
        podsix_message_add_nil(m, key);
    } else if constexpr (std::is_enum_v<T>) {
        put(message, key, number(value));
    } else if constexpr (std::is_same_v<T, char>) {
        podsix_message_add_string(m, key, &value, 1);
    } else if constexpr (std::is_same_v<T, bool>) {
        podsix_message_add_bool(m, key, value);
    } else if constexpr (is_integer<T> && std::is_signed_v<T>) {
        podsix_message_add_int(m, key, value);
    } else if constexpr (is_integer<T>) {
        podsix_message_add_uint(m, key, value);
    } else if constexpr (std::is_same_v<T, float>) {
        podsix_message_add_float(m, key, value);
    } else if constexpr (std::is_floating_point_v<T>) {
        podsix_message_add_double(m, key, static_cast<double>(value));
    } else if constexpr (std::is_pointer_v<T> && is_text<T>) {
        podsix_message_add_string(m, key, value, PODSIX_NUL);
    } else if constexpr (is_text<T>) {
        const std::string_view text = value;
        podsix_message_add_string(m, key, text.data(), text.size());
    } else if constexpr (is_text8<T>) {
#ifdef __cpp_char8_t
        const std::u8string_view text = value;
        podsix_message_add_string(m, key, reinterpret_cast<const char*>(text.data()), text.size());
#endif
    } else if constexpr (std::is_same_v<T, Value>) {
        podsix_message_add_value(m, key, value.get());
    } else if constexpr (std::is_same_v<T, Message>) {
        const Bytes bytes = *value.messagepack(); // none if it is not finished: a mistake here too
        podsix_message_add_msgpack(m, key, bytes.data, bytes.size);
    } else if constexpr (std::is_same_v<T, std::initializer_list<Field>>) {
        podsix_message_open_map(m, key);
        put_fields(message, value.begin(), value.end());
        podsix_message_close(m);
    } else if constexpr (std::is_same_v<T, Map>) {
        put(message, key, value.fields);
    } else if constexpr (std::is_same_v<T, std::initializer_list<Data>>) {
        podsix_message_open_list(m, key);
        put_items(message, value);
        podsix_message_close(m);
    } else if constexpr (std::is_same_v<T, List>) {
        put(message, key, value.items);
    } else if constexpr (std::is_same_v<T, Tuple>) {
        podsix_message_open_tuple(m, key);
        put_items(message, value.items);
        podsix_message_close(m);
    } else if constexpr (std::is_same_v<T, Bytes>) {
        podsix_message_add_bytes(m, key, value.data, value.size);
    } else if constexpr (std::is_same_v<T, Extension>) {
        podsix_message_add_ext(m, key, value.type, value.bytes.data, value.bytes.size);
    } else if constexpr (std::is_same_v<T, BigInteger>) {
        podsix_message_add_big_int(m, key, value.decimal.data(), value.decimal.size());
    } else if constexpr (std::is_same_v<T, Json>) {
        podsix_message_add_json(m, key, value.text.data(), value.text.size());
    } else if constexpr (std::is_same_v<T, MessagePack>) {
        podsix_message_add_msgpack(m, key, value.bytes.data, value.bytes.size);
    } else if constexpr (is_blob<T>) {
        podsix_message_add_bytes(m, key, reinterpret_cast<const std::uint8_t*>(std::data(value)),
                                 std::size(value));
    } else if constexpr (is_optional<T> || is_owner<T>) {
        if (value)
            put(message, key, *value);
        else
            podsix_message_add_nil(m, key);
    } else if constexpr (is_range<T>) {
        put_range(message, key, value);
    } else if constexpr (is_tuple<T>) {
        put_tuple(message, key, value);
    } else {
        static_assert(!is_character<T>, "podsix takes texts as UTF-8 in char: convert this one");
        static_assert(never<T> || is_character<T>,
                      "podsix cannot write this type: it needs a podsix_fields or podsix_write");
    }
}

/// Reads the entries of a map; add takes each key and value.
template <class Key, class Mapped, class Add> std::int32_t take_entries(Value map, Add add) {
    if (map.type() != Type::map)
        return PODSIX_ERR_WRONG_TYPE;
    std::int32_t result = PODSIX_OK;
    for (const auto [name, item] : map.entries()) {
        Key key{};
        Mapped mapped{};
        if ((result = take(name, key)) < 0 || (result = take(item, mapped)) < 0)
            break;
        add(std::move(key), std::move(mapped));
    }
    return result;
}

/// Reads the elements of a list.
template <class T> std::int32_t take_elements(Value list, T& out) {
    if (list.type() != Type::list)
        return PODSIX_ERR_WRONG_TYPE;
    std::int32_t result = PODSIX_OK;
    if constexpr (is_fixed<T>) {
        if (list.size() != std::size(out))
            return PODSIX_ERR_WRONG_TYPE;
        auto at = std::begin(out);
        for (const Value item : list)
            if ((result = take(item, *at++)) < 0)
                break;
    } else {
        for (const Value item : list) {
            typename T::value_type element{};
            if ((result = take(item, element)) < 0)
                break;
            out.insert(out.end(), std::move(element));
        }
    }
    return result;
}

/// Reads a container whole, or says what is wrong.
template <class T> std::int32_t take_all(Value value, T& out) {
    if constexpr (is_fixed<T>) {
        return take_elements(value, out);
    } else if constexpr (is_map<T>) {
        out.clear();
        return take_entries<typename T::key_type, typename T::mapped_type>(
            value, [&](auto&& key, auto&& item) { out.emplace(std::move(key), std::move(item)); });
    } else {
        out.clear();
        using Item = typename T::value_type;
        if constexpr (is_pair<Item>)
            if (value.type() == Type::map)
                return take_entries<typename Item::first_type, typename Item::second_type>(
                    value, [&](auto&& key, auto&& item) {
                        out.insert(out.end(), Item(std::move(key), std::move(item)));
                    });
        return take_elements(value, out);
    }
}

/// Reads a list of as many items as a tuple has.
template <class T> std::int32_t take_tuple(Value value, T& out) {
    if (value.type() != Type::list || value.size() != std::tuple_size_v<T>)
        return PODSIX_ERR_WRONG_TYPE;
    std::int32_t result = PODSIX_OK;
    [[maybe_unused]] auto at = value.begin();
    const auto next = [&](auto& item) {
        result = result < 0 ? result : take(*at, item);
        ++at;
    };
    std::apply([&](auto&... item) { (next(item), ...); }, out);
    return result;
}

/// Reads a value strictly. After a failure `out` may hold a part of it.
template <class T> std::int32_t take(Value value, T& out) {
    if constexpr (has_read<T>) {
        return podsix_read(value, out) ? PODSIX_OK : PODSIX_ERR_WRONG_TYPE;
    } else if constexpr (has_fields<T>) {
        if (value.type() != Type::map)
            return PODSIX_ERR_WRONG_TYPE;
        FieldReader each{value};
        podsix_fields(each, out);
        return each.result;
    } else if constexpr (std::is_same_v<T, Value>) {
        out = value;
        return value.exists() ? PODSIX_OK : PODSIX_ERR_WRONG_TYPE;
    } else if constexpr (std::is_enum_v<T>) {
        static_assert(has_fixed_type<T>,
                      "podsix reads an enum whose numbers have a type, as in `enum Colour : int`: "
                      "others may not hold what a stranger sends");
        decltype(number(out)) whole = 0;
        const std::int32_t result = take(value, whole);
        out = static_cast<T>(whole);
        return result == PODSIX_OK && number(out) != whole ? PODSIX_ERR_OUT_OF_RANGE : result;
    } else if constexpr (std::is_same_v<T, char>) {
        const std::string_view text = value.as_string();
        out = text.size() == 1 ? text[0] : '\0';
        return text.size() == 1 ? PODSIX_OK : PODSIX_ERR_WRONG_TYPE;
    } else if constexpr (std::is_same_v<T, bool>) {
        std::int32_t truth = 0;
        const std::int32_t result = podsix_value_read_bool(value.get(), &truth);
        out = truth != 0;
        return result;
    } else if constexpr (is_integer<T>) {
        std::int32_t result;
        std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t> whole = 0;
        if constexpr (std::is_signed_v<T>)
            result = podsix_value_read_int(value.get(), &whole);
        else
            result = podsix_value_read_uint(value.get(), &whole);
        out = static_cast<T>(whole);
        return result == PODSIX_OK && out != whole ? PODSIX_ERR_OUT_OF_RANGE : result;
    } else if constexpr (std::is_floating_point_v<T>) {
        double real = 0;
        const std::int32_t result = podsix_value_read_double(value.get(), &real);
        out = fits<T>(real) ? static_cast<T>(real) : T();
        return result == PODSIX_OK && !fits<T>(real) ? PODSIX_ERR_OUT_OF_RANGE : result;
    } else if constexpr (std::is_same_v<T, Bytes>) {
        out = value.as_bytes();
        return value.type() == Type::bytes ? PODSIX_OK : PODSIX_ERR_WRONG_TYPE;
    } else if constexpr (is_blob<T>) {
        const Bytes bytes = value.as_bytes();
        if constexpr (!is_fixed<T>)
            out.resize(bytes.size);
        if (value.type() != Type::bytes || bytes.size != std::size(out))
            return PODSIX_ERR_WRONG_TYPE;
        if (bytes.size > 0)
            std::memcpy(std::data(out), bytes.data, bytes.size);
        return PODSIX_OK;
    } else if constexpr (std::is_same_v<T, Extension>) {
        out.bytes = value.as_bytes();
        return podsix_value_get_ext_type(value.get(), &out.type);
    } else if constexpr (std::is_class_v<T> && is_text<T>) {
        const std::string_view text = value.as_string();
        out = T(text.data(), text.size());
        return value.type() == Type::string ? PODSIX_OK : PODSIX_ERR_WRONG_TYPE;
    } else if constexpr (is_optional<T>) {
        out.reset();
        const Type type = value.type();
        return type == Type::none || type == Type::null ? PODSIX_OK : take(value, out.emplace());
    } else if constexpr (is_owner<T>) {
        static_assert(is_made_by_new<T>, "podsix reads a unique_ptr only if it deletes by delete");
        out.reset();
        const Type type = value.type();
        if (type == Type::none || type == Type::null)
            return PODSIX_OK;
        out.reset(new std::remove_const_t<typename T::element_type>());
        return take(value, const_cast<std::remove_const_t<typename T::element_type>&>(*out));
    } else if constexpr (is_fixed<T> || is_map<T> || is_growing<T>) {
        return take_all(value, out);
    } else if constexpr (is_tuple<T>) {
        return take_tuple(value, out);
    } else {
        static_assert(!is_character<T>, "podsix gives texts as UTF-8 in char: convert that");
        static_assert(never<T> || is_character<T>,
                      "podsix cannot read this type: it needs a podsix_fields or podsix_read");
    }
}

} // namespace detail

template <class T> void Data::write(Message& message, const char* key, const void* what) {
    detail::put(message, key, *static_cast<const T*>(what));
}

inline void Data::write_text(Message& message, const char* key, const void* text) {
    podsix_message_add_string(message.get(), key, static_cast<const char*>(text), PODSIX_NUL);
}

template <class T> Message& Message::set(Key key, const T& value) {
    detail::put(*this, key.give(get()), value);
    return *this;
}

template <class T> Message& Message::key(const T& key) {
    detail::KeyWriter{*this}.put(key);
    return *this;
}

template <class T> Result<T> Value::read() const {
    T out{};
    const std::int32_t result = detail::take(*this, out);
    return {result, nullptr, result < 0 ? T{} : std::move(out)};
}

template <class T> T Value::read_or(T fallback) const {
    return read<T>().value_or(std::move(fallback));
}

// ---- Sending ------------------------------------------------------------------------------------

namespace detail {

/// A message of this thread's own, for what is sent without one.
struct Spare {
    Message message;
    /// The thread ends. Destructors that run later may send too, each with a message of its own.
    ~Spare() { lent() = true; }

    static Message& mine() {
        static thread_local Spare spare;
        return spare.message;
    }
    static bool& lent() noexcept {
        static thread_local bool is_lent = false;
        return is_lent;
    }
};

/// Gives the spare message back, or deletes the one that was made because the spare was lent: a
/// podsix_write may send something itself.
struct GiveBack {
    bool* lent = nullptr;
    void operator()(Message* message) const noexcept {
        if (lent != nullptr)
            *lent = false;
        else
            delete message;
    }
};

} // namespace detail

/// What can be sent: a Message, or anything that Data can be, which is written into a message at
/// once. Braces of its own are those of a map: a list says podsix::List. As Data it must not outlive
/// the statement.
class Sendable {
public:
    Sendable(const Message& message) noexcept : message_(message.get()) {}
    Sendable(std::initializer_list<Field> map) : Sendable(Building()) {
        const Field *field = map.begin(), *end = map.end();
        // Maps begin with their action nearly always, and for that there is a shorter way.
        const bool first = field != end && field->key.is_action();
        if (const char* action = first ? field->value.text() : nullptr) {
            detail::put_fields(built_->begin(action), field + 1, end);
        } else {
            detail::put_fields(built_->clear().open_map(), field, end);
            built_->close();
        }
    }
    template <class Same = Data>
    Sendable(std::initializer_list<typename Data::Itself<Same>::type>) : Sendable(Building()) {
        static_assert(detail::never<Same>,
                      "a message is a map, with braces around all and around each entry: "
                      "{{\"action\", \"move\"}, {\"x\", 3}}; a list says podsix::List{...}");
    }
    template <class T> Sendable(const T& what) : Sendable(Building()) { built_->clear().add(what); }
    Sendable(List&) = delete; // whose braces have ended: give them no name
    Sendable(Tuple&) = delete;
    Sendable(Map&) = delete;

    Sendable(const Sendable&) = delete;
    Sendable& operator=(const Sendable&) = delete;

    [[nodiscard]] const podsix_message* get() const noexcept { return message_; }

private:
    struct Building {};
    explicit Sendable(Building) : built_(lend()), message_(built_->get()) {}

    static std::unique_ptr<Message, detail::GiveBack> lend() {
        bool& lent = detail::Spare::lent();
        if (lent)
            return {new Message, {}};
        Message& spare = detail::Spare::mine();
        lent = true;
        return {&spare, {&lent}};
    }

    std::unique_ptr<Message, detail::GiveBack> built_;
    const podsix_message* message_;
};

// ---- Events -------------------------------------------------------------------------------------

namespace detail {
struct Hosted;
}

/// What has happened. It and what it gives live until the next one is taken from its host.
class Event {
public:
    Event() noexcept = default;
    Event(const Event&) = delete;
    Event& operator=(const Event&) = delete;

    [[nodiscard]] EventKind kind() const noexcept { return static_cast<EventKind>(raw_.kind); }
    /// The peer; 0 if what listens is meant.
    [[nodiscard]] PeerId peer() const noexcept { return raw_.peer; }
    [[nodiscard]] Direction direction() const noexcept {
        return static_cast<Direction>(raw_.direction);
    }
    /// What an inbound peer came through, or what met trouble.
    [[nodiscard]] ListeningId listening() const noexcept { return raw_.listener; }

    /// The message, hello or reply.
    [[nodiscard]] Value message() const noexcept { return {raw_.message, born_}; }
    /// The value at a key of the message.
    [[nodiscard]] Value operator[](std::string_view key) const noexcept { return message()[key]; }
    /// The string at the message's key "action". Decide by kind, not by this: a remote message may
    /// well call itself "connected".
    [[nodiscard]] std::string_view action() const noexcept {
        return {raw_.action, raw_.action_len};
    }

    /// Why it ended: the reason, the games' own code and text, the system's error number.
    [[nodiscard]] Reason reason() const noexcept { return static_cast<Reason>(raw_.reason); }
    [[nodiscard]] std::int32_t code() const noexcept { return raw_.code; }
    /// The other end's words are one line that can be shown; what else it sent, printable is for.
    [[nodiscard]] std::string_view text() const noexcept { return {raw_.text, raw_.text_len}; }
    [[nodiscard]] std::int32_t os_error() const noexcept { return raw_.os_error; }

    /// What Host::set_user_data stored for the peer.
    template <class T> [[nodiscard]] T* user_data() const noexcept {
        return static_cast<T*>(raw_.user_data);
    }

    [[nodiscard]] const podsix_event* get() const noexcept { return &raw_; }
    [[nodiscard]] podsix_event* get() noexcept { return &raw_; }

private:
    friend struct detail::Hosted;

    podsix_event raw_ = {};
    detail::Born born_; // in every build, so that all files of a program see the same Event
};

/// What a message asks: by whom, and the number that its answer needs. It may be kept, to be
/// answered later; see Host::answer.
struct Question {
    PeerId peer = 0;
    std::uint64_t number = 0;

    Question() noexcept = default;
    /// Of an event that asks nothing, nothing.
    Question(const Event& event) noexcept {
        if (event.kind() != EventKind::message)
            return;
        peer = event.peer();
        number = event["ask"].as_uint();
    }
    /// Whether something is asked.
    [[nodiscard]] explicit operator bool() const noexcept { return number != 0; }
};

/// What became of a question: true, and the answer, or why there is none. It and what it gives live
/// until the callable returns.
class Answer {
public:
    Answer(PeerId peer, const Event* event, Code code) noexcept
        : peer_(peer), event_(event), code_(code) {}
    Answer(const Answer&) = delete;
    Answer& operator=(const Answer&) = delete;

    [[nodiscard]] explicit operator bool() const noexcept { return code_ == Code::ok; }
    /// Code::timeout: no answer came in time. Code::not_connected: the peer has gone; reason and
    /// text say why.
    [[nodiscard]] Code code() const noexcept { return code_; }
    /// Who was asked.
    [[nodiscard]] PeerId peer() const noexcept { return peer_; }

    /// The answer; none if there is none.
    [[nodiscard]] Value message() const noexcept { return *this ? event_->message() : Value(); }
    /// The value at a key of the answer.
    [[nodiscard]] Value operator[](std::string_view key) const noexcept { return message()[key]; }

    [[nodiscard]] Reason reason() const noexcept {
        return event_ != nullptr ? event_->reason() : Reason::none;
    }
    /// Why there is no answer, in plain words; those of the other end's game, if it said any.
    [[nodiscard]] std::string_view text() const noexcept {
        if (code_ == Code::timeout)
            return "no answer came in time";
        const std::string_view said = event_ != nullptr ? event_->text() : std::string_view();
        return said.empty() && !*this ? "the connection has ended" : said;
    }

private:
    PeerId peer_;
    const Event* event_;
    Code code_;
};

/// One record of a host's log; the text lives until the next one is taken.
class LogRecord {
public:
    [[nodiscard]] LogLevel level() const noexcept { return static_cast<LogLevel>(raw_.level); }
    /// In milliseconds since the host was made.
    [[nodiscard]] std::uint64_t at_ms() const noexcept { return raw_.at_ms; }
    [[nodiscard]] std::string_view text() const noexcept { return {raw_.text, raw_.text_len}; }
    [[nodiscard]] podsix_log_record* get() noexcept { return &raw_; }

private:
    podsix_log_record raw_ = {};
};

// ---- Callables ----------------------------------------------------------------------------------

/// What a game gives to be called: a lambda, a function or the like, which takes what it is called
/// with by const reference, or nothing. It moves and does not copy, so what a lambda captures need
/// not be copied either.
template <class Argument> class Callable {
public:
    /// Nothing, as is made of a null pointer to a function and of an empty std::function.
    Callable() noexcept = default;
    Callable(std::nullptr_t) noexcept {}
    template <class Call,
              class = std::enable_if_t<!std::is_same_v<std::decay_t<Call>, Callable>>>
    Callable(Call&& call) {
        using Kept = std::decay_t<Call>;
        static_assert(!std::is_member_pointer_v<Kept>,
                      "podsix has no object for this member: a lambda that captures this calls it");
        static_assert(std::is_invocable_v<Kept&, const Argument&> || std::is_invocable_v<Kept&> ||
                          std::is_member_pointer_v<Kept>,
                      "podsix calls this with a const reference, or with nothing: const "
                      "podsix::Event&, in ask const podsix::Answer&, in on_exception const "
                      "podsix::Thrown&");
        if (empty(call))
            return;
        kept_ = {new Kept(std::forward<Call>(call)),
                 [](void* kept) { delete static_cast<Kept*>(kept); }};
        call_ = [](void* kept, const Argument& argument) {
            if constexpr (std::is_member_pointer_v<Kept>)
                return; // refused above, in words of one line
            else if constexpr (std::is_invocable_v<Kept&, const Argument&>)
                static_cast<void>((*static_cast<Kept*>(kept))(argument));
            else if constexpr (std::is_invocable_v<Kept&>)
                static_cast<void>((*static_cast<Kept*>(kept))(), argument);
        };
    }

    [[nodiscard]] explicit operator bool() const noexcept { return call_ != nullptr; }
    void operator()(const Argument& argument) const { call_(kept_.get(), argument); }

private:
    template <class Call> static bool empty(const Call&) noexcept { return false; }
    template <class Function> static bool empty(Function* call) noexcept { return call == nullptr; }
    template <class Signature> static bool empty(const std::function<Signature>& call) noexcept {
        return !call;
    }

    std::unique_ptr<void, void (*)(void*)> kept_{nullptr, nullptr};
    void (*call_)(void* kept, const Argument& argument) = nullptr;
};

/// An exception that a callable has thrown; see Host::on_exception.
class Thrown {
public:
    Thrown(PeerId peer, std::exception_ptr exception) : peer_(peer), exception_(exception) {}

    /// Whose event it was thrown for; 0 if nobody's.
    [[nodiscard]] PeerId peer() const noexcept { return peer_; }
    [[nodiscard]] const std::exception_ptr& exception() const noexcept { return exception_; }
    /// The what() of a std::exception. It may hold what a stranger has sent.
    [[nodiscard]] std::string what() const {
#if PODSIX_HAS_EXCEPTIONS
        try {
            std::rethrow_exception(exception_);
        } catch (const std::exception& exception) {
            return exception.what();
        } catch (...) {
        }
#endif
        return "an exception that is no std::exception";
    }

private:
    PeerId peer_;
    std::exception_ptr exception_;
};

// ---- Hosts --------------------------------------------------------------------------------------

/// The settings of a host, with their defaults; times end in _ms, sizes are bytes. docs/cpp.md
/// lists them.
struct Config : podsix_config {
    explicit Config(Mode mode_ = Mode::threaded) noexcept : podsix_config() {
        podsix_config_init(this, sizeof(podsix_config));
        mode = static_cast<std::uint32_t>(mode_);
    }

    Config(Mode mode_, SendMode send_mode_) noexcept : Config(mode_) {
        send_mode = static_cast<std::uint32_t>(send_mode_);
    }

    /// Sets max_message, and raises out_buffer, queue_bytes and memory_budget to what it needs. The
    /// other end has to take messages of this size too. 1 to 16,777,215 bytes.
    Result<> set_largest(std::uint32_t max_message_) noexcept {
        return {podsix_config_set_largest(this, max_message_), nullptr,
                "max_message is from 1 to 16777215 bytes"};
    }
};

using HostStats = podsix_host_stats;
using PeerStats = podsix_peer_stats;

namespace detail {

/// Runs the callables that an event is for. What one throws keeps it from none of the others: it is
/// told to on_exception, or thrown on behind the last.
class Caller {
public:
    Caller(PeerId peer, const std::shared_ptr<Callable<Thrown>>& on_exception) noexcept
        : peer_(peer), on_exception_(on_exception) {}

    /// Takes what was thrown before, which comes first.
    void begin_with(std::exception_ptr& thrown) noexcept {
        if (thrown)
            first_ = std::exchange(thrown, nullptr);
    }

    template <class Argument>
    void call(const Callable<Argument>& callable, const Argument& argument) {
#if PODSIX_HAS_EXCEPTIONS
        try {
            callable(argument);
        } catch (...) {
            caught(std::current_exception());
        }
#else
        callable(argument);
#endif
    }

    /// What there is to throw on: the first of several, as only one can be.
    [[nodiscard]] std::exception_ptr first() { return std::exchange(first_, nullptr); }
    void done() const {
#if PODSIX_HAS_EXCEPTIONS
        if (first_)
            std::rethrow_exception(first_);
#endif
    }

private:
    void caught(std::exception_ptr exception) {
        const std::shared_ptr<Callable<Thrown>> told = on_exception_; // it may set another
        const Thrown thrown(peer_, exception);
#if PODSIX_HAS_EXCEPTIONS
        try {
            if (told)
                return (*told)(thrown);
        } catch (...) {
            exception = std::current_exception();
        }
#endif
        if (!first_)
            first_ = std::move(exception);
    }

    PeerId peer_;
    const std::shared_ptr<Callable<Thrown>>& on_exception_;
    std::exception_ptr first_;
};

/// What one Listener has.
struct Handlers {
    struct Handler {
        std::int32_t kind;
        bool any_action;
        std::string action;
        Callable<Event> call;
    };
    // Each stays where it is in memory, so that a callable may add others while it runs.
    using Row = std::vector<std::unique_ptr<Handler>>;

    Row named, catch_all, unheard;
    bool retired = false;

    /// Calls what it has for an event, and tells whether that was anything.
    bool call(const Event& event, Caller& caller) const {
        // What is added meanwhile begins with the next event.
        const std::size_t named_now = named.size(), all_now = catch_all.size();
        bool heard = all_now > 0 && !retired;
        for (std::size_t at = 0; at < named_now && !retired; ++at) {
            const Handler& handler = *named[at];
            if (handler.kind == event.get()->kind &&
                (handler.any_action || handler.action == event.action())) {
                heard = true;
                caller.call(handler.call, event);
            }
        }
        for (std::size_t at = 0; at < all_now && !retired; ++at)
            caller.call(catch_all[at]->call, event);
        return heard;
    }
    void call_unheard(const Event& event, Caller& caller) const {
        const std::size_t now = unheard.size();
        for (std::size_t at = 0; at < now && !retired; ++at)
            caller.call(unheard[at]->call, event);
    }
};

/// A codec of the game's own.
struct PODSIX_CHECKED_NAME Codec {
    std::function<bool(Value, std::vector<std::uint8_t>&)> dumps;
    std::function<bool(Bytes, Message&)> loads;

    static std::int32_t dump(void* codec, const podsix_value* value, std::uint8_t* buffer,
                             std::size_t capacity) noexcept {
        std::vector<std::uint8_t> payload;
        if (!kept([&] { return static_cast<Codec*>(codec)->dumps(Value(value), payload); }))
            return -1;
        if (!payload.empty() && payload.size() <= capacity)
            std::memcpy(buffer, payload.data(), payload.size());
        return static_cast<std::int32_t>(payload.size());
    }
    static std::int32_t load(void* codec, const std::uint8_t* data, std::size_t len,
                             podsix_message* message) noexcept {
        Message out(message);
        const auto call = [&] { return static_cast<Codec*>(codec)->loads(Bytes{data, len}, out); };
        return kept(call) ? 0 : -1;
    }

private:
    /// No exception may reach the library; one refuses what it was thrown for.
    template <class Call> static bool kept(Call call) noexcept {
#if PODSIX_HAS_EXCEPTIONS
        try {
            return call();
        } catch (...) {
            return false;
        }
#else
        return call();
#endif
    }
};

#if defined(__GLIBCXX__) && !defined(_GLIBCXX_HAS_GTHREADS)
using Mutex = __gnu_cxx::__mutex;
#else
using Mutex = std::mutex;
#endif

/// The questions that a host has asked. Any thread may ask; the one that pumps hears the answers.
class Questions {
public:
    using Clock = std::chrono::steady_clock;
    using Id = std::pair<PeerId, std::uint64_t>;

    struct Open {
        Callable<Answer> callable;
        const void* owner = nullptr; // the Listener with which it ends
        Clock::time_point until;
    };

    /// Whether there may be open ones. Each event looks at this first: where nobody asks, the lock
    /// is never taken.
    [[nodiscard]] bool any() const noexcept { return any_.load(std::memory_order_relaxed); }

    /// Opens a question, before it is sent: its answer may be here sooner than the sender returns.
    Id open(PeerId peer, Open question) {
        const std::lock_guard<Mutex> lock(mutex_);
        any_ = true;
        const Id id(peer, ++asked_[peer]);
        soonest_ = (std::min)(soonest_, question.until);
        open_.emplace(id, std::move(question));
        return id;
    }
    /// Takes out a question that is open still.
    bool close(Id id, Open& question) {
        const std::lock_guard<Mutex> lock(mutex_);
        const auto at = open_.find(id);
        if (at == open_.end())
            return false;
        question = std::move(at->second);
        open_.erase(at);
        return true;
    }
    /// Takes one back that could not be sent; its number is used again if it is the peer's last.
    /// False: it has ended meanwhile, and the game was told.
    bool take_back(Id id, bool is_gone) {
        Open question; // whose callable may do what it likes where it ends, but not under the lock
        const bool was_open = close(id, question);
        const std::lock_guard<Mutex> lock(mutex_);
        const auto last = asked_.find(id.first);
        if (last != asked_.end() && last->second == id.second)
            --last->second;
        if (last != asked_.end() && (is_gone || last->second == 0) && !has_open(id.first))
            forget(last);
        return was_open;
    }
    /// The open ones of a peer that has gone, and forgets the peer's number.
    std::vector<Id> of(PeerId peer) {
        const std::lock_guard<Mutex> lock(mutex_);
        std::vector<Id> ids;
        auto at = open_.lower_bound({peer, 0});
        for (; at != open_.end() && at->first.first == peer; ++at)
            ids.push_back(at->first);
        const auto last = asked_.find(peer);
        if (last != asked_.end())
            forget(last);
        return ids;
    }
    /// Those whose time is over.
    std::vector<Id> due() {
        const std::lock_guard<Mutex> lock(mutex_);
        std::vector<Id> ids;
        if (open_.empty())
            return ids;
        const Clock::time_point now = Clock::now();
        if (now < soonest_)
            return ids;
        soonest_ = (Clock::time_point::max)();
        for (const auto& [id, question] : open_) {
            if (question.until <= now)
                ids.push_back(id);
            else
                soonest_ = (std::min)(soonest_, question.until);
        }
        return ids;
    }
    /// For how long to wait at the most, so that none ends too late.
    std::uint32_t wait(std::uint32_t timeout_ms) {
        const std::lock_guard<Mutex> lock(mutex_);
        if (open_.empty())
            return timeout_ms;
        using std::chrono::milliseconds;
        const auto left = std::chrono::ceil<milliseconds>(soonest_ - Clock::now()).count();
        return left <= 0 ? 0 : left < timeout_ms ? static_cast<std::uint32_t>(left) : timeout_ms;
    }
    /// Forgets what a listener has asked.
    void forget_owned(const void* owner) {
        std::vector<Open> gone;
        const std::lock_guard<Mutex> lock(mutex_);
        for (auto at = open_.begin(); at != open_.end();) {
            if (at->second.owner != owner) {
                ++at;
                continue;
            }
            gone.push_back(std::move(at->second));
            at = open_.erase(at);
        }
    }

private:
    using Asked = std::map<PeerId, std::uint64_t>;

    [[nodiscard]] bool has_open(PeerId peer) const {
        const auto at = open_.lower_bound({peer, 0});
        return at != open_.end() && at->first.first == peer;
    }
    void forget(Asked::iterator last) {
        asked_.erase(last);
        any_ = !asked_.empty() || !open_.empty();
    }

    Mutex mutex_;
    std::atomic<bool> any_{false};
    Asked asked_; // the last number of each peer, until it has gone
    std::map<Id, Open> open_;
    Clock::time_point soonest_ = (Clock::time_point::max)(); // no open one ends before
};

struct LeaveTurn {
    void operator()(Turn* turn) const noexcept {
        turn->advance();
        turn->taken = false;
    }
};

/// A host and its listeners. While callables run it outlives its Host, and Handlers their Listener.
struct Hosted : std::enable_shared_from_this<Hosted> {
    std::shared_ptr<void> codec; // a Codec, of whichever name; the host calls it until its end
    std::unique_ptr<podsix_host, FreeHost> host;
    std::int32_t made = PODSIX_ERR_BAD_ARGUMENT;
    std::string words; // why there is no host
    std::vector<std::unique_ptr<Handlers>> listeners;
    std::shared_ptr<Callable<Thrown>> on_exception;
    // In every build, as those who look at its values may be files that are checked.
    std::unique_ptr<Turn, LeaveTurn> turn{Turn::take()};
    Questions questions;
    std::exception_ptr thrown; // by who had asked a peer whose end the listeners are still to hear of
    std::size_t settled = 0;   // questions that have ended, for what pump counts
    int dispatching = 0;
    bool unswept = false;

    /// While one of these is there, what ends is kept until all callables have returned.
    struct Leave {
        void operator()(Hosted* hosted) const noexcept {
            if (--hosted->dispatching == 0 && hosted->unswept)
                hosted->sweep();
        }
    };
    [[nodiscard]] std::unique_ptr<Hosted, Leave> enter() noexcept {
        ++dispatching;
        return std::unique_ptr<Hosted, Leave>(this);
    }

    /// Takes an event, which ends the one before. An answer goes to who has asked, and is no event.
    template <class Take> std::int32_t next(Take take, Event& event) {
        throw_on();
        for (;;) {
            event.born_ = {turn.get(), turn->advance()};
            const std::int32_t result = take(*this, event.get());
            if (!questions.any() || result < 0)
                return result;
            if (result == 0) {
                end(questions.due(), nullptr, Code::timeout);
                throw_on();
                return 0;
            }
            if (event.kind() == EventKind::disconnected || event.kind() == EventKind::error) {
                end(questions.of(event.peer()), &event, Code::not_connected);
                return result; // and what was thrown waits until all others have seen this
            }
            if (event.kind() != EventKind::message || event.action() != "answer" ||
                !end({{event.peer(), event["answer"].as_uint()}}, &event, Code::ok))
                return result;
            throw_on();
            if (weak_from_this().use_count() == 1) // the Host was ended meanwhile
                return 0;
        }
    }

    /// Ends questions, as far as they are open, and tells whether one was.
    bool end(const std::vector<Questions::Id>& ids, const Event* event, Code code) {
        bool any = false;
        const auto inside = enter();
        for (const Questions::Id& id : ids) {
            Questions::Open question;
            if (!questions.close(id, question))
                continue;
            any = true;
            ++settled;
            Caller caller(id.first, on_exception);
            caller.begin_with(thrown);
            caller.call(question.callable, Answer(id.first, event, code));
            thrown = caller.first();
        }
        return any;
    }

    void throw_on() {
#if PODSIX_HAS_EXCEPTIONS
        if (thrown)
            std::rethrow_exception(std::exchange(thrown, nullptr));
#endif
    }

    /// Sends a question; the callable is told what becomes of it, unless this fails.
    Result<> ask(const void* owner, PeerId peer, const Sendable& data, Callable<Answer> callable,
                 std::uint32_t timeout_ms) {
        const Value map(podsix_message_get_value(data.get()));
        if (!map.exists()) // a mistake in it, which sending tells of
            return {podsix_send(host.get(), peer, data.get(), 0), host.get()};
        if (map.type() != Type::map)
            return {PODSIX_ERR_BAD_MESSAGE, nullptr,
                    "a question is a map: {{\"action\", \"buy\"}, ...}"};
        if (!callable)
            return {PODSIX_ERR_BAD_ARGUMENT, nullptr,
                    "a question needs a callable that hears the answer"};
        const auto until = Questions::Clock::now() + std::chrono::milliseconds(timeout_ms);
        const Questions::Id id = questions.open(peer, {std::move(callable), owner, until});
        Message message;
        message.clear().open_map();
        copy_but(message, map, "ask", "ask");
        message.set("ask", id.second).close();
        const std::int32_t result = podsix_send(host.get(), peer, message.get(), 0);
        if (result < 0 && questions.take_back(id, result == PODSIX_ERR_UNKNOWN_PEER))
            return {result, host.get()};
        return {PODSIX_OK, host.get()};
    }

    Result<> answer(const Question& question, const Sendable& data) {
        const Value map(podsix_message_get_value(data.get()));
        if (!map.exists())
            return {podsix_send(host.get(), question.peer, data.get(), 0), host.get()};
        if (map.type() != Type::map)
            return {PODSIX_ERR_BAD_MESSAGE, nullptr, "an answer is a map: {{\"gold\", 12}, ...}"};
        if (!question) // strangers choose what asks, and need no answer to what does not
            return {PODSIX_OK, host.get()};
        Message message;
        message.begin("answer").set("answer", question.number);
        copy_but(message, map, "action", "answer");
        return {podsix_send(host.get(), question.peer, message.get(), 0), host.get()};
    }

    static void copy_but(Message& message, Value map, std::string_view one,
                         std::string_view other) {
        for (const auto [key, value] : map.entries())
            if (key != one && key != other)
                message.key(key).add(value);
    }

    void call(const Event& event) {
        Caller caller(event.peer(), on_exception);
        caller.begin_with(thrown);
        const std::size_t now = listeners.size();
        bool heard = event.kind() != EventKind::message;
        for (std::size_t at = 0; at < now; ++at)
            heard |= listeners[at]->call(event, caller);
        if (!heard)
            for (std::size_t at = 0; at < now; ++at)
                listeners[at]->call_unheard(event, caller);
        caller.done();
    }

    void retire(Handlers* handlers) noexcept {
        handlers->retired = unswept = true;
        if (questions.any())
            questions.forget_owned(handlers);
        if (dispatching == 0)
            sweep();
    }

    void sweep() noexcept {
        unswept = false;
        for (std::size_t at = 0; at < listeners.size();) {
            if (!listeners[at]->retired) {
                ++at;
                continue;
            }
            const std::unique_ptr<Handlers> gone = std::move(listeners[at]);
            listeners.erase(listeners.begin() + static_cast<std::ptrdiff_t>(at));
            at = 0; // what its callables own may be listeners too, which sweep for themselves
        }
    }
};

} // namespace detail

/// What a range-for takes one by one until there is no more; result() tells whether that was all.
template <class Item, class Take> class Taken {
public:
    struct End {};
    class Iterator {
    public:
        explicit Iterator(Taken& taken) noexcept : taken_(&taken) {}
        [[nodiscard]] const Item& operator*() const noexcept { return taken_->item_; }
        Iterator& operator++() {
            taken_->next();
            return *this;
        }
        [[nodiscard]] bool operator!=(End) const noexcept { return taken_->result_ > 0; }

    private:
        Taken* taken_;
    };

    Taken(std::shared_ptr<detail::Hosted> hosted, Take take) noexcept
        : hosted_(std::move(hosted)), take_(take) {}

    [[nodiscard]] Iterator begin() {
        next();
        return Iterator(*this);
    }
    [[nodiscard]] End end() const noexcept { return {}; }
    [[nodiscard]] Result<> result() const noexcept {
        return {result_, hosted_ && result_ != PODSIX_ERR_BUSY ? hosted_->host.get() : nullptr};
    }

private:
    void next() {
        if (!hosted_)
            result_ = PODSIX_ERR_BAD_ARGUMENT;
        else if (std::is_same_v<Item, Event> && hosted_->dispatching > 0)
            result_ = PODSIX_ERR_BUSY; // the event that is being dispatched would end
        else
            result_ = take_(*hosted_, item_);
    }

    std::shared_ptr<detail::Hosted> hosted_; // the loop may end its Host
    Take take_;
    std::int32_t result_ = 0;
    Item item_;
};

/// What a game owns: what it listens on, its peers, and one queue of events. Its destructor says
/// goodbye to the peers (Reason::shutdown) and waits until they have closed, but 200 ms at the
/// most: on a long line what was sent just before may be lost, unless close() came first. After it
/// was moved from, or when it could not be made, its functions answer Code::bad_argument.
class Host {
public:
    /// Makes a host. Ask it whether that worked.
    explicit Host(const Config& config = Config()) : hosted_(std::make_shared<detail::Hosted>()) {
        podsix_host* host = nullptr;
        char words[256] = "the library is of another ABI than podsix.hpp";
        if (abi_matches())
            hosted_->made = podsix_host_new(&config, &host, words, sizeof words);
        hosted_->host.reset(host);
        if (host == nullptr)
            hosted_->words = words;
    }
    Host(Host&&) noexcept = default; // and no copies
    Host& operator=(Host&&) noexcept = default;

    /// Whether there is a host.
    [[nodiscard]] explicit operator bool() const noexcept { return get() != nullptr; }
    [[nodiscard]] Code code() const noexcept {
        return static_cast<Code>(hosted_ ? hosted_->made : PODSIX_ERR_BAD_ARGUMENT);
    }
    /// Why there is no host, or the words of the last call that failed, from whichever thread.
    [[nodiscard]] std::string error() const {
        if (get() != nullptr)
            return detail::words(get());
        return hosted_ ? hosted_->words : "the host was moved from";
    }
#if PODSIX_HAS_EXCEPTIONS
    void or_throw() const {
        if (!*this)
            throw Error(code(), error());
    }
#endif

    // ---- listening and connecting

    /// Listens on ip:port, such as "0.0.0.0:31425", or "*:0" for every address and a port that the
    /// system chooses. No port is 31425. podsixnet://ip:port is for clients of PodSixNet.
    Result<ListeningId> listen(std::string_view address) { return listen_as(address, 0); }
    /// As listen, but each client is an EventKind::request first, to be accepted or refused.
    Result<ListeningId> listen_with_approval(std::string_view address) {
        return listen_as(address, PODSIX_LISTEN_APPROVAL);
    }
    [[nodiscard]] Result<std::uint16_t> listening_port(ListeningId id) const {
        const std::int32_t port = podsix_listener_get_port(get(), id);
        return {port, get(), static_cast<std::uint16_t>(port < 0 ? 0 : port)};
    }
    [[nodiscard]] Result<std::string> listening_address(ListeningId id) const {
        return text([host = get(), id](char* buf, std::size_t cap) {
            return podsix_listener_copy_address(host, id, buf, cap);
        });
    }
    /// The peers that came through it stay.
    Result<> stop_listening(ListeningId id) { return done(podsix_listener_stop(get(), id)); }

    /// Connects to host:port without blocking: EventKind::connected follows, or EventKind::error.
    /// What is sent meanwhile waits. podsixnet://host:port is a server of PodSixNet. hello: what
    /// the other game gets with its event, at most 4,096 bytes.
    Result<PeerId> connect(std::string_view address) { return connect_as(address, nullptr); }
    Result<PeerId> connect(std::string_view address, const Sendable& hello) {
        return connect_as(address, hello.get());
    }
    /// Lets in who has asked. reply: what the other game gets with its event.
    Result<> accept(PeerId peer) { return done(podsix_peer_accept(get(), peer, nullptr, 0)); }
    Result<> accept(PeerId peer, const Sendable& reply) {
        return done(podsix_peer_accept(get(), peer, reply.get(), 0));
    }
    /// Turns away who has asked, with a code of the game's own and words for its EventKind::error.
    Result<> refuse(PeerId peer, std::int32_t code = 0, std::string_view text = {}) {
        return done(podsix_peer_refuse(get(), peer, code, text.data(), text.size()));
    }
    /// Closes a connection after all that was sent; EventKind::disconnected follows at both ends.
    Result<> disconnect(PeerId peer, std::int32_t code = 0, std::string_view text = {}) {
        return done(podsix_peer_disconnect(get(), peer, code, text.data(), text.size()));
    }
    /// Closes it without waiting for what was sent: all that waits behind the message being written
    /// is dropped, and code and text go behind that. EventKind::disconnected follows here at once.
    /// Also after disconnect, to hurry it.
    Result<> kick(PeerId peer, std::int32_t code = 0, std::string_view text = {}) {
        return done(podsix_peer_kick(get(), peer, code, text.data(), text.size()));
    }
    /// Closes it at once, without a word; what waits is lost.
    Result<> drop(PeerId peer) { return done(podsix_peer_drop(get(), peer)); }

    /// The codec that podsixnet+custom:// addresses speak: PodSixNet's `dumps` and `loads`, given
    /// once and before the first such address. dumps appends a message's payload to the vector,
    /// loads adds one value to the message; false refuses it. They may be called by two threads at
    /// once, and must use nothing of the host.
    Result<> set_codec(std::function<bool(Value, std::vector<std::uint8_t>&)> dumps,
                       std::function<bool(Bytes, Message&)> loads) {
        if (get() == nullptr)
            return done(PODSIX_ERR_BAD_ARGUMENT);
        if (!dumps || !loads)
            return {PODSIX_ERR_BAD_ARGUMENT, nullptr, "a codec needs both functions"};
        auto codec =
            std::make_shared<detail::Codec>(detail::Codec{std::move(dumps), std::move(loads)});
        const std::int32_t result =
            podsix_host_set_codec(get(), detail::Codec::dump, detail::Codec::load, codec.get());
        if (result == PODSIX_OK)
            hosted_->codec = std::move(codec);
        return done(result);
    }

    /// For a loop of the program's own: a descriptor (on Windows an event's handle) that is readable while
    /// there is something to pump; see podsix_host_get_descriptor.
    [[nodiscard]] Result<std::intptr_t> descriptor() const {
        std::intptr_t descriptor = -1;
        const std::int32_t result = podsix_host_get_descriptor(get(), &descriptor);
        return {result, get(), descriptor};
    }

    // ---- peers; what is known of one stays until its last event has expired

    /// The peers that are connected, which broadcast is for.
    [[nodiscard]] std::vector<PeerId> peers() const { return peers_with(0); }
    /// Those too that connect, ask to be let in or leave: all for which there is user data.
    [[nodiscard]] std::vector<PeerId> all_peers() const { return peers_with(PODSIX_PEERS_ALL); }
    [[nodiscard]] Result<std::string> peer_address(PeerId peer) const {
        return text([host = get(), peer](char* buf, std::size_t cap) {
            return podsix_peer_copy_address(host, peer, buf, cap);
        });
    }
    /// A pointer of the game's own, which comes with each of the peer's events.
    Result<> set_user_data(PeerId peer, void* data) {
        return done(podsix_peer_set_user_data(get(), peer, data));
    }
    template <class T> [[nodiscard]] Result<T*> user_data(PeerId peer) const {
        void* data = nullptr;
        const std::int32_t result = podsix_peer_get_user_data(get(), peer, &data);
        return {result, get(), static_cast<T*>(data)};
    }
    [[nodiscard]] Result<PeerStats> peer_stats(PeerId peer) const {
        PeerStats stats = {};
        const std::int32_t result = podsix_peer_copy_stats(get(), peer, &stats, sizeof stats);
        return {result, get(), stats};
    }
    [[nodiscard]] HostStats stats() const {
        HostStats stats = {};
        podsix_host_copy_stats(get(), &stats, sizeof stats);
        return stats;
    }

    // ---- sending

    /// Sends a Message, or anything that Data can be, reliably and in order:
    /// `host.send(peer, {{"action", "move"}, {"x", 3}})`. After a failure nothing was taken.
    Result<> send(PeerId peer, const Sendable& data) {
        podsix_host* const host = get();
        return {podsix_send(host, peer, data.get(), 0), host};
    }
    /// Sends what is MessagePack or JSON already.
    Result<> send_messagepack(PeerId peer, Bytes bytes) {
        return done(podsix_send_msgpack(get(), peer, bytes.data, bytes.size, 0));
    }
    Result<> send_json(PeerId peer, std::string_view json) {
        return done(podsix_send_json(get(), peer, json.data(), json.size(), 0));
    }
    /// Sends to everyone who is connected, but one. A peer is, from when its EventKind::connected
    /// was taken, so that the game's own welcome can come first, until it is closed. Who is too
    /// slow for it is disconnected.
    Result<> broadcast(const Sendable& data, PeerId except = 0) {
        return done(podsix_broadcast(get(), data.get(), except, 0));
    }
    /// Sends to a vector of peers, or another row of them, and gives how many took it. codes: what
    /// became of each.
    template <class Peers>
    Result<std::size_t> send_many(const Peers& peers, const Sendable& data,
                                  std::vector<Code>* codes = nullptr) {
        std::vector<std::int32_t> results(codes != nullptr ? std::size(peers) : 0);
        const std::int32_t taken =
            podsix_send_many(get(), std::data(peers), std::size(peers), data.get(), 0,
                             results.empty() ? nullptr : results.data());
        if (codes != nullptr) {
            codes->clear();
            for (const std::int32_t result : results)
                codes->push_back(static_cast<Code>(taken < 0 ? taken : result));
        }
        return {taken, get(), static_cast<std::size_t>(taken < 0 ? 0 : taken)};
    }

    // ---- questions and answers, which are messages: a convention of all of podsix's languages

    /// Sends a map as a question, which whoever handles its action may answer; the callable is told
    /// what came, or why nothing did, once, inside pump, poll or wait. It hears nothing if this
    /// fails, and if the Host ends first. timeout_ms: for how long to wait for the answer. See also
    /// Listener::ask.
    ///
    ///     host.ask(peer, {{"action", "buy"}, {"item", "sword"}}, [&](const podsix::Answer& answer) {
    ///         if (answer)
    ///             gold = answer["gold"].as_int();
    ///     }).or_throw();
    Result<> ask(PeerId peer, const Sendable& data, Callable<Answer> callable,
                 std::uint32_t timeout_ms = 10000) {
        if (get() == nullptr)
            return done(PODSIX_ERR_BAD_ARGUMENT);
        return hosted_->ask(nullptr, peer, data, std::move(callable), timeout_ms);
    }
    /// Answers the question of an event, at once, or later of a Question that was kept, with a map;
    /// once. If nothing was asked, nothing is sent.
    Result<> answer(const Question& question, const Sendable& data) {
        if (get() == nullptr)
            return done(PODSIX_ERR_BAD_ARGUMENT);
        return hosted_->answer(question, data);
    }

    // ---- the frame loop

    /// Takes all events that have come, calls what the listeners have for each, and gives how many
    /// there were, with the questions that have ended. Once per frame; in a callable it is Code::busy.
    Result<std::size_t> pump() { return pump_by(Polling{}); }
    /// As pump, but waits for the first event for at most so long: for programs without frames.
    Result<std::size_t> pump(std::uint32_t timeout_ms) { return pump_by(Waiting{timeout_ms}); }

    /// The events themselves: `for (const podsix::Event& event : host.poll())`. The loop ends even
    /// while messages pour in. Inside a callable there are none, and its result() is Code::busy.
    [[nodiscard]] auto poll() { return Taken<Event, Polling>(hosted_, {}); }
    [[nodiscard]] auto wait(std::uint32_t timeout_ms) {
        return Taken<Event, Waiting>(hosted_, {timeout_ms});
    }
    /// Says who hears of what callables throw; nullptr: nobody. With it pump and dispatch go on as
    /// if nothing had been thrown. Without it an event's first exception leaves them when all
    /// listeners have heard the event, and the events behind it wait for the next pump: so a server
    /// should have it, as strangers choose what its callables see. What it throws itself is thrown on.
    void on_exception(Callable<Thrown> callable) {
        if (hosted_)
            hosted_->on_exception = callable
                                        ? std::make_shared<Callable<Thrown>>(std::move(callable))
                                        : nullptr;
    }
    /// Calls what the listeners have for an event.
    void dispatch(const Event& event) {
        const std::shared_ptr<detail::Hosted> hosted = hosted_; // a listener may end this Host
        if (!hosted)
            return;
        const auto inside = hosted->enter();
        hosted->call(event);
    }

    /// Waits until all that was sent is with the operating system. At the end of a program that is
    /// not enough: close.
    Result<> flush(std::uint32_t timeout_ms) { return done(podsix_flush(get(), timeout_ms)); }
    /// Closes everything so that nothing sent is lost, and waits until all other ends have closed:
    /// for the end of a program. Nothing listens any more, who asks to be let in is refused, and
    /// each peer gets what was sent to it, then code and text, as with disconnect.
    ///
    /// Code::timeout: some have not closed yet. Call it again, or pump until all_peers() is empty;
    /// a game that goes on drawing, and whoever is in a listener, begins with a timeout of 0. Each
    /// EventKind::disconnected waits to be taken; who does not close within linger_ms, or
    /// timeout_ms if that is longer, has Reason::lost. From now on send answers
    /// Code::not_connected, and broadcast, listen and connect answer Code::closing.
    Result<> close(std::uint32_t timeout_ms, std::int32_t code = 0, std::string_view text = {}) {
        return done(podsix_host_close(get(), timeout_ms, code, text.data(), text.size()));
    }
    /// What has been logged: `for (const podsix::LogRecord& record : host.log_records())`. Not log,
    /// which is a macro in many a program.
    [[nodiscard]] auto log_records() { return Taken<LogRecord, Logging>(hosted_, {}); }

    [[nodiscard]] podsix_host* get() const noexcept {
        return hosted_ ? hosted_->host.get() : nullptr;
    }

private:
    friend class Listener;

    struct Polling {
        std::int32_t operator()(detail::Hosted& hosted, Event& event) const {
            return hosted.next(
                [](detail::Hosted& of, podsix_event* raw) { return podsix_poll(of.host.get(), raw); },
                event);
        }
    };
    struct Waiting {
        std::uint32_t timeout_ms;
        std::int32_t operator()(detail::Hosted& hosted, Event& event) const {
            return hosted.next(
                [this](detail::Hosted& of, podsix_event* raw) {
                    const bool any = of.questions.any();
                    return podsix_wait(of.host.get(),
                                       any ? of.questions.wait(timeout_ms) : timeout_ms, raw);
                },
                event);
        }
    };
    struct Logging {
        std::int32_t operator()(detail::Hosted& hosted, LogRecord& record) const noexcept {
            return podsix_host_log_next(hosted.host.get(), record.get());
        }
    };

    [[nodiscard]] Result<> done(std::int32_t result) const noexcept { return {result, get()}; }

    template <class Copy> [[nodiscard]] Result<std::string> text(Copy copy) const {
        const std::int32_t len = copy(nullptr, 0);
        return {len, get(), detail::copied(copy)};
    }

    Result<ListeningId> listen_as(std::string_view address, std::uint32_t flags) {
        ListeningId id = 0;
        const std::int32_t result =
            podsix_listen(get(), address.data(), address.size(), flags, &id);
        return {result, get(), id};
    }

    Result<PeerId> connect_as(std::string_view address, const podsix_message* hello) {
        PeerId peer = 0;
        const std::int32_t result =
            podsix_connect(get(), address.data(), address.size(), hello, 0, &peer);
        return {result, get(), peer};
    }

    std::vector<PeerId> peers_with(std::uint32_t flags) const {
        std::vector<PeerId> ids;
        std::int32_t count = podsix_host_copy_peers(get(), flags, nullptr, 0);
        while (count > 0 && static_cast<std::size_t>(count) > ids.size()) { // more may have come
            ids.resize(static_cast<std::size_t>(count));
            count = podsix_host_copy_peers(get(), flags, ids.data(), ids.size());
        }
        ids.resize(static_cast<std::size_t>(count < 0 ? 0 : count));
        return ids;
    }

    template <class Take> Result<std::size_t> pump_by(Take take) {
        const std::shared_ptr<detail::Hosted> hosted = hosted_; // a listener may end this Host
        if (!hosted)
            return {PODSIX_ERR_BAD_ARGUMENT, nullptr, 0};
        if (hosted->dispatching > 0) // the event that is being dispatched would end
            return {PODSIX_ERR_BUSY, nullptr, 0};
        const auto inside = hosted->enter();
        Event event;
        const std::size_t settled = hosted->settled;
        std::size_t events = 0;
        std::int32_t result;
        while ((result = take(*hosted, event)) > 0) {
            ++events;
            hosted->call(event);
            if (hosted.use_count() == 1)
                break;
        }
        events += hosted->settled - settled;
        if (hosted.use_count() == 1) // a callable has ended the Host
            return {PODSIX_OK, nullptr, events};
        return {result, hosted->host.get(), events};
    }

    std::shared_ptr<detail::Hosted> hosted_;
};

// ---- Listeners ----------------------------------------------------------------------------------

/// What a part of the game has to say about a host's events: callables by action, called by
/// Host::pump and Host::dispatch. A host has as many as the game likes, called in the order in
/// which they were made; each one's own are called in the order of `on`, catch-alls last. It ends
/// when it is destroyed, which may happen in its own callables, as may everything else but polling.
/// What is added meanwhile begins with the next event. What a callable throws leaves pump when all
/// others have heard the event; see Host::on_exception.
class Listener {
public:
    using Callable = podsix::Callable<Event>;

    /// Hears nothing.
    Listener() noexcept = default;
    explicit Listener(Host& host) {
        if (!host.hosted_)
            return;
        host.hosted_->listeners.push_back(std::make_unique<detail::Handlers>());
        handlers_ = {host.hosted_->listeners.back().get(), Retire{host.hosted_}};
    }

    /// For messages with this action; or for "connected", "request", "disconnected", "error",
    /// "writable", "stalled" and "resumed" themselves: messages that call themselves so reach
    /// catch-alls only.
    Listener& on(std::string_view action, Callable callable) {
        struct Name {
            std::string_view action;
            EventKind kind;
        };
        static constexpr Name names[] = {
            {"connected", EventKind::connected},       {"request", EventKind::request},
            {"disconnected", EventKind::disconnected}, {"error", EventKind::error},
            {"writable", EventKind::writable},         {"stalled", EventKind::stalled},
            {"resumed", EventKind::resumed},
        };
        for (const Name& name : names)
            if (name.action == action)
                return on(name.kind, std::move(callable));
        return add(&detail::Handlers::named, EventKind::message, &action, std::move(callable));
    }
    /// For all events of a kind.
    Listener& on(EventKind kind, Callable callable) {
        return add(&detail::Handlers::named, kind, nullptr, std::move(callable));
    }
    Listener& on_connected(Callable callable) {
        return on(EventKind::connected, std::move(callable));
    }
    Listener& on_request(Callable callable) { return on(EventKind::request, std::move(callable)); }
    Listener& on_disconnected(Callable callable) {
        return on(EventKind::disconnected, std::move(callable));
    }
    Listener& on_error(Callable callable) { return on(EventKind::error, std::move(callable)); }
    /// For everything.
    Listener& on_any(Callable callable) {
        return add(&detail::Handlers::catch_all, {}, nullptr, std::move(callable));
    }

    /// For messages that no callable of any listener is for: an action that somebody has misspelt, or
    /// a stranger's.
    Listener& on_unheard(Callable callable) {
        return add(&detail::Handlers::unheard, {}, nullptr, std::move(callable));
    }

    /// As Host::ask, for who may end before the answer comes: with the Listener ends the callable.
    Result<> ask(PeerId peer, const Sendable& data, podsix::Callable<Answer> callable,
                 std::uint32_t timeout_ms = 10000) {
        const auto hosted = handlers_ ? handlers_.get_deleter().hosted.lock() : nullptr;
        if (!hosted)
            return {PODSIX_ERR_BAD_ARGUMENT, nullptr, "the listener has no host"};
        return hosted->ask(handlers_.get(), peer, data, std::move(callable), timeout_ms);
    }

private:
    struct Retire {
        std::weak_ptr<detail::Hosted> hosted;
        void operator()(detail::Handlers* handlers) const noexcept {
            if (const auto alive = hosted.lock())
                alive->retire(handlers);
        }
    };

    Listener& add(detail::Handlers::Row detail::Handlers::*row, EventKind kind,
                  const std::string_view* action, Callable callable) {
        if (!callable || !handlers_ || handlers_.get_deleter().hosted.expired())
            return *this;
        auto handler = std::make_unique<detail::Handlers::Handler>();
        handler->kind = static_cast<std::int32_t>(kind);
        handler->any_action = action == nullptr;
        if (action != nullptr)
            handler->action = *action;
        handler->call = std::move(callable);
        (handlers_.get()->*row).push_back(std::move(handler));
        return *this;
    }

    std::unique_ptr<detail::Handlers, Retire> handlers_;
};

} // namespace podsix

#undef PODSIX_HAS_EXCEPTIONS
#undef PODSIX_CHECKED
#undef PODSIX_CHECKED_NAME
#undef PODSIX_CPLUSPLUS
#pragma pop_macro("log")
#pragma pop_macro("error")
#pragma pop_macro("warning")
#pragma pop_macro("info")
#pragma pop_macro("debug")
#pragma pop_macro("min")
#pragma pop_macro("max")

#endif // C++17
#endif // PODSIX_HPP
