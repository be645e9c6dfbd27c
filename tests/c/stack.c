/* Every kind of call on threads with no more stack than the header asks for, in both modes. */
#include "check.h"

#include <pthread.h>
#include <unistd.h>

/* Unoptimised code that is watched needs more. */
#if defined(__has_feature)
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer)
#define WATCHED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define WATCHED 1
#endif
#ifdef WATCHED
#define STACK(kib) ((size_t)(kib) << 14)
#else
#define STACK(kib) ((size_t)(kib) << 10)
#endif

enum { DIALECTS = 3, DEEPEST = 256 };

static const char *const schemes[DIALECTS] = { "tcp", "podsixnet", "podsixnet+json" };
static podsix_host *host; /* talks to itself */
static uint32_t mode;
static uint64_t peers[DIALECTS];
static char address[64];
static podsix_message *deep; /* a list in a list in a list */
static size_t levels;
static char json[2 * DEEPEST];
static size_t json_len;

static void building(void)
{
    podsix_message *message = podsix_message_new();
    char text[64];
    podsix_message_begin(message, "all");
    podsix_message_add_int(message, "int", -300);
    podsix_message_add_double(message, "double", 0.1);
    podsix_message_add_string(message, "string", "text", 4);
    podsix_message_add_ext(message, "ext", 9, (const uint8_t *)"x", 1);
    podsix_message_add_big_int(message, "big", "123456789012345678901234567890", PODSIX_NUL);
    podsix_message_add_json(message, "json", "{\"a\": [1.2345678901234567890123e-300, 3e5]}", PODSIX_NUL);
    podsix_message_add_value(message, "deep", podsix_message_get_value(message));
    CHECK_CODE(podsix_message_copy_error(message, text, sizeof text), 0);
    CHECK_CODE(podsix_message_from_json(message, "[1,", PODSIX_NUL), PODSIX_ERR_BAD_JSON);
    CHECK(podsix_message_copy_error(message, text, sizeof text) > 0);
    podsix_message_free(message);
}

static void deep_building(void)
{
    podsix_message *message = podsix_message_new();
    const uint8_t *data = NULL;
    size_t len = 0;
    char text[2 * DEEPEST + 1];
    CHECK_CODE(podsix_message_from_json(message, json, json_len), 0);
    CHECK(podsix_value_equals(podsix_message_get_value(message), podsix_message_get_value(deep)));
    CHECK_CODE(podsix_message_get_span(deep, &data, &len), 0);
    podsix_message_clear(message);
    CHECK_CODE(podsix_message_add_msgpack(message, NULL, data, len), 0);
    CHECK_INT(podsix_value_copy_json(podsix_message_get_value(message), text, sizeof text), json_len);
    podsix_message_free(message);
}

/* A tuple in a tuple in a tuple as a key, among so many that they are hashed. */
static void sending_deep_keys(void)
{
    podsix_message *key = podsix_message_new();
    podsix_message *map = podsix_message_new();
    for (size_t i = 1; i < levels; i++)
        podsix_message_open_tuple(key, NULL);
    for (size_t i = 1; i < levels; i++)
        podsix_message_close(key);
    podsix_message_open_map(map, NULL);
    for (int i = 0; i < 20; i++) {
        podsix_message_set_key_int(map, i);
        podsix_message_add_int(map, NULL, i);
    }
    for (int i = 0; i < 2; i++) {
        podsix_message_set_key_value(map, podsix_message_get_value(key));
        CHECK_CODE(podsix_message_add_int(map, NULL, i), 0);
    }
    podsix_message_close(map);
    for (int i = 0; i < 2; i++)
        CHECK_CODE(podsix_send(host, peers[i], map, 0), 0);
    podsix_message_free(map);
    podsix_message_free(key);
}

static void sending(void)
{
    int32_t results[DIALECTS];
    const uint8_t *data = NULL;
    size_t len = 0;
    char text[256];
    CHECK_CODE(podsix_message_get_span(deep, &data, &len), 0);
    for (int i = 0; i < DIALECTS; i++) {
        CHECK_CODE(podsix_send(host, peers[i], deep, 0), 0);
        CHECK_CODE(podsix_send_msgpack(host, peers[i], data, len, 0), 0);
        CHECK_CODE(podsix_send_json(host, peers[i], json, json_len, 0), 0);
    }
    CHECK_CODE(podsix_send_many(host, peers, DIALECTS, deep, 0, results), DIALECTS);
    CHECK_CODE(podsix_broadcast(host, deep, 0, 0), 0);
    CHECK_CODE(podsix_send(host, 1, deep, 0), PODSIX_ERR_UNKNOWN_PEER);
    CHECK(podsix_host_copy_error(host, text, sizeof text) > 0);
}

/* What `sending` has sent, and what is due besides. */
static void receiving(void)
{
    podsix_event event;
    double deadline = now_ms() + CHECK_PATIENCE_MS;
    for (int messages = 0; messages < 4 * DIALECTS + 2 * DIALECTS + 2;) {
        int32_t got = podsix_poll(host, &event);
        if (got == 0)
            got = podsix_wait(host, 100, &event);
        CHECK(got >= 0 && now_ms() < deadline);
        messages += got > 0 && event.kind == PODSIX_EVENT_MESSAGE;
    }
    CHECK_CODE(podsix_flush(host, CHECK_PATIENCE_MS), 0);
}

/* Whose event of this kind comes; others may come before. */
static uint64_t wait_until(int32_t kind)
{
    podsix_event event;
    double deadline = now_ms() + CHECK_PATIENCE_MS;
    int32_t got = 0;
    do {
        got = podsix_wait(host, 100, &event);
        CHECK(got >= 0 && now_ms() < deadline);
    } while (got == 0 || event.kind != kind);
    return event.peer;
}

static void connecting(void)
{
    uint64_t peer = 0;
    uint32_t listener = 0;
    podsix_message *hello = podsix_message_new();
    podsix_message_begin(hello, "hello");
    listener = listen_local(host, PODSIX_LISTEN_APPROVAL, address, sizeof address);
    CHECK_CODE(podsix_connect(host, address, PODSIX_NUL, hello, 0, &peer), 0);
    CHECK_CODE(podsix_peer_accept(host, wait_until(PODSIX_EVENT_REQUEST), hello, 0), 0);
    while (wait_until(PODSIX_EVENT_CONNECTED) != peer)
        ;
    CHECK_CODE(podsix_peer_disconnect(host, peer, 0, "bye", PODSIX_NUL), 0);
    podsix_peer_kick(host, peer, 0, "now", PODSIX_NUL); /* it may have ended */
    while (wait_until(PODSIX_EVENT_DISCONNECTED) != peer)
        ;
    CHECK_CODE(podsix_connect(host, address, PODSIX_NUL, hello, 0, &peer), 0);
    CHECK_CODE(podsix_peer_refuse(host, wait_until(PODSIX_EVENT_REQUEST), 1, "no", PODSIX_NUL), 0);
    CHECK(wait_until(PODSIX_EVENT_ERROR) == peer);
    CHECK_CODE(podsix_listener_stop(host, listener), 0);
    CHECK_CODE(podsix_connect(host, "localhost:9", PODSIX_NUL, NULL, 0, &peer), 0);
    int32_t code = podsix_peer_drop(host, peer); /* nobody listens there: it may have ended */
    CHECK(code == 0 || code == PODSIX_ERR_NOT_CONNECTED || code == PODSIX_ERR_UNKNOWN_PEER);
    CHECK_CODE(podsix_connect(host, "a b", PODSIX_NUL, NULL, 0, NULL), PODSIX_ERR_BAD_ADDRESS);
    podsix_message_free(hello);
}

static void asking(void)
{
    podsix_host_stats all;
    podsix_peer_stats one;
    podsix_log_record record;
    uint64_t there[8];
    char text[64];
    CHECK(podsix_host_copy_stats(host, &all, sizeof all) > 0);
    CHECK(podsix_peer_copy_stats(host, peers[0], &one, sizeof one) > 0);
    CHECK(podsix_host_copy_peers(host, PODSIX_PEERS_ALL, there, 8) >= 2 * DIALECTS);
    CHECK(podsix_peer_copy_address(host, peers[0], text, sizeof text) > 0);
    while (podsix_host_log_next(host, &record) > 0)
        ;
}

static void another_host(void)
{
    podsix_host *other = new_host(mode);
    intptr_t descriptor = -1;
    listen_local(other, 0, address, sizeof address);
    int32_t code = podsix_host_get_descriptor(other, &descriptor);
    CHECK(code == 0 || code == PODSIX_ERR_OS); /* as of inline hosts on Windows */
    CHECK_CODE(podsix_connect(other, address, PODSIX_NUL, NULL, 0, NULL), 0);
    code = podsix_host_close(other, CHECK_PATIENCE_MS, 0, "bye", PODSIX_NUL);
    CHECK(code == 0 || code == PODSIX_ERR_TIMEOUT);
    podsix_host_free(other);
}

static void *run(void *call)
{
    (*(void (**)(void))call)();
    return NULL;
}

static void on_a_stack_of(size_t bytes, void (*call)(void))
{
    pthread_attr_t attributes;
    pthread_t id;
    size_t least = 0;
#ifdef _SC_THREAD_STACK_MIN /* no thread may have less: 128 KiB on arm64 */
    least = (size_t)sysconf(_SC_THREAD_STACK_MIN);
#endif
    CHECK(pthread_attr_init(&attributes) == 0);
    CHECK(pthread_attr_setstacksize(&attributes, bytes > least ? bytes : least) == 0);
    CHECK(pthread_create(&id, &attributes, run, &call) == 0);
    CHECK(pthread_join(id, NULL) == 0);
    CHECK(pthread_attr_destroy(&attributes) == 0);
}

static void connect_to_itself(int dialect)
{
    char place[64];
    uint32_t listener = 0;
    podsix_event event;
    snprintf(place, sizeof place, "%s://127.0.0.1:0", schemes[dialect]);
    CHECK_CODE(podsix_listen(host, place, PODSIX_NUL, 0, &listener), 0);
    snprintf(place, sizeof place, "%s://127.0.0.1:%d", schemes[dialect],
             (int)podsix_listener_get_port(host, listener));
    CHECK_CODE(podsix_connect(host, place, PODSIX_NUL, NULL, 0, &peers[dialect]), 0);
    WAIT_FOR(host, PODSIX_EVENT_CONNECTED, &event);
    WAIT_FOR(host, PODSIX_EVENT_CONNECTED, &event);
}

static void every_call(size_t depth, size_t stack)
{
    static void (*const calls[])(void) = { another_host, building, deep_building, connecting,
                                           asking, sending, sending_deep_keys, receiving };
    podsix_config config;
    CHECK_CODE(podsix_config_init(&config, sizeof config), 0);
    config.mode = mode;
    config.max_depth = (uint32_t)depth;
    CHECK_CODE(podsix_host_new(&config, &host, NULL, 0), 0);
    memset(json, '[', depth);
    memset(json + depth, ']', depth);
    json_len = 2 * depth;
    levels = depth;
    deep = podsix_message_new();
    CHECK_CODE(podsix_message_from_json(deep, json, json_len), 0);
    for (int i = 0; i < DIALECTS; i++)
        connect_to_itself(i);
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        on_a_stack_of(stack, calls[i]);
    podsix_message_free(deep);
    podsix_host_free(host);
}

int main(void)
{
    static const uint32_t modes[2] = { PODSIX_MODE_THREADED, PODSIX_MODE_INLINE };
    for (int i = 0; i < 2; i++) {
        mode = modes[i];
        every_call(64, STACK(32));
        every_call(DEEPEST, STACK(96));
    }
    puts("stack: what the header asks for is enough for every call");
    return 0;
}
