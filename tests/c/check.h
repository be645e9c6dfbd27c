/* What every C test program stands on: checks that say where and what, and waiting that ends.
 *
 * The programs keep the default signal handling on purpose: a library must not need another one.
 * Include this header first; it asks for POSIX, or for Windows.
 */
#ifndef CHECK_H
#define CHECK_H

#ifdef _WIN32
#define WIN32_LEAN_AND_MEAN
#include <windows.h>
#elif !defined(_POSIX_C_SOURCE)
#define _POSIX_C_SOURCE 200809L
#endif

#include <podsix.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Generous, for valgrind on a busy machine: only a test that fails ever waits this long. */
#define CHECK_PATIENCE_MS 60000

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: CHECK failed: %s\n", __FILE__, __LINE__, #condition);          \
            exit(1);                                                                               \
        }                                                                                          \
    } while (0)

#define CHECK_INT(actual, expected)                                                                \
    check_int(__FILE__, __LINE__, #actual, (long long)(actual), (long long)(expected))
#define CHECK_CODE(call, code) check_code(__FILE__, __LINE__, #call, (call), (code))
#define CHECK_TEXT(actual, expected) check_text(__FILE__, __LINE__, #actual, (actual), (expected))
/* The last detail of a failed call on `host` contains `words`. */
#define CHECK_DETAIL(host, words) check_detail(__FILE__, __LINE__, (host), (words))

static inline void check_int(const char *file, int line, const char *what, long long actual,
                             long long expected)
{
    if (actual != expected) {
        fprintf(stderr, "%s:%d: %s is %lld, not %lld\n", file, line, what, actual, expected);
        exit(1);
    }
}

static inline void check_code(const char *file, int line, const char *what, int32_t actual,
                              int32_t expected)
{
    if (actual != expected) {
        fprintf(stderr, "%s:%d: %s gives %ld (%s), not %ld (%s)\n", file, line, what, (long)actual,
                podsix_error_name(actual), (long)expected, podsix_error_name(expected));
        exit(1);
    }
}

static inline void check_text(const char *file, int line, const char *what, const char *actual,
                              const char *expected)
{
    if (strcmp(actual, expected) != 0) {
        fprintf(stderr, "%s:%d: %s is '%s', not '%s'\n", file, line, what, actual, expected);
        exit(1);
    }
}

static inline void check_detail(const char *file, int line, const podsix_host *host,
                                const char *words)
{
    char text[512] = "";
    podsix_host_copy_error(host, text, sizeof text);
    if (strstr(text, words) == NULL) {
        fprintf(stderr, "%s:%d: the detail '%s' does not say '%s'\n", file, line, text, words);
        exit(1);
    }
}

/* Milliseconds of a clock that never jumps. */
static inline double now_ms(void)
{
#ifdef _WIN32
    LARGE_INTEGER now, in_a_second;
    QueryPerformanceCounter(&now);
    QueryPerformanceFrequency(&in_a_second);
    return (double)now.QuadPart * 1e3 / (double)in_a_second.QuadPart;
#else
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
#endif
}

/* A host with the default settings but `mode`; `mode` is PODSIX_MODE_*. */
static inline podsix_host *new_host(uint32_t mode)
{
    podsix_config config;
    podsix_host *host = NULL;
    char error[256] = "";
    CHECK_CODE(podsix_config_init(&config, sizeof config), 0);
    config.mode = mode;
    if (podsix_host_new(&config, &host, error, sizeof error) < 0) {
        fprintf(stderr, "no host: %s\n", error);
        exit(1);
    }
    return host;
}

/* Listens on a free port of 127.0.0.1 and writes where to connect to. */
static inline uint32_t listen_local(podsix_host *host, uint32_t flags, char *address, size_t cap)
{
    uint32_t listener = 0;
    CHECK_CODE(podsix_listen(host, "127.0.0.1:0", PODSIX_NUL, flags, &listener), 0);
    CHECK(listener != 0);
    int32_t port = podsix_listener_get_port(host, listener);
    CHECK(port > 0 && port < 65536);
    snprintf(address, cap, "127.0.0.1:%d", (int)port);
    return listener;
}

/* The next event of a host, which must be of `kind`; what it points to lives until the next wait. */
#define WAIT_FOR(host, kind, event) check_wait(__FILE__, __LINE__, (host), (kind), (event))

static inline void check_wait(const char *file, int line, podsix_host *host, int32_t kind,
                              podsix_event *event)
{
    double deadline = now_ms() + CHECK_PATIENCE_MS;
    int32_t got = 0;
    while (got == 0 && now_ms() < deadline)
        got = podsix_wait(host, 1000, event);
    if (got <= 0) {
        fprintf(stderr, "%s:%d: no %s came: %s\n", file, line, podsix_event_name(kind),
                got < 0 ? podsix_error_name(got) : "nothing did");
        exit(1);
    }
    if (event->kind != kind) {
        fprintf(stderr, "%s:%d: %s came (%s, code %ld, '%.*s'), not %s\n", file, line,
                podsix_event_name(event->kind), podsix_reason_name(event->reason),
                (long)event->code, (int)event->text_len, event->text == NULL ? "" : event->text,
                podsix_event_name(kind));
        exit(1);
    }
}

/* How much of a long test to run, in percent: the first argument, 100 without one. valgrind and
 * the sanitizers, tens of times slower, ask for less. */
static inline int percent(int argc, char **argv)
{
    return argc > 1 ? atoi(argv[1]) : 100;
}

#endif
