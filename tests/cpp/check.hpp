// What every C++ test stands on: checks that say where and what. They need no exceptions.
#ifndef CHECK_HPP
#define CHECK_HPP

#include <podsix.hpp>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            std::fprintf(stderr, "%s:%d: CHECK failed: %s\n", __FILE__, __LINE__, #condition);     \
            std::exit(1);                                                                          \
        }                                                                                          \
    } while (0)
#define CHECK_TEXT(actual, expected) check_text(__FILE__, __LINE__, #actual, (actual), (expected))
/// A Result is true; if not, says its code and words.
#define CHECK_OK(result) check_ok(__FILE__, __LINE__, #result, (result))
#define CHECK_CODE(result, wanted) check_code(__FILE__, __LINE__, #result, (result), (wanted))

inline void check_text(const char* file, int line, const char* what, std::string_view actual,
                       std::string_view expected) {
    if (actual == expected)
        return;
    std::fprintf(stderr, "%s:%d: %s is '%.*s', not '%.*s'\n", file, line, what,
                 static_cast<int>(actual.size()), actual.data(), static_cast<int>(expected.size()),
                 expected.data());
    std::exit(1);
}

inline void check_code(const char* file, int line, const char* what, const podsix::Result<>& result,
                       podsix::Code wanted) {
    if (result.code() == wanted)
        return;
    std::fprintf(stderr, "%s:%d: %s gives %s ('%s'), not %s\n", file, line, what,
                 podsix::name(result.code()), result.words().c_str(), podsix::name(wanted));
    std::exit(1);
}

/// What a call gave.
inline void check_ok(const char* file, int line, const char* what, const podsix::Result<>& result) {
    check_code(file, line, what, result, podsix::Code::ok);
}
template <class T>
T check_ok(const char* file, int line, const char* what, podsix::Result<T> result) {
    check_code(file, line, what, result, podsix::Code::ok);
    return *std::move(result);
}

/// Generous, for sanitizers on a busy machine: only a test that fails ever waits this long.
class Deadline {
public:
    [[nodiscard]] bool passed() const { return std::chrono::steady_clock::now() > at_; }

private:
    std::chrono::steady_clock::time_point at_ =
        std::chrono::steady_clock::now() + std::chrono::seconds(60);
};

/// Pumps hosts until something is so.
template <class Done, class... Hosts> void until(const char* what, Done done, Hosts&... hosts) {
    const Deadline deadline;
    while (!done()) {
        if (deadline.passed()) {
            std::fprintf(stderr, "waited in vain until %s\n", what);
            std::exit(1);
        }
        (check_code(__FILE__, __LINE__, "pump", hosts.pump(1), podsix::Code::ok), ...);
    }
}

#endif
