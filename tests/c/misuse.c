/* What a C program can do wrong: every function with NULL, peers that are stale or another host's,
 * numbers nobody knows, messages that do not balance. Each has its code, and words for who reads
 * them. Only podsix_*_free with something already freed is left out: that is undefined in C. */
#include "check.h"

#define BAD(call) CHECK_CODE((call), PODSIX_ERR_BAD_ARGUMENT)

static podsix_host *host;
static podsix_message *message;
static char address[64];
static uint32_t listener;
static uint64_t to, from; /* the two ends of the host's connection to itself */

static int32_t no_dumps(void *context, const podsix_value *value, uint8_t *buffer, size_t capacity)
{
    (void)context, (void)value, (void)buffer, (void)capacity;
    return -1;
}

static int32_t no_loads(void *context, const uint8_t *data, size_t len, podsix_message *message)
{
    (void)context, (void)data, (void)len, (void)message;
    return -1;
}

static void no_host(void)
{
    podsix_event event;
    podsix_host_stats host_stats;
    podsix_peer_stats peer_stats;
    podsix_log_record log;
    uint64_t peer = 0;
    uint32_t id = 0;
    char text[8];
    intptr_t descriptor = -1;
    void *data = NULL;
    BAD(podsix_poll(NULL, &event));
    BAD(podsix_wait(NULL, 0, &event));
    BAD(podsix_flush(NULL, 0));
    BAD(podsix_listen(NULL, "*:0", PODSIX_NUL, 0, &id));
    BAD(podsix_listener_get_port(NULL, listener));
    BAD(podsix_listener_copy_address(NULL, listener, text, sizeof text));
    BAD(podsix_listener_stop(NULL, listener));
    BAD(podsix_connect(NULL, address, PODSIX_NUL, NULL, 0, &peer));
    BAD(podsix_peer_accept(NULL, to, NULL, 0));
    BAD(podsix_peer_refuse(NULL, to, 0, NULL, 0));
    BAD(podsix_peer_disconnect(NULL, to, 0, NULL, 0));
    BAD(podsix_peer_kick(NULL, to, 0, NULL, 0));
    BAD(podsix_peer_drop(NULL, to));
    BAD(podsix_peer_copy_address(NULL, to, text, sizeof text));
    BAD(podsix_peer_copy_stats(NULL, to, &peer_stats, sizeof peer_stats));
    BAD(podsix_peer_get_user_data(NULL, to, &data));
    BAD(podsix_peer_set_user_data(NULL, to, NULL));
    BAD(podsix_send(NULL, to, message, 0));
    BAD(podsix_send_msgpack(NULL, to, (const uint8_t *)"\x01", 1, 0));
    BAD(podsix_send_json(NULL, to, "1", PODSIX_NUL, 0));
    BAD(podsix_send_many(NULL, &to, 1, message, 0, NULL));
    BAD(podsix_broadcast(NULL, message, 0, 0));
    BAD(podsix_host_copy_error(NULL, text, sizeof text));
    BAD(podsix_host_copy_stats(NULL, &host_stats, sizeof host_stats));
    BAD(podsix_host_copy_peers(NULL, 0, &peer, 1));
    BAD(podsix_host_get_descriptor(NULL, &descriptor));
    BAD(podsix_host_log_next(NULL, &log));
    BAD(podsix_host_set_codec(NULL, no_dumps, no_loads, NULL));
    BAD(podsix_host_close(NULL, 0, 0, NULL, 0));
    podsix_host_free(NULL);
}

static void no_arguments(void)
{
    podsix_host *none = NULL;
    podsix_config config;
    char error[128] = "";
    BAD(podsix_config_init(NULL, sizeof config));
    BAD(podsix_config_set_largest(NULL, 1000));
    BAD(podsix_host_new(NULL, NULL, error, sizeof error));
    CHECK(error[0] != '\0');
    BAD(podsix_host_new(NULL, &none, NULL, 8));
    CHECK(none == NULL);
    BAD(podsix_poll(host, NULL));
    BAD(podsix_wait(host, 0, NULL));
    BAD(podsix_listen(host, NULL, 1, 0, &listener));
    BAD(podsix_connect(host, NULL, 1, NULL, 0, NULL));
    BAD(podsix_listener_copy_address(host, listener, NULL, 8));
    BAD(podsix_peer_copy_address(host, to, NULL, 8));
    BAD(podsix_peer_copy_stats(host, to, NULL, sizeof(podsix_peer_stats)));
    BAD(podsix_peer_get_user_data(host, to, NULL));
    BAD(podsix_peer_refuse(host, to, 0, NULL, 1));
    BAD(podsix_peer_disconnect(host, to, 0, NULL, 1));
    BAD(podsix_peer_kick(host, to, 0, NULL, 1));
    BAD(podsix_host_close(host, 0, 0, NULL, 1));
    BAD(podsix_send(host, to, NULL, 0));
    BAD(podsix_send_msgpack(host, to, NULL, 1, 0));
    BAD(podsix_send_json(host, to, NULL, 1, 0));
    BAD(podsix_send_json(host, to, NULL, PODSIX_NUL, 0));
    BAD(podsix_send_many(host, NULL, 1, message, 0, NULL));
    BAD(podsix_send_many(host, &to, 1, NULL, 0, NULL));
    BAD(podsix_broadcast(host, NULL, 0, 0));
    BAD(podsix_host_copy_error(host, NULL, 8));
    BAD(podsix_host_copy_stats(host, NULL, sizeof(podsix_host_stats)));
    BAD(podsix_host_copy_peers(host, 0, NULL, 1));
    BAD(podsix_host_get_descriptor(host, NULL));
    BAD(podsix_host_log_next(host, NULL));
    BAD(podsix_host_set_codec(host, NULL, no_loads, NULL));
    BAD(podsix_host_set_codec(host, no_dumps, NULL, NULL));
    CHECK_DETAIL(host, "loads is NULL");
    CHECK_INT(podsix_host_copy_peers(host, 0, NULL, 0), 2);
    CHECK(podsix_host_copy_error(host, NULL, 0) > 0);
    CHECK_CODE(podsix_send_many(host, NULL, 0, message, 0, NULL), 0);
}

static void flags_nobody_knows(void)
{
    uint32_t id = 77;
    BAD(podsix_listen(host, "127.0.0.1:0", PODSIX_NUL, 2, &id));
    CHECK_INT(id, 77);
    uint64_t nobody = 77;
    BAD(podsix_connect(host, "127.0.0.1:1", PODSIX_NUL, NULL, 1, &nobody));
    CHECK(nobody == 77);
    BAD(podsix_host_copy_peers(host, 2, &nobody, 1));
    BAD(podsix_peer_accept(host, from, NULL, 1));
    CHECK_DETAIL(host, "flags");
    BAD(podsix_send(host, to, message, 1));
    CHECK_DETAIL(host, "flags");
    BAD(podsix_send_msgpack(host, to, (const uint8_t *)"\x01", 1, 1));
    BAD(podsix_send_json(host, to, "1", PODSIX_NUL, 1));
    BAD(podsix_send_many(host, &to, 1, message, 1, NULL));
    BAD(podsix_broadcast(host, message, 0, UINT32_MAX));
}

/* Everything one can ask of a peer, for one that is not there. */
static void check_unknown(uint64_t peer)
{
    podsix_peer_stats stats;
    char text[64] = "untouched";
    void *data = text;
    int32_t result = 0;
    CHECK_CODE(podsix_send(host, peer, message, 0), PODSIX_ERR_UNKNOWN_PEER);
    snprintf(text, sizeof text, "there is no peer %llu here", (unsigned long long)peer);
    CHECK_DETAIL(host, text);
    CHECK_CODE(podsix_send_json(host, peer, "1", PODSIX_NUL, 0), PODSIX_ERR_UNKNOWN_PEER);
    CHECK_CODE(podsix_send_msgpack(host, peer, (const uint8_t *)"\x01", 1, 0),
               PODSIX_ERR_UNKNOWN_PEER);
    CHECK_CODE(podsix_send_many(host, &peer, 1, message, 0, &result), 0);
    CHECK_CODE(result, PODSIX_ERR_UNKNOWN_PEER);
    CHECK_CODE(podsix_peer_accept(host, peer, NULL, 0), PODSIX_ERR_UNKNOWN_PEER);
    CHECK_CODE(podsix_peer_refuse(host, peer, 0, NULL, 0), PODSIX_ERR_UNKNOWN_PEER);
    CHECK_CODE(podsix_peer_disconnect(host, peer, 0, NULL, 0), PODSIX_ERR_UNKNOWN_PEER);
    CHECK_CODE(podsix_peer_kick(host, peer, 0, NULL, 0), PODSIX_ERR_UNKNOWN_PEER);
    CHECK_CODE(podsix_peer_drop(host, peer), PODSIX_ERR_UNKNOWN_PEER);
    snprintf(text, sizeof text, "untouched");
    CHECK_CODE(podsix_peer_copy_address(host, peer, text, sizeof text), PODSIX_ERR_UNKNOWN_PEER);
    CHECK_TEXT(text, "untouched");
    CHECK_CODE(podsix_peer_copy_stats(host, peer, &stats, sizeof stats), PODSIX_ERR_UNKNOWN_PEER);
    CHECK_CODE(podsix_peer_get_user_data(host, peer, &data), PODSIX_ERR_UNKNOWN_PEER);
    CHECK(data == text);
    CHECK_CODE(podsix_peer_set_user_data(host, peer, NULL), PODSIX_ERR_UNKNOWN_PEER);
    /* A broadcast may except whomever it likes. */
    CHECK_CODE(podsix_broadcast(host, message, peer, 0), 0);
}

static void drain(podsix_host *which)
{
    podsix_event event;
    CHECK_CODE(podsix_flush(which, CHECK_PATIENCE_MS), 0);
    for (int i = 0; i < 2; i++) /* the two copies of a broadcast to both ends */
        WAIT_FOR(which, PODSIX_EVENT_MESSAGE, &event);
}

static void peers_that_are_not_there(void)
{
    podsix_host *other = new_host(PODSIX_MODE_THREADED);
    podsix_event event;
    uint64_t foreign = 0;
    static const uint64_t numbers[] = { 0, 1, 12345, (UINT64_C(1) << 53) - 1, UINT64_C(1) << 53,
                                        UINT64_MAX };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        check_unknown(numbers[i]);
        drain(host);
    }
    CHECK_CODE(podsix_connect(other, address, PODSIX_NUL, NULL, 0, &foreign), 0);
    WAIT_FOR(other, PODSIX_EVENT_CONNECTED, &event);
    WAIT_FOR(host, PODSIX_EVENT_CONNECTED, &event);
    uint64_t stale = event.peer;
    podsix_host_free(other);
    WAIT_FOR(host, PODSIX_EVENT_DISCONNECTED, &event);
    CHECK(event.peer == stale);
    CHECK_INT(event.reason, PODSIX_REASON_SHUTDOWN);
    /* Until its last event has expired a peer's address can be read, but nothing can be sent. */
    char text[64];
    CHECK(podsix_peer_copy_address(host, stale, text, sizeof text) > 0);
    CHECK(podsix_send(host, stale, message, 0) < 0);
    CHECK_CODE(podsix_poll(host, &event), 0);
    check_unknown(stale);
    drain(host);
    check_unknown(foreign);
    drain(host);
}

static void listeners_that_are_not_there(void)
{
    char text[64];
    static const uint32_t numbers[] = { 0, 4711, UINT32_MAX };
    for (size_t i = 0; i < 3; i++) {
        CHECK_CODE(podsix_listener_get_port(host, numbers[i]), PODSIX_ERR_UNKNOWN_LISTENER);
        CHECK_DETAIL(host, "there is no listener");
        CHECK_CODE(podsix_listener_copy_address(host, numbers[i], text, sizeof text),
                   PODSIX_ERR_UNKNOWN_LISTENER);
        CHECK_CODE(podsix_listener_stop(host, numbers[i]), PODSIX_ERR_UNKNOWN_LISTENER);
    }
}

static void wrong_moments(void)
{
    CHECK_CODE(podsix_peer_accept(host, from, NULL, 0), PODSIX_ERR_NOT_REQUESTED);
    CHECK_DETAIL(host, "is not waiting to be accepted or refused");
    CHECK_CODE(podsix_peer_refuse(host, to, 0, NULL, 0), PODSIX_ERR_NOT_REQUESTED);
}

static void bad_addresses(void)
{
    uint64_t peer = 77;
    uint32_t id = 0;
    CHECK_CODE(podsix_connect(host, "ftp://example.org", PODSIX_NUL, NULL, 0, &peer),
               PODSIX_ERR_BAD_ADDRESS);
    CHECK_DETAIL(host, "unknown scheme 'ftp'");
    CHECK_CODE(podsix_connect(host, "localhost:65536", PODSIX_NUL, NULL, 0, &peer),
               PODSIX_ERR_BAD_ADDRESS);
    CHECK_DETAIL(host, "beyond 65535");
    CHECK_CODE(podsix_connect(host, "me:secret@localhost/", PODSIX_NUL, NULL, 0, &peer),
               PODSIX_ERR_BAD_ADDRESS);
    CHECK_DETAIL(host, "'...@localhost/' has a user name or password");
    CHECK_CODE(podsix_listen(host, "localhost?key=1", PODSIX_NUL, 0, &id), PODSIX_ERR_BAD_ADDRESS);
    CHECK_DETAIL(host, "unknown key 'key'");
    CHECK_CODE(podsix_connect(host, "*:1", PODSIX_NUL, NULL, 0, &peer), PODSIX_ERR_BAD_ADDRESS);
    CHECK_CODE(podsix_connect(host, "localh\xff", PODSIX_NUL, NULL, 0, &peer), PODSIX_ERR_BAD_UTF8);
    CHECK_INT(peer, 77);
    CHECK_CODE(podsix_listen(host, "example.org", PODSIX_NUL, 0, &id), PODSIX_ERR_BAD_ADDRESS);
    CHECK_DETAIL(host, "'example.org' is a name");
    CHECK_CODE(podsix_listen(host, "\xff", PODSIX_NUL, 0, &id), PODSIX_ERR_BAD_UTF8);
    CHECK_CODE(podsix_listen(host, address, PODSIX_NUL, 0, &id), PODSIX_ERR_OS);
    CHECK_DETAIL(host, "in use");
    /* An address of a documentation network: nobody has it. */
    CHECK_CODE(podsix_listen(host, "192.0.2.1:1", PODSIX_NUL, 0, &id), PODSIX_ERR_OS);
    CHECK_INT(id, 0);
}

static void check_config(const podsix_config *config, const char *words)
{
    podsix_host *none = NULL;
    char error[256] = "", cut[8] = "";
    CHECK_CODE(podsix_host_new(config, &none, error, sizeof error), PODSIX_ERR_BAD_CONFIG);
    CHECK(none == NULL);
    if (strstr(error, words) == NULL) {
        fprintf(stderr, "'%s' does not say '%s'\n", error, words);
        exit(1);
    }
    CHECK_CODE(podsix_host_new(config, &none, cut, sizeof cut), PODSIX_ERR_BAD_CONFIG);
    CHECK_INT(strlen(cut), sizeof cut - 1);
    CHECK_CODE(podsix_host_new(config, &none, NULL, 0), PODSIX_ERR_BAD_CONFIG);
}

static void bad_settings(void)
{
    podsix_config config;
    podsix_host *made = NULL;
    CHECK_CODE(podsix_config_init(&config, 3), PODSIX_ERR_BAD_CONFIG);
    CHECK_CODE(podsix_config_init(&config, 1 << 20), PODSIX_ERR_BAD_CONFIG);

    CHECK_CODE(podsix_config_init(&config, sizeof config), 0);
    CHECK_INT(config.struct_size, sizeof config);
    config.mode = 9;
    check_config(&config, "mode");

    podsix_config_init(&config, sizeof config);
    config.max_message = 1 << 24;
    check_config(&config, "max_message is 16777216");

    podsix_config_init(&config, sizeof config);
    CHECK_CODE(podsix_config_set_largest(&config, 0), PODSIX_ERR_BAD_CONFIG);
    CHECK_CODE(podsix_config_set_largest(&config, 1 << 24), PODSIX_ERR_BAD_CONFIG);
    CHECK_INT(config.max_message, 1 << 20);
    config.queue_bytes = 12 << 20;
    config.memory_budget = 32 << 20;
    CHECK_CODE(podsix_config_set_largest(&config, 10 << 20), 0);
    CHECK_INT(config.max_message, 10 << 20);
    CHECK_INT(config.out_buffer, 10 << 20);
    CHECK_INT(config.queue_bytes, 12 << 20);
    CHECK_INT(config.memory_budget, 42 << 20);
    CHECK_CODE(podsix_host_new(&config, &made, NULL, 0), 0);
    podsix_host_free(made);
    config.struct_size = 1;
    CHECK_CODE(podsix_config_set_largest(&config, 1000), PODSIX_ERR_BAD_CONFIG);
    CHECK_INT(config.max_message, 10 << 20);

    podsix_config_init(&config, sizeof config);
    config.out_buffer = 1000;
    check_config(&config, "out_buffer (1000)");

    podsix_config_init(&config, sizeof config);
    config.ping_interval_ms = 0;
    check_config(&config, "idle_timeout_ms needs pings");

    podsix_config_init(&config, sizeof config);
    CHECK_INT(config.slow_peer_ms, 5000);
    CHECK_INT(config.slow_peer_bytes, 8 << 20);
    config.slow_peer_bytes = 0;
    check_config(&config, "slow_peer_bytes is 0");

    podsix_config_init(&config, sizeof config);
    config.slow_peer_ms = 86400001;
    check_config(&config, "slow_peer_ms is 86400001");

    podsix_config_init(&config, sizeof config);
    config.limit_loopback = 2;
    check_config(&config, "limit_loopback");

    podsix_config_init(&config, sizeof config);
    config.send_mode = PODSIX_SEND_GATHERED + 1;
    check_config(&config, "send_mode is 2, it must be one of PODSIX_SEND_*");

    podsix_config_init(&config, sizeof config);
    config.reserved = 1;
    check_config(&config, "reserved is 1");

    podsix_config_init(&config, sizeof config);
    config.struct_size = 1;
    check_config(&config, "struct_size");

    /* A program built with the header of before slow_peer_ms. */
    memset(&config, 0xff, sizeof config);
    CHECK_CODE(podsix_config_init(&config, 88), 0);
    CHECK_INT(config.struct_size, 88);
    CHECK_INT(config.slow_peer_ms, UINT32_MAX);
    CHECK_CODE(podsix_host_new(&config, &made, NULL, 0), 0);
    podsix_host_free(made);

    /* A program built with a newer header: fine while the fields this library lacks are 0. */
    struct {
        podsix_config known;
        uint64_t unknown;
    } newer;
    memset(&newer, 0, sizeof newer);
    podsix_config_init(&newer.known, sizeof newer.known);
    newer.known.struct_size = sizeof newer;
    newer.unknown = UINT64_MAX;
    CHECK_CODE(podsix_config_set_largest(&newer.known, 10 << 20), 0);
    CHECK(newer.unknown == UINT64_MAX && newer.known.out_buffer == 10 << 20);
    newer.unknown = 0;
    CHECK_CODE(podsix_host_new(&newer.known, &made, NULL, 0), 0);
    podsix_host_free(made);
    newer.unknown = 1;
    check_config(&newer.known, "struct_size");
}

/* The message has its mistake: the send repeats code and words, until the next begin. */
static void check_mistake(int32_t result, int32_t code, const char *words)
{
    char text[256] = "";
    CHECK_CODE(result, code);
    CHECK(podsix_message_copy_error(message, text, sizeof text) > 0);
    if (strstr(text, words) == NULL) {
        fprintf(stderr, "'%s' does not say '%s'\n", text, words);
        exit(1);
    }
    CHECK_CODE(podsix_send(host, to, message, 0), code);
    CHECK_DETAIL(host, words);
    CHECK_CODE(podsix_broadcast(host, message, 0, 0), code);
    podsix_message_begin(message, "good");
    CHECK_INT(podsix_message_copy_error(message, text, sizeof text), 0);
}

static void messages_that_do_not_balance(void)
{
    const int32_t bad = PODSIX_ERR_BAD_MESSAGE;
    const uint8_t *data = NULL;
    size_t len = 77;
    podsix_message *fresh = podsix_message_new();
    CHECK_CODE(podsix_send(host, to, fresh, 0), bad);
    CHECK_DETAIL(host, "the message is empty");
    CHECK_CODE(podsix_message_get_span(fresh, &data, &len), bad);
    CHECK(data == NULL && len == 77);
    podsix_message_free(fresh);

    podsix_message_begin(message, "a");
    check_mistake(podsix_message_add_int(message, NULL, 1), bad, "a value without a key");
    podsix_message_open_list(message, "list");
    check_mistake(podsix_message_add_int(message, "x", 1), bad, "key \"x\" given inside a list");
    podsix_message_open_list(message, "players");
    check_mistake((podsix_message_open_map(message, NULL), bad), bad, "2 containers are still open");
    check_mistake(podsix_message_close(message), bad, "close without an open container");
    podsix_message_set_key(message, "k", 1);
    check_mistake(podsix_message_set_key(message, "l", 1), bad, "waits for its value");
    podsix_message_set_key_int(message, 3);
    check_mistake(bad, bad, "key 3 has no value");
    check_mistake(podsix_message_set_key_value(message, NULL), bad, "a key cannot be");
    check_mistake(podsix_message_add_value(message, "v", NULL), bad, "is missing");
    podsix_message_clear(message);
    podsix_message_add_int(message, NULL, 1);
    check_mistake(podsix_message_add_int(message, NULL, 2), bad, "a message is one value");
    check_mistake(podsix_message_add_big_int(message, "n", "12a", PODSIX_NUL), bad, "decimal");
    check_mistake(podsix_message_add_msgpack(message, "m", (const uint8_t *)"\xc1", 1), bad,
                  "MessagePack");
    check_mistake(podsix_message_add_json(message, "j", "{", PODSIX_NUL), PODSIX_ERR_BAD_JSON,
                  "line 1, column 2");
    check_mistake(podsix_message_from_json(message, "nul", PODSIX_NUL), PODSIX_ERR_BAD_JSON,
                  "line 1, column 1");
    check_mistake(podsix_message_add_string(message, "s", "\xff", 1), PODSIX_ERR_BAD_UTF8, "UTF-8");
    check_mistake(podsix_message_begin(message, "\xff"), PODSIX_ERR_BAD_UTF8, "UTF-8");
    check_mistake(podsix_message_add_ext(message, "e", 128, NULL, 0), PODSIX_ERR_BAD_ARGUMENT,
                  "128");
    for (int i = 0; i < 300; i++)
        podsix_message_open_list(message, i == 0 ? "deep" : NULL);
    check_mistake(PODSIX_ERR_TOO_DEEP, PODSIX_ERR_TOO_DEEP, "256");

    /* One level, one digit more than there may be. */
    char text[1100];
    memset(text, '[', 257);
    memset(text + 257, ']', 257);
    check_mistake(podsix_message_from_json(message, text, 514), PODSIX_ERR_TOO_DEEP, "256");
    check_mistake(podsix_message_add_json(message, "j", text, 514), PODSIX_ERR_TOO_DEEP, "256");
    CHECK_CODE(podsix_send_json(host, to, text, 514, 0), PODSIX_ERR_TOO_DEEP);
    CHECK_CODE(podsix_message_from_json(message, text + 1, 512), 0);
    memset(text, '9', 1025);
    podsix_message_begin(message, "a");
    check_mistake(podsix_message_add_big_int(message, "n", text, 1025), bad, "1024 digits");
    check_mistake(podsix_message_from_json(message, text, 1025), PODSIX_ERR_BAD_JSON, "1024 digits");
    CHECK_CODE(podsix_message_from_json(message, text, 1024), 0);
    podsix_message_begin(message, "a");
    CHECK_CODE(podsix_message_add_big_int(message, "n", text, 1024), 0);
    podsix_message_begin(message, "a");

    /* The first mistake sticks. */
    podsix_message_add_int(message, NULL, 1);
    CHECK_CODE(podsix_message_close(message), bad);
    check_mistake(podsix_message_add_string(message, "s", "\xff", 1), bad, "without a key");

    /* The limits of the host are not those of the writer. */
    for (int i = 0; i < 100; i++)
        podsix_message_open_list(message, i == 0 ? "deep" : NULL);
    for (int i = 0; i < 100; i++)
        CHECK_CODE(podsix_message_close(message), 0);
    CHECK_CODE(podsix_send(host, to, message, 0), PODSIX_ERR_TOO_DEEP);
    CHECK_DETAIL(host, "max_depth allows (64 levels)");
    podsix_message_begin(message, "good");
}

static void no_message(void)
{
    const uint8_t *data = NULL;
    size_t len = 0;
    char text[8];
    BAD(podsix_message_begin(NULL, "a"));
    BAD(podsix_message_clear(NULL));
    BAD(podsix_message_set_key(NULL, "k", 1));
    BAD(podsix_message_set_key_int(NULL, 1));
    BAD(podsix_message_set_key_value(NULL, NULL));
    BAD(podsix_message_add_nil(NULL, "k"));
    BAD(podsix_message_add_bool(NULL, "k", 1));
    BAD(podsix_message_add_int(NULL, "k", 1));
    BAD(podsix_message_add_uint(NULL, "k", 1));
    BAD(podsix_message_add_double(NULL, "k", 1));
    BAD(podsix_message_add_float(NULL, "k", 1));
    BAD(podsix_message_add_string(NULL, "k", "v", 1));
    BAD(podsix_message_add_bytes(NULL, "k", NULL, 0));
    BAD(podsix_message_add_ext(NULL, "k", 5, NULL, 0));
    BAD(podsix_message_add_big_int(NULL, "k", "1", 1));
    BAD(podsix_message_add_value(NULL, "k", NULL));
    BAD(podsix_message_add_json(NULL, "k", "1", 1));
    BAD(podsix_message_add_msgpack(NULL, "k", (const uint8_t *)"\x01", 1));
    BAD(podsix_message_open_list(NULL, "k"));
    BAD(podsix_message_open_map(NULL, "k"));
    BAD(podsix_message_open_tuple(NULL, "k"));
    BAD(podsix_message_close(NULL));
    BAD(podsix_message_from_json(NULL, "1", 1));
    BAD(podsix_message_copy_error(NULL, text, sizeof text));
    BAD(podsix_message_get_span(NULL, &data, &len));
    BAD(podsix_message_get_span(message, NULL, &len));
    BAD(podsix_message_get_span(message, &data, NULL));
    BAD(podsix_message_copy_error(message, NULL, 8));
    CHECK_INT(podsix_value_type(podsix_message_get_value(NULL)), PODSIX_TYPE_NONE);
    podsix_message_free(NULL);

    BAD(podsix_message_begin(message, NULL));
    podsix_message_begin(message, "a");
    BAD(podsix_message_add_string(message, "k", NULL, 1));
    podsix_message_begin(message, "a");
    BAD(podsix_message_add_bytes(message, "k", NULL, 1));
    podsix_message_begin(message, "a");
    BAD(podsix_message_set_key(message, NULL, 1));
    CHECK_INT(podsix_value_type(podsix_message_get_value(message)), PODSIX_TYPE_NONE);
    podsix_message_begin(message, "a");
    podsix_message_open_list(message, "open");
    CHECK_INT(podsix_value_type(podsix_message_get_value(message)), PODSIX_TYPE_NONE);
    podsix_message_begin(message, "good");
}

/* Reading is total: NULL is the NONE value. */
static void no_value(void)
{
    const podsix_value *none = podsix_value_get(NULL, "x"), *out[1] = { NULL };
    const podsix_key key = { "k", PODSIX_NUL };
    podsix_iter iter = { 0 };
    const uint8_t *bytes = NULL;
    const char *data = NULL;
    char text[8] = "x";
    size_t len = 0;
    int32_t b = 0;
    int64_t i = 0;
    uint64_t u = 0;
    double d = 0;
    CHECK(none != NULL);
    CHECK_INT(podsix_value_type(none), PODSIX_TYPE_NONE);
    CHECK_INT(podsix_value_type(NULL), PODSIX_TYPE_NONE);
    CHECK_INT(podsix_value_type(podsix_value_get(none, NULL)), PODSIX_TYPE_NONE);
    CHECK_INT(podsix_value_type(podsix_value_find(NULL, NULL, 0)), PODSIX_TYPE_NONE);
    CHECK_INT(podsix_value_type(podsix_value_find(NULL, NULL, 5)), PODSIX_TYPE_NONE);
    CHECK_INT(podsix_value_type(podsix_value_find_int(NULL, 1)), PODSIX_TYPE_NONE);
    CHECK_INT(podsix_value_type(podsix_value_at(NULL, 0)), PODSIX_TYPE_NONE);
    CHECK_INT(podsix_value_count(NULL), 0);
    CHECK_INT(podsix_value_is_tuple(NULL), 0);
    CHECK_INT(podsix_value_fields(NULL, &key, 1, out), 0);
    CHECK_INT(podsix_value_type(out[0]), PODSIX_TYPE_NONE);
    CHECK_INT(podsix_value_fields(NULL, NULL, 0, NULL), 0);
    BAD(podsix_value_fields(NULL, NULL, 1, out));
    BAD(podsix_value_fields(NULL, &key, 1, NULL));
    CHECK_INT(podsix_value_next(NULL, &iter, NULL, &none), 0);
    BAD(podsix_value_next(none, NULL, NULL, NULL));
    CHECK_INT(podsix_value_as_bool(NULL, 7), 7);
    CHECK_INT(podsix_value_as_int(NULL, 7), 7);
    CHECK_INT(podsix_value_as_uint(NULL, 7), 7);
    CHECK(podsix_value_as_double(NULL, 7.0) > 6.9);
    CHECK_CODE(podsix_value_read_bool(NULL, &b), PODSIX_ERR_WRONG_TYPE);
    CHECK_CODE(podsix_value_read_int(NULL, &i), PODSIX_ERR_WRONG_TYPE);
    CHECK_CODE(podsix_value_read_uint(NULL, &u), PODSIX_ERR_WRONG_TYPE);
    CHECK_CODE(podsix_value_read_double(NULL, &d), PODSIX_ERR_WRONG_TYPE);
    BAD(podsix_value_read_bool(NULL, NULL));
    BAD(podsix_value_read_int(NULL, NULL));
    BAD(podsix_value_read_uint(NULL, NULL));
    BAD(podsix_value_read_double(NULL, NULL));
    CHECK_CODE(podsix_value_get_string(NULL, &data, &len), PODSIX_ERR_WRONG_TYPE);
    CHECK_CODE(podsix_value_get_bytes(NULL, &bytes, &len), PODSIX_ERR_WRONG_TYPE);
    CHECK_CODE(podsix_value_get_span(NULL, &bytes, &len), PODSIX_ERR_WRONG_TYPE);
    CHECK_CODE(podsix_value_get_ext_type(NULL, &b), PODSIX_ERR_WRONG_TYPE);
    BAD(podsix_value_get_string(NULL, NULL, &len));
    BAD(podsix_value_get_bytes(NULL, &bytes, NULL));
    BAD(podsix_value_get_span(NULL, NULL, NULL));
    BAD(podsix_value_get_ext_type(NULL, NULL));
    CHECK_INT(podsix_value_equals(NULL, NULL), 1);
    CHECK_INT(podsix_value_equals(NULL, podsix_value_get(NULL, "x")), 1);
    CHECK(podsix_value_copy_json(NULL, text, sizeof text) >= 0);
    BAD(podsix_value_copy_json(NULL, NULL, 8));
    CHECK_INT(podsix_value_copy_printable(NULL, 8, text, sizeof text), 0);
    BAD(podsix_value_copy_printable(NULL, 8, NULL, 8));
    BAD(podsix_text_copy_printable(NULL, 1, 8, text, sizeof text));
    BAD(podsix_text_copy_printable(NULL, PODSIX_NUL, 8, text, sizeof text));
    BAD(podsix_text_copy_printable("x", SIZE_MAX / 2 + 1, 8, text, sizeof text));
    BAD(podsix_text_copy_printable("x", 1, 8, NULL, 8));
    CHECK_INT(podsix_text_copy_printable(NULL, 0, 8, text, sizeof text), 0);
    CHECK_INT(podsix_text_copy_printable("x", 1, 0, NULL, 0), 0);
}

static void nothing_to_dispatch(void)
{
    const podsix_handler empty = { "connected", NULL };
    podsix_event event;
    memset(&event, 0, sizeof event);
    BAD(podsix_dispatch(NULL, &empty, 1, NULL));
    BAD(podsix_dispatch(&event, NULL, 1, NULL));
    CHECK_INT(podsix_dispatch(&event, NULL, 0, NULL), 0);
    BAD(podsix_dispatch(&event, &empty, 1, NULL));
}

static void names(void)
{
    CHECK_TEXT(podsix_error_name(PODSIX_ERR_WOULD_BLOCK), "PODSIX_ERR_WOULD_BLOCK");
    CHECK_TEXT(podsix_error_name(0), "PODSIX_OK");
    CHECK_TEXT(podsix_error_name(1), "PODSIX_OK");
    CHECK_TEXT(podsix_error_name(INT32_MIN), "PODSIX_ERR_UNKNOWN");
    CHECK_TEXT(podsix_reason_name(PODSIX_REASON_LOST), "PODSIX_REASON_LOST");
    CHECK_TEXT(podsix_reason_name(-1), "PODSIX_REASON_UNKNOWN");
    CHECK_TEXT(podsix_event_name(PODSIX_EVENT_STALLED), "PODSIX_EVENT_STALLED");
    CHECK_TEXT(podsix_event_name(0), "PODSIX_EVENT_UNKNOWN");
    CHECK_INT(podsix_abi_version(), PODSIX_ABI_VERSION);
    uint32_t version = podsix_version();
    char text[32];
    snprintf(text, sizeof text, "%u.%u.%u", (unsigned)(version >> 16),
             (unsigned)(version >> 8 & 0xff), (unsigned)(version & 0xff));
    CHECK_TEXT(podsix_version_string(), text);
}

/* Results that would go where their type cannot lie. */
static void odd_outputs(void)
{
    static uint64_t room[32];
    podsix_iter iter = { 0 };
    const podsix_value *value = NULL;
    const podsix_key key = { "x", 1 };
    char error[64];
    podsix_message *moved = podsix_message_new();
#define ODD(type) ((type *)(void *)((char *)room + 1))
#define ODD_BAD(call, name)                                                                        \
    BAD(call);                                                                                     \
    CHECK_DETAIL(host, name " is not aligned")
    BAD(podsix_host_new(NULL, ODD(podsix_host *), error, sizeof error));
    CHECK_TEXT(error, "host is not aligned");
    ODD_BAD(podsix_poll(host, ODD(podsix_event)), "event");
    ODD_BAD(podsix_wait(host, 0, ODD(podsix_event)), "event");
    ODD_BAD(podsix_listen(host, "127.0.0.1:0", PODSIX_NUL, 0, ODD(uint32_t)), "listener");
    ODD_BAD(podsix_connect(host, address, PODSIX_NUL, NULL, 0, ODD(uint64_t)), "peer");
    ODD_BAD(podsix_peer_get_user_data(host, to, ODD(void *)), "user_data");
    ODD_BAD(podsix_host_copy_peers(host, 0, ODD(uint64_t), 4), "peers");
    ODD_BAD(podsix_host_log_next(host, ODD(podsix_log_record)), "record");
    podsix_message_begin(moved, "move");
    podsix_message_add_int(moved, "x", 3);
    ODD_BAD(podsix_send_many(host, &to, 1, moved, 0, ODD(int32_t)), "results");
    BAD(podsix_message_get_span(moved, ODD(const uint8_t *), (size_t *)room));
    BAD(podsix_message_get_span(moved, (const uint8_t **)room, ODD(size_t)));

    const podsix_value *map = podsix_message_get_value(moved), *x = podsix_value_get(map, "x");
    BAD(podsix_value_read_bool(x, ODD(int32_t)));
    BAD(podsix_value_read_int(x, ODD(int64_t)));
    BAD(podsix_value_read_uint(x, ODD(uint64_t)));
    BAD(podsix_value_read_double(x, ODD(double)));
    BAD(podsix_value_get_ext_type(x, ODD(int32_t)));
    BAD(podsix_value_get_string(x, ODD(const char *), (size_t *)room));
    BAD(podsix_value_get_bytes(x, (const uint8_t **)room, ODD(size_t)));
    BAD(podsix_value_get_span(x, ODD(const uint8_t *), (size_t *)room));
    BAD(podsix_value_fields(map, &key, 1, ODD(const podsix_value *)));
    BAD(podsix_value_next(map, ODD(podsix_iter), NULL, &value));
    BAD(podsix_value_next(map, &iter, ODD(const podsix_value *), &value));
    BAD(podsix_value_next(map, &iter, NULL, ODD(const podsix_value *)));
    CHECK(value == NULL && iter.index == 0);
    podsix_message_free(moved);
}

int main(void)
{
    podsix_event event;
    host = new_host(PODSIX_MODE_THREADED);
    message = podsix_message_new();
    podsix_message_begin(message, "good");
    listener = listen_local(host, 0, address, sizeof address);
    CHECK_CODE(podsix_connect(host, address, PODSIX_NUL, NULL, 0, &to), 0);
    for (int i = 0; i < 2; i++) {
        WAIT_FOR(host, PODSIX_EVENT_CONNECTED, &event);
        if (event.peer != to)
            from = event.peer;
    }
    no_host();
    no_arguments();
    flags_nobody_knows();
    peers_that_are_not_there();
    listeners_that_are_not_there();
    wrong_moments();
    bad_addresses();
    bad_settings();
    messages_that_do_not_balance();
    no_message();
    no_value();
    nothing_to_dispatch();
    names();
    odd_outputs();

    /* After all of that the host works, and nothing of it was sent. */
    CHECK_CODE(podsix_send(host, to, message, 0), 0);
    WAIT_FOR(host, PODSIX_EVENT_MESSAGE, &event);
    CHECK(event.peer == from && event.action_len == 4 && memcmp(event.action, "good", 4) == 0);
    podsix_message_free(message);
    podsix_host_free(host);
    puts("misuse: every mistake has its code, and does no harm");
    return 0;
}
