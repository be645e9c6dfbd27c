/* Threads that end, and the end of the program: destructors of threads, functions of atexit and the
 * library's own room that is gone by then. Everything works there as anywhere, and prints nothing. */
#include "check.h"
#include "quiet.h"

#include <pthread.h>

static podsix_host *host;  /* talks to itself, in both protocols */
static uint64_t plain, original;
static podsix_message *kept;
static pthread_key_t at_the_end;
static int received, sent;

static void poll_all(void)
{
    podsix_event event;
    int32_t got;
    while ((got = podsix_poll(host, &event)) > 0)
        received += event.kind == PODSIX_EVENT_MESSAGE;
    CHECK_CODE(got, 0);
}

/* Every way into the library that has room of its own: many keys are hashed, escapes put together,
 * messages written anew for who speaks PodSixNet. */
static void everything(void)
{
    static const char json[] = "{\"action\":\"\\u0041\\n\",\"a\":[1,{\"b\":\"\\\"\"}]}";
    char text[64], key[16];
    podsix_message *message = podsix_message_new();
    CHECK_CODE(podsix_message_begin(message, "many"), 0);
    for (int i = 0; i < 40; i++) {
        snprintf(key, sizeof key, "key%d", i);
        CHECK_CODE(podsix_message_add_int(message, key, i), 0);
    }
    CHECK_CODE(podsix_message_add_json(message, "json", json, PODSIX_NUL), 0);
    CHECK_CODE(podsix_send(host, plain, message, 0), 0);
    CHECK_CODE(podsix_send(host, original, message, 0), 0);
    CHECK_CODE(podsix_message_from_json(message, "[1,", PODSIX_NUL), PODSIX_ERR_BAD_JSON);
    CHECK(podsix_message_copy_error(message, text, sizeof text) > 0);
    CHECK_CODE(podsix_message_from_json(message, json, PODSIX_NUL), 0);
    CHECK(podsix_value_copy_json(podsix_message_get_value(message), text, sizeof text) > 0);
    CHECK_TEXT(text, "{\"action\":\"A\\n\",\"a\":[1,{\"b\":\"\\\"\"}]}");
    CHECK_CODE(podsix_broadcast(host, message, 0, 0), 0);
    CHECK_CODE(podsix_send_json(host, original, json, PODSIX_NUL, 0), 0);
    CHECK_CODE(podsix_send_many(host, &original, 1, message, 0, NULL), 1);
    CHECK_CODE(podsix_send_json(host, 1, json, PODSIX_NUL, 0), PODSIX_ERR_UNKNOWN_PEER);
    CHECK(podsix_host_copy_error(host, text, sizeof text) > 0);
    podsix_message_free(message);
    sent += 8; /* the broadcast goes four ways: both ends of both connections are here */
    poll_all();
}

/* And a host that lives and ends here. */
static void another_host(uint32_t mode)
{
    podsix_host *other = new_host(mode);
    podsix_event event;
    char address[64];
    uint64_t peer;
    listen_local(other, 0, address, sizeof address);
    CHECK_CODE(podsix_connect(other, address, PODSIX_NUL, NULL, 0, &peer), 0);
    WAIT_FOR(other, PODSIX_EVENT_CONNECTED, &event);
    CHECK_CODE(podsix_connect(other, "localhost:9", PODSIX_NUL, NULL, 0, NULL), 0);
    podsix_host_free(other);
}

/* glibc calls this when all that languages keep for a thread is gone; and again for as long as the
 * thread sets the key, a few times. */
static void thread_ends(void *arg)
{
    int *left = arg;
    everything();
    another_host(PODSIX_MODE_INLINE);
    another_host(PODSIX_MODE_THREADED);
    if (--*left > 0)
        CHECK(pthread_setspecific(at_the_end, left) == 0);
}

/* It calls before its end too. One that did not would leak a little: what Rust's library registers for it
 * then, nobody frees (docs/decisions.md). */
static void *thread(void *left)
{
    everything();
    another_host(PODSIX_MODE_INLINE);
    CHECK(pthread_setspecific(at_the_end, left) == 0);
    return NULL;
}

static void in_thread(void)
{
    pthread_t id;
    int left = 2;
    CHECK(pthread_create(&id, NULL, thread, &left) == 0);
    CHECK(pthread_join(id, NULL) == 0);
    CHECK_INT(left, 0);
}

/* exit must not be called in here. */
static void program_ends(void)
{
    podsix_event event;
    double deadline = now_ms() + CHECK_PATIENCE_MS;
    everything();
    another_host(PODSIX_MODE_INLINE);
    another_host(PODSIX_MODE_THREADED);
    CHECK_CODE(podsix_message_add_json(kept, NULL, "\"\\t\"", PODSIX_NUL), 0);
    podsix_message_free(kept);
    while (received < sent && now_ms() < deadline) {
        if (podsix_wait(host, 1000, &event) > 0)
            received += event.kind == PODSIX_EVENT_MESSAGE;
        poll_all();
    }
    CHECK_INT(received, sent);
    CHECK_CODE(podsix_flush(host, 1000), 0);
    podsix_host_free(host);
    puts("ending: threads and the program end, and everything works until then");
}

static uint64_t connect_to_itself(const char *scheme)
{
    char address[64];
    podsix_event event;
    uint64_t peer;
    uint32_t listener;
    snprintf(address, sizeof address, "%s://127.0.0.1:0", scheme);
    CHECK_CODE(podsix_listen(host, address, PODSIX_NUL, 0, &listener), 0);
    snprintf(address, sizeof address, "%s://127.0.0.1:%d", scheme,
             (int)podsix_listener_get_port(host, listener));
    CHECK_CODE(podsix_connect(host, address, PODSIX_NUL, NULL, 0, &peer), 0);
    WAIT_FOR(host, PODSIX_EVENT_CONNECTED, &event);
    WAIT_FOR(host, PODSIX_EVENT_CONNECTED, &event);
    return peer;
}

static void for_mode(uint32_t mode)
{
    if (host != NULL)
        podsix_host_free(host);
    host = new_host(mode);
    received = sent = 0;
    plain = connect_to_itself("tcp");
    original = connect_to_itself("podsixnet");
    in_thread();
}

int main(void)
{
    quietly();
    kept = podsix_message_new();
    CHECK(atexit(program_ends) == 0);
    CHECK(pthread_key_create(&at_the_end, thread_ends) == 0);
    for_mode(PODSIX_MODE_INLINE);
    for_mode(PODSIX_MODE_THREADED);
    everything();
    return 0;
}
