/* Threads that are cancelled inside every call that may reach the system: deferred cancellation waits until the call
 * is over, the host stays whole, and nothing leaks. */
#include "check.h"

#include <pthread.h>
#include <sched.h>

typedef struct {
    podsix_host *host;
    podsix_message *message;
    char address[64];
    uint64_t peer;
    void (*call)(const void *victim);
    int mode;
} Victim;

/* The peer that is sent to lives as long as the test. */
static void judge(const Victim *victim, int32_t got, const podsix_event *event)
{
    CHECK(got >= 0);
    if (got > 0 && event->kind == PODSIX_EVENT_DISCONNECTED && event->peer == victim->peer) {
        fprintf(stderr, "the peer was lost: reason %d, %.*s\n", (int)event->reason, (int)event->text_len, event->text);
        exit(1);
    }
}

static void wait_(const void *arg)
{
    const Victim *victim = arg;
    podsix_event event;
    judge(victim, podsix_wait(victim->host, 20, &event), &event);
}

static void poll_(const void *arg)
{
    const Victim *victim = arg;
    podsix_event event;
    judge(victim, podsix_poll(victim->host, &event), &event);
}

static void send_(const void *arg)
{
    const Victim *victim = arg;
    int32_t code = podsix_send(victim->host, victim->peer, victim->message, 0);
    CHECK_INT(code, code == PODSIX_ERR_WOULD_BLOCK ? code : 0);
}

static void flush_(const void *arg)
{
    const Victim *victim = arg;
    send_(arg);
    int32_t code = podsix_flush(victim->host, 5);
    CHECK(code == 0 || code == PODSIX_ERR_TIMEOUT);
}

static void broadcast_(const void *arg)
{
    const Victim *victim = arg;
    podsix_peer_stats stats;
    podsix_event event;
    CHECK(podsix_peer_copy_stats(victim->host, victim->peer, &stats, sizeof stats) >= 0);
    /* A broadcast ends a peer whose out-buffer is full, and bytes_waiting counts none that the library's thread
     * has not taken yet: so it waits for each of them. */
    if (stats.bytes_waiting < 100000)
        CHECK_CODE(podsix_broadcast(victim->host, victim->message, 0, 0), 0);
    int32_t got = podsix_flush(victim->host, 100);
    CHECK(got == 0 || got == PODSIX_ERR_TIMEOUT);
    while ((got = podsix_poll(victim->host, &event)) > 0)
        judge(victim, got, &event);
}

static void connect_(const void *arg)
{
    const Victim *victim = arg;
    uint64_t peer = 0;
    if (podsix_connect(victim->host, "tcp://localhost:9", PODSIX_NUL, NULL, 0, &peer) == 0)
        podsix_peer_drop(victim->host, peer);
    if (podsix_connect(victim->host, victim->address, PODSIX_NUL, NULL, 0, &peer) == 0)
        podsix_peer_disconnect(victim->host, peer, 0, NULL, 0);
    wait_(arg);
}

static void listen_(const void *arg)
{
    const Victim *victim = arg;
    uint32_t listener = 0;
    CHECK_CODE(podsix_listen(victim->host, "127.0.0.1:0", PODSIX_NUL, 0, &listener), 0);
    CHECK_CODE(podsix_listener_stop(victim->host, listener), 0);
    /* Somebody else has this port. */
    CHECK_CODE(podsix_listen(victim->host, victim->address, PODSIX_NUL, 0, &listener), PODSIX_ERR_OS);
}

static void descriptor_(const void *arg)
{
    const Victim *victim = arg;
    intptr_t descriptor = -1;
    CHECK_CODE(podsix_host_get_descriptor(victim->host, &descriptor), 0);
    send_(arg);
    poll_(arg);
}

static void look_(const void *arg)
{
    const Victim *victim = arg;
    podsix_host_stats stats;
    podsix_log_record log;
    char text[64];
    CHECK(podsix_host_copy_stats(victim->host, &stats, sizeof stats) >= 0);
    CHECK(podsix_host_copy_error(victim->host, text, sizeof text) >= 0);
    while (podsix_host_log_next(victim->host, &log) > 0)
        ;
}

static void *repeat(void *arg)
{
    const Victim *victim = arg;
    for (;;) {
        victim->call(victim);
        pthread_testcancel();
    }
    return NULL;
}

static void free_host(void *arg)
{
    podsix_host *volatile *host = arg;
    podsix_host_free(*host);
}

/* A whole life, cancelled anywhere. */
static void *live(void *arg)
{
    const Victim *victim = arg;
    podsix_host *volatile host = NULL; /* the cleanup must not see an old one */
    pthread_cleanup_push(free_host, (void *)&host);
    for (;;) {
        podsix_event event;
        uint64_t peer = 0;
        char address[64];
        host = new_host((uint32_t)victim->mode);
        pthread_testcancel();
        listen_local(host, 0, address, sizeof address);
        CHECK_CODE(podsix_connect(host, address, PODSIX_NUL, NULL, 0, &peer), 0);
        for (int i = 0; i < 5; i++) {
            podsix_send_json(host, peer, "{\"action\":\"hello\"}", PODSIX_NUL, 0);
            CHECK(podsix_wait(host, 10, &event) >= 0);
        }
        pthread_testcancel();
        /* Often cut short by its deadline. */
        int32_t code = podsix_host_close(host, 1, 0, "bye", PODSIX_NUL);
        CHECK(code == 0 || code == PODSIX_ERR_TIMEOUT);
        pthread_testcancel();
        podsix_host_free(host);
        host = NULL;
    }
    pthread_cleanup_pop(0);
    return NULL;
}

/* Cancels a thread that does this, at another moment each time. */
static void cancel(void *(*run)(void *), Victim *victim, int round)
{
    pthread_t thread;
    void *result = NULL;
    struct timespec moment = { 0, (round * 377L % 3000) * 1000 };
    CHECK(pthread_create(&thread, NULL, run, victim) == 0);
    nanosleep(&moment, NULL);
    CHECK(pthread_cancel(thread) == 0);
    CHECK(pthread_join(thread, &result) == 0);
    CHECK(result == PTHREAD_CANCELED);
}

static void every_call(int mode, int rounds)
{
    static void (*const calls[])(const void *) = { wait_,    poll_,   send_,       flush_, broadcast_,
                                                   connect_, listen_, descriptor_, look_ };
    Victim victim = { 0 };
    podsix_event event;
    victim.mode = mode;
    victim.host = new_host((uint32_t)mode);
    victim.message = podsix_message_new();
    podsix_message_begin(victim.message, "hello");
    listen_local(victim.host, 0, victim.address, sizeof victim.address);
    CHECK_CODE(podsix_connect(victim.host, victim.address, PODSIX_NUL, NULL, 0, &victim.peer), 0);
    WAIT_FOR(victim.host, PODSIX_EVENT_CONNECTED, &event);
    WAIT_FOR(victim.host, PODSIX_EVENT_CONNECTED, &event);
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        victim.call = calls[i];
        for (int round = 0; round < rounds; round++) {
            cancel(repeat, &victim, round);
            /* It can still be used: nothing is locked, nobody is inside. */
            podsix_event drained;
            int32_t got;
            while ((got = podsix_poll(victim.host, &drained)) > 0)
                ;
            CHECK_CODE(got, 0);
        }
    }
    podsix_message_free(victim.message);
    podsix_host_free(victim.host);
}

int main(int argc, char **argv)
{
    int rounds = 1 + 40 * percent(argc, argv) / 100;
    for (int mode = PODSIX_MODE_THREADED; mode <= PODSIX_MODE_INLINE; mode++) {
        Victim victim = { 0 };
        victim.mode = mode;
        every_call(mode, rounds);
        for (int round = 0; round < rounds; round++)
            cancel(live, &victim, round);
    }
    puts("cancel: every thread left when its call was over");
    return 0;
}
