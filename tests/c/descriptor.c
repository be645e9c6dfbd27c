/* A program with a loop of its own: poll(2) and epoll on podsix_host_get_descriptor, or Windows' waiting for an event. None
 * is missed, and the loop does not turn for nothing. */
#define _GNU_SOURCE
#include "check.h"

#include <pthread.h>
#ifndef _WIN32
#include <poll.h>
#include <unistd.h>
#endif
#ifdef __linux__
#include <sys/epoll.h>
#endif

static uint32_t mode;

static intptr_t descriptor_of(podsix_host *host)
{
    intptr_t descriptor = -1, again = -1;
    CHECK_CODE(podsix_host_get_descriptor(host, &descriptor), 0);
    CHECK_CODE(podsix_host_get_descriptor(host, &again), 0);
    CHECK(descriptor >= 0 && descriptor == again);
    return descriptor;
}

static int readable(intptr_t descriptor, int timeout_ms)
{
#ifdef _WIN32
    DWORD ready = WaitForSingleObject((HANDLE)descriptor, (DWORD)timeout_ms);
    CHECK(ready == WAIT_OBJECT_0 || ready == WAIT_TIMEOUT);
    return ready == WAIT_OBJECT_0;
#else
    struct pollfd waits = { (int)descriptor, POLLIN, 0 };
    int ready = poll(&waits, 1, timeout_ms);
    CHECK(ready >= 0);
    return ready > 0;
#endif
}

static podsix_host *host_with(uint32_t cap, uint32_t stall_limit_ms)
{
    podsix_config config;
    podsix_host *host = NULL;
    char error[256] = "";
    CHECK_CODE(podsix_config_init(&config, sizeof config), 0);
    config.mode = mode;
    config.max_events_per_poll = cap;
    if (stall_limit_ms > 0) {
        config.stall_limit_ms = stall_limit_ms;
        config.ping_interval_ms = 250;
        config.idle_timeout_ms = 1000;
    }
    CHECK_CODE(podsix_host_new(&config, &host, error, sizeof error), 0);
    return host;
}

/* The other end, on a thread: connects, waits to be told to go on, sends, and goes. */
typedef struct {
    char address[64];
    int messages, pause_us;
} Sender;

static void *send_all(void *arg)
{
    const Sender *sender = arg;
    podsix_event event;
    uint64_t peer = 0;
    podsix_host *host = new_host(PODSIX_MODE_THREADED);
    podsix_message *message = podsix_message_new();
    CHECK_CODE(podsix_connect(host, sender->address, PODSIX_NUL, NULL, 0, &peer), 0);
    WAIT_FOR(host, PODSIX_EVENT_CONNECTED, &event);
    for (int i = 0; i < sender->messages;) {
        podsix_message_begin(message, "count");
        podsix_message_add_int(message, "number", i);
        int32_t code = podsix_send(host, peer, message, 0);
        CHECK(code == 0 || code == PODSIX_ERR_WOULD_BLOCK);
        if (code == 0)
            i++;
        else
            podsix_flush(host, 100);
        if (sender->pause_us > 0) {
            struct timespec pause = { 0, sender->pause_us * 1000L };
            nanosleep(&pause, NULL);
        }
    }
    CHECK_CODE(podsix_peer_disconnect(host, peer, 7, "done", PODSIX_NUL), 0);
    WAIT_FOR(host, PODSIX_EVENT_DISCONNECTED, &event);
    podsix_message_free(message);
    podsix_host_free(host);
    return NULL;
}

/* One readable moment: everything is polled. */
static int drain(podsix_host *host, int *next, int *ended, int slow)
{
    podsix_event event;
    int32_t got, events = 0;
    while ((got = podsix_poll(host, &event)) > 0) {
        events++;
        if (event.kind == PODSIX_EVENT_MESSAGE) {
            CHECK_INT(podsix_value_as_int(podsix_value_get(event.message, "number"), -1), *next);
            ++*next;
            if (slow && *next % 100 == 0) {
                struct timespec pause = { 0, 2000000 };
                nanosleep(&pause, NULL);
            }
        } else if (event.kind == PODSIX_EVENT_DISCONNECTED) {
            CHECK_INT(event.code, 7);
            *ended = 1;
        }
    }
    CHECK_CODE(got, 0);
    return events;
}

/* Waits for nothing but the descriptor, however the messages come; `cap` is max_events_per_poll. */
static void nothing_is_missed(int messages, int pause_us, uint32_t cap, int slow)
{
    Sender sender = { "", messages, pause_us };
    pthread_t thread;
    podsix_host *host = host_with(cap, 0);
    intptr_t descriptor = descriptor_of(host);
    int next = 0, ended = 0, wakes = 0, in_vain = 0;
    listen_local(host, 0, sender.address, sizeof sender.address);
    CHECK(pthread_create(&thread, NULL, send_all, &sender) == 0);
    double deadline = now_ms() + 2 * CHECK_PATIENCE_MS;
    while (!ended) {
        /* Pings come every five seconds or so: sooner than this, whatever was missed would lie there. */
        CHECK(readable(descriptor, CHECK_PATIENCE_MS));
        CHECK(now_ms() < deadline);
        int events = drain(host, &next, &ended, slow);
        wakes++;
        in_vain += events == 0;
    }
    CHECK_INT(next, messages);
    CHECK(pthread_join(thread, NULL) == 0);
    printf("  %d messages, cap %u: woken %d times, %d in vain\n", messages, cap, wakes, in_vain);
    /* The greeting, the halves of frames, acknowledgements; but no more than there were messages, or a few. */
    CHECK(in_vain <= 50 + messages / 2);

    /* Nothing is left, and soon it is quiet. */
    for (int i = 0; readable(descriptor, 0); i++) {
        CHECK(i < 10);
        CHECK_INT(drain(host, &next, &ended, 0), 0);
    }
    podsix_host_free(host);
}

/* A server that nobody talks to polls when the descriptor tells it to, and not for nothing: its pings go, it is
 * not taken to be asleep, and nobody leaves it. */
static void a_quiet_server_is_awake(void)
{
    podsix_event event;
    char address[64];
    uint64_t peer = 0;
    podsix_host *server = host_with(0, 1000), *client;
    intptr_t descriptor = descriptor_of(server);
    int connected = 0, wakes = 0;
    mode = mode == PODSIX_MODE_INLINE ? PODSIX_MODE_THREADED : PODSIX_MODE_INLINE;
    client = host_with(0, 1000);
    mode = mode == PODSIX_MODE_INLINE ? PODSIX_MODE_THREADED : PODSIX_MODE_INLINE;
    listen_local(server, 0, address, sizeof address);
    CHECK_CODE(podsix_connect(client, address, PODSIX_NUL, NULL, 0, &peer), 0);
    double quiet_since = 0, deadline = now_ms() + CHECK_PATIENCE_MS;
    while (connected < 2 || now_ms() < quiet_since + 4000) {
        CHECK(now_ms() < deadline);
        if (readable(descriptor, 5)) {
            wakes++;
            while (podsix_poll(server, &event) > 0) {
                CHECK_INT(event.kind, PODSIX_EVENT_CONNECTED);
                connected++;
            }
        }
        while (podsix_poll(client, &event) > 0) {
            CHECK_INT(event.kind, PODSIX_EVENT_CONNECTED);
            connected++;
        }
        if (connected < 2)
            quiet_since = now_ms();
    }
    printf("  quiet for 4 s: woken %d times\n", wakes);
    /* Pings and their answers, each way, four times a second. */
    CHECK(wakes < 400);
    podsix_host_free(client);
    podsix_host_free(server);
}

/* What the program itself brings about outside of a batch, or another thread does. */
static void *give_up(void *arg)
{
    uint64_t peer = 0;
    CHECK_CODE(podsix_connect(arg, "127.0.0.1:9", PODSIX_NUL, NULL, 0, &peer), 0);
    int32_t code = podsix_peer_disconnect(arg, peer, 0, NULL, 0);
    CHECK(code == 0 || code == PODSIX_ERR_NOT_CONNECTED || code == PODSIX_ERR_UNKNOWN_PEER);
    return NULL;
}

static void own_events_are_told_of(int rounds)
{
    podsix_event event;
    pthread_t thread;
    podsix_host *host = host_with(0, 0);
    intptr_t descriptor = descriptor_of(host);
    for (int round = 0; round < rounds; round++) {
        if (round % 2 == 0) {
            give_up(host);
        } else {
            CHECK(pthread_create(&thread, NULL, give_up, host) == 0);
        }
        for (int ended = 0; !ended;) {
            CHECK(readable(descriptor, CHECK_PATIENCE_MS));
            while (podsix_poll(host, &event) > 0) {
                CHECK_INT(event.kind, PODSIX_EVENT_ERROR);
                ended++;
            }
        }
        if (round % 2 != 0)
            CHECK(pthread_join(thread, NULL) == 0);
    }
    /* A flush does the network's work too, and may take what the descriptor would have told of. */
    give_up(host);
    CHECK_CODE(podsix_flush(host, 1000), 0);
    CHECK(readable(descriptor, CHECK_PATIENCE_MS));
    while (podsix_poll(host, &event) > 0)
        ;
    /* A name is looked up elsewhere. */
    CHECK_CODE(podsix_connect(host, "tcp://localhost:9", PODSIX_NUL, NULL, 0, NULL), 0);
    for (int ended = 0; !ended;) {
        CHECK(readable(descriptor, CHECK_PATIENCE_MS));
        while (podsix_poll(host, &event) > 0)
            ended = event.kind == PODSIX_EVENT_ERROR;
    }
    podsix_host_free(host);
}

/* Asked for late: what was there before is told of. */
static void it_may_come_late(void)
{
    podsix_event event;
    podsix_host *host = host_with(0, 0);
    give_up(host);
    CHECK_CODE(podsix_flush(host, 1000), 0);
    intptr_t descriptor = descriptor_of(host);
    CHECK(readable(descriptor, CHECK_PATIENCE_MS));
    for (double deadline = now_ms() + CHECK_PATIENCE_MS; podsix_poll(host, &event) == 0;)
        CHECK(now_ms() < deadline);
    CHECK_INT(event.kind, PODSIX_EVENT_ERROR);
    podsix_host_free(host);
}

/* Gathered, what the program sends by itself leaves with the next poll: the descriptor asks for one. */
static void gathered_sends_are_told_of(int rounds)
{
    podsix_event event;
    podsix_config config;
    podsix_host *host = NULL, *client = NULL;
    char address[64];
    uint64_t peer = 0;
    CHECK_CODE(podsix_config_init(&config, sizeof config), 0);
    /* Nothing else makes it readable: no ping, no deadline, and no word of a client whose game sleeps. */
    config.handshake_timeout_ms = 10 * CHECK_PATIENCE_MS;
    config.ping_interval_ms = 0;
    config.idle_timeout_ms = 0;
    config.mode = PODSIX_MODE_INLINE;
    CHECK_CODE(podsix_host_new(&config, &client, NULL, 0), 0);
    config.mode = mode;
    config.send_mode = PODSIX_SEND_GATHERED;
    CHECK_CODE(podsix_host_new(&config, &host, NULL, 0), 0);
    intptr_t descriptor = descriptor_of(host);
    listen_local(host, 0, address, sizeof address);
    CHECK_CODE(podsix_connect(client, address, PODSIX_NUL, NULL, 0, NULL), 0);
    int opened = 0;
    for (double deadline = now_ms() + CHECK_PATIENCE_MS; peer == 0 || !opened;) {
        CHECK(now_ms() < deadline);
        while (podsix_wait(client, 1, &event) > 0)
            opened = 1;
        while (podsix_poll(host, &event) > 0)
            peer = event.peer;
    }
    for (int round = 0; round < rounds; round++) {
        int in_vain = 0;
        for (; readable(descriptor, 0); in_vain++) {
            CHECK(in_vain < 10);
            while (podsix_poll(host, &event) > 0)
                ;
        }
        for (int n = 0; n < 3; n++)
            CHECK_CODE(podsix_send_json(host, peer, "3", PODSIX_NUL, 0), 0);
        if (mode == PODSIX_MODE_INLINE) {
            CHECK(readable(descriptor, CHECK_PATIENCE_MS));
            while (podsix_poll(host, &event) > 0)
                ;
        }
        for (int n = 0; n < 3; n++)
            WAIT_FOR(client, PODSIX_EVENT_MESSAGE, &event);
    }
    podsix_host_free(client);
    podsix_host_free(host);
}

#ifdef __linux__
/* Edge-triggered, as some loops wait: there is an edge each time something comes after everything was polled,
 * and where a poll has ended and there is more. */
static void edges_are_enough(int messages, int pause_us, uint32_t cap)
{
    Sender sender = { "", messages, pause_us };
    pthread_t thread;
    podsix_host *host = host_with(cap, 0);
    struct epoll_event wants = { EPOLLIN | EPOLLET, { 0 } }, got;
    int poll = epoll_create1(EPOLL_CLOEXEC), next = 0, ended = 0;
    CHECK(poll >= 0);
    CHECK(epoll_ctl(poll, EPOLL_CTL_ADD, (int)descriptor_of(host), &wants) == 0);
    listen_local(host, 0, sender.address, sizeof sender.address);
    CHECK(pthread_create(&thread, NULL, send_all, &sender) == 0);
    while (!ended) {
        CHECK_INT(epoll_wait(poll, &got, 1, CHECK_PATIENCE_MS), 1);
        drain(host, &next, &ended, 0);
    }
    CHECK_INT(next, messages);
    CHECK(pthread_join(thread, NULL) == 0);
    close(poll);
    podsix_host_free(host);
}
#endif

int main(int argc, char **argv)
{
    int all = percent(argc, argv);
#ifdef _WIN32
    enum { LAST = PODSIX_MODE_THREADED }; /* inline hosts have none there */
#else
    enum { LAST = PODSIX_MODE_INLINE };
#endif
    for (mode = PODSIX_MODE_THREADED; mode <= LAST; mode++) {
        printf(mode == PODSIX_MODE_INLINE ? " inline\n" : " threaded\n");
        nothing_is_missed(500 * all, 0, 0, 0);
        nothing_is_missed(100 * all, 0, 7, 0);
        nothing_is_missed(100 * all, 0, 0, 1);
        nothing_is_missed(20 * all, 100, 0, 0);
        a_quiet_server_is_awake();
        own_events_are_told_of(20 * all);
        it_may_come_late();
        gathered_sends_are_told_of(all);
#ifdef __linux__
        edges_are_enough(20 * all, 50, 0);
        edges_are_enough(100 * all, 0, 7);
#endif
    }
    puts("descriptor: nothing missed, and no loop for nothing");
    return 0;
}
