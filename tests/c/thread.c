/* One host, many threads: four send while one polls and another reads statistics. */
#include "check.h"

#include <pthread.h>
#include <sched.h>

enum { SENDERS = 4 };

static podsix_host *host;
static uint64_t to;
static int each; /* messages of one sender */
static pthread_mutex_t done_lock = PTHREAD_MUTEX_INITIALIZER;
static int done;

static int is_done(void)
{
    pthread_mutex_lock(&done_lock);
    int is = done;
    pthread_mutex_unlock(&done_lock);
    return is;
}

static void *send_numbers(void *arg)
{
    int sender = *(int *)arg;
    podsix_message *message = podsix_message_new();
    for (int i = 0; i < each;) {
        podsix_message_begin(message, "count");
        podsix_message_add_int(message, "sender", sender);
        podsix_message_add_int(message, "number", i);
        int32_t code = podsix_send(host, to, message, 0);
        CHECK(code == 0 || code == PODSIX_ERR_WOULD_BLOCK);
        if (code == 0)
            i++;
        else
            sched_yield();
    }
    podsix_message_free(message);
    return NULL;
}

static void *read_statistics(void *arg)
{
    uint64_t before = 0;
    (void)arg;
    while (!is_done()) {
        podsix_host_stats all;
        podsix_peer_stats one;
        uint64_t peers[4];
        char text[128];
        CHECK(podsix_host_copy_stats(host, &all, sizeof all) >= 0);
        CHECK(podsix_peer_copy_stats(host, to, &one, sizeof one) >= 0);
        CHECK(one.messages_out >= before);
        before = one.messages_out;
        CHECK_INT(podsix_host_copy_peers(host, 0, peers, 4), 2);
        CHECK(podsix_peer_copy_address(host, to, text, sizeof text) > 0);
        CHECK(podsix_host_copy_error(host, text, sizeof text) >= 0);
        void *data = NULL;
        CHECK_CODE(podsix_peer_get_user_data(host, to, &data), 0);
    }
    return NULL;
}

static void senders_keep_their_order(void)
{
    char address[64];
    podsix_event event;
    pthread_t senders[SENDERS], reader;
    int ids[SENDERS], next[SENDERS] = { 0 };
    host = new_host(PODSIX_MODE_THREADED);
    listen_local(host, 0, address, sizeof address);
    CHECK_CODE(podsix_connect(host, address, PODSIX_NUL, NULL, 0, &to), 0);
    WAIT_FOR(host, PODSIX_EVENT_CONNECTED, &event);
    WAIT_FOR(host, PODSIX_EVENT_CONNECTED, &event);

    for (int i = 0; i < SENDERS; i++) {
        ids[i] = i;
        CHECK(pthread_create(&senders[i], NULL, send_numbers, &ids[i]) == 0);
    }
    CHECK(pthread_create(&reader, NULL, read_statistics, NULL) == 0);

    double deadline = now_ms() + 2 * CHECK_PATIENCE_MS;
    for (int received = 0; received < SENDERS * each;) {
        CHECK(now_ms() < deadline);
        int32_t got = podsix_wait(host, 1000, &event);
        CHECK(got >= 0);
        if (got == 0 || event.kind == PODSIX_EVENT_WRITABLE)
            continue;
        if (event.kind == PODSIX_EVENT_STALLED || event.kind == PODSIX_EVENT_RESUMED)
            continue; /* the machine is busy */
        CHECK_INT(event.kind, PODSIX_EVENT_MESSAGE);
        int64_t sender = podsix_value_as_int(podsix_value_get(event.message, "sender"), -1);
        int64_t number = podsix_value_as_int(podsix_value_get(event.message, "number"), -1);
        CHECK(sender >= 0 && sender < SENDERS);
        CHECK_INT(number, next[sender]);
        next[sender]++;
        received++;
    }
    for (int i = 0; i < SENDERS; i++)
        CHECK(pthread_join(senders[i], NULL) == 0);
    pthread_mutex_lock(&done_lock);
    done = 1;
    pthread_mutex_unlock(&done_lock);
    CHECK(pthread_join(reader, NULL) == 0);

    podsix_host_stats stats;
    CHECK(podsix_host_copy_stats(host, &stats, sizeof stats) >= 0);
    CHECK_INT(stats.messages_out, SENDERS * each);
    CHECK_INT(stats.messages_in, SENDERS * each);
    podsix_host_free(host);
}

static void *connect_and_go(void *arg)
{
    const char *address = arg;
    for (int i = 0; i < 8; i++) {
        uint64_t peer = 0;
        CHECK_CODE(podsix_connect(host, address, PODSIX_NUL, NULL, 0, &peer), 0);
        /* The goodbye may overtake the connection: then that was all of it. */
        int32_t code = podsix_peer_disconnect(host, peer, i, "next", PODSIX_NUL);
        CHECK(code == 0 || code == PODSIX_ERR_UNKNOWN_PEER);
    }
    return NULL;
}

/* Connecting and disconnecting from several threads: every outbound peer has exactly one end. */
static void connects_from_many_threads(void)
{
    char address[64];
    podsix_event event;
    pthread_t threads[SENDERS];
    host = new_host(PODSIX_MODE_THREADED);
    listen_local(host, 0, address, sizeof address);
    for (int i = 0; i < SENDERS; i++)
        CHECK(pthread_create(&threads[i], NULL, connect_and_go, address) == 0);
    double deadline = now_ms() + CHECK_PATIENCE_MS;
    for (int ended = 0; ended < 8 * SENDERS;) {
        CHECK(now_ms() < deadline);
        int32_t got = podsix_wait(host, 1000, &event);
        CHECK(got >= 0);
        if (got == 0 || event.direction != PODSIX_DIRECTION_OUTBOUND)
            continue;
        ended += event.kind == PODSIX_EVENT_DISCONNECTED || event.kind == PODSIX_EVENT_ERROR;
    }
    for (int i = 0; i < SENDERS; i++)
        CHECK(pthread_join(threads[i], NULL) == 0);
    podsix_host_free(host);
}

static void *hold(void *arg)
{
    podsix_event event;
    double deadline = now_ms() + CHECK_PATIENCE_MS;
    int32_t got = 0;
    (void)arg;
    while (got == 0 || got == PODSIX_ERR_BUSY) { /* the other thread may come first */
        CHECK(now_ms() < deadline);
        got = podsix_wait(host, CHECK_PATIENCE_MS, &event);
    }
    CHECK_CODE(got, 1);
    CHECK_INT(event.kind, PODSIX_EVENT_CONNECTED);
    return NULL;
}

/* Two threads never poll one host at a time: the second is told, not harmed. */
static void a_second_poller_is_busy(void)
{
    char address[64];
    podsix_event event;
    pthread_t holder;
    int32_t code = 0;
    host = new_host(PODSIX_MODE_THREADED);
    listen_local(host, 0, address, sizeof address);
    CHECK(pthread_create(&holder, NULL, hold, NULL) == 0);
    double deadline = now_ms() + CHECK_PATIENCE_MS;
    while ((code = podsix_poll(host, &event)) == 0) {
        CHECK(now_ms() < deadline);
        sched_yield();
    }
    CHECK_CODE(code, PODSIX_ERR_BUSY);
    CHECK_CODE(podsix_connect(host, address, PODSIX_NUL, NULL, 0, NULL), 0);
    CHECK(pthread_join(holder, NULL) == 0);
    WAIT_FOR(host, PODSIX_EVENT_CONNECTED, &event);
    podsix_host_free(host);
}

int main(int argc, char **argv)
{
    each = 20000 * percent(argc, argv) / 100;
    senders_keep_their_order();
    connects_from_many_threads();
    a_second_poller_is_busy();
    printf("thread: %d messages from %d threads, in order, none lost\n", SENDERS * each, SENDERS);
    return 0;
}
