/* How a program can end, at every point of a connection's life, in both modes, at either end. Each case is
 * a process of its own; what is judged is how it ended, that it printed nothing, and what the other end,
 * which is here, was told. */
#define _ISOC11_SOURCE /* quick_exit */
#include "world.h"

#include "child.h"
#include "socket.h"
#include "usage.h"

#include <pthread.h>
#ifndef _WIN32
#include <fcntl.h>
#endif

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define TSAN
#endif
#endif

/* ---- what is tried ---- */

/* How far the connection has come. */
typedef enum {
    NOT_BEGUN,
    LOOKING_UP, /* this one and the next two: clients only, and nobody at the other end hears of them */
    DIALING,
    GREETING,
    REQUESTED,
    OPEN, /* with messages on their way in both directions */
    DRAINING,
    CLOSING, /* the whole host */
    ENDED,
    FREED,
    POINT_COUNT
} Point;

static const char *const POINT_NAMES[POINT_COUNT] = {
    "not begun", "looking up", "dialing", "greeting", "requested",
    "open",      "draining",   "closing", "ended",    "freed",
};

typedef struct {
    const char *name;
    int (*end)(void);
    int frees;   /* the host is freed on the way */
    int forks;   /* a child of the process ends so, and the process plays on */
    int threads; /* that child has threads of its own, which TSan does not allow */
    int status;  /* how it ends: KILLED, or 0 for well */
} Way;

/* ---- the process that ends ---- */

static podsix_host *host;
static podsix_event event; /* the last one polled */
static uint64_t peer;
static Point point;
static uint32_t mode;
static const Way *way;
static const char *program;
static int inherited; /* descriptors that were open before there was a host */

static void next_event(int32_t kind)
{
    double deadline = now_ms() + CHECK_PATIENCE_MS;
    int32_t got;
    do {
        got = podsix_wait(host, 1000, &event);
        CHECK(got >= 0 && now_ms() < deadline);
    } while (got == 0 || event.kind != kind);
}

/* Not for the next program. */
static Socket own_socket(void)
{
    Socket s = new_socket();
#ifdef _WIN32
    CHECK(SetHandleInformation((HANDLE)s, HANDLE_FLAG_INHERIT, 0));
#else
    CHECK(fcntl(s, F_SETFD, FD_CLOEXEC) == 0);
#endif
    return s;
}

static Socket own_listener(int backlog, struct sockaddr_in *at, char *address, size_t cap)
{
    socklen_t len = sizeof *at;
    Socket s = own_socket();
    *at = local_port(0);
    CHECK(bind(s, (struct sockaddr *)at, sizeof *at) == 0 && listen(s, backlog) == 0);
    CHECK(getsockname(s, (struct sockaddr *)at, &len) == 0);
    snprintf(address, cap, "127.0.0.1:%d", ntohs(at->sin_port));
    return s;
}

#ifdef _WIN32
/* A server whose queue is full refuses there, so that this one is far away. */
static void dial_in_vain(void)
{
    CHECK_CODE(podsix_connect(host, "192.0.2.1:9", PODSIX_NUL, NULL, 0, NULL), 0);
}
#else
/* A server whose queue is full answers nobody. */
static void dial_in_vain(void)
{
    struct sockaddr_in at;
    char address[64];
    own_listener(0, &at, address, sizeof address);
    for (int i = 0; i < 4; i++) {
        Socket s = own_socket();
        CHECK(fcntl(s, F_SETFL, O_NONBLOCK) == 0);
        CHECK(connect(s, (struct sockaddr *)&at, sizeof at) == 0 || errno == EINPROGRESS);
    }
    CHECK_CODE(podsix_connect(host, address, PODSIX_NUL, NULL, 0, NULL), 0);
}
#endif

/* A server that listens to our greeting and says nothing. */
static void greet_in_vain(void)
{
    struct sockaddr_in at;
    char address[64], byte;
    fd_set waits;
    struct timeval no_time = { 0, 0 };
    Socket s = own_listener(1, &at, address, sizeof address);
    CHECK_CODE(podsix_connect(host, address, PODSIX_NUL, NULL, 0, NULL), 0);
    s = accept(s, NULL, NULL);
    CHECK(s != (Socket)-1);
#ifndef _WIN32
    CHECK(fcntl(s, F_SETFD, FD_CLOEXEC) == 0);
#endif
    do {
        CHECK_CODE(podsix_wait(host, 1, &event), 0);
        FD_ZERO(&waits);
        FD_SET(s, &waits);
    } while (select((int)s + 1, &waits, NULL, NULL, &no_time) < 1);
    CHECK(recv(s, &byte, 1, 0) == 1);
}

/* What comes after CONNECTED is the same at both ends. */
static void go_on_to_the_point(void)
{
    next_event(PODSIX_EVENT_CONNECTED);
    peer = event.peer;
    CHECK_CODE(podsix_send_json(host, peer, "0", PODSIX_NUL, 0), 0);
    next_event(PODSIX_EVENT_MESSAGE);
    for (int i = 1; i < 200; i++)
        CHECK_CODE(podsix_send_json(host, peer, "\"back and forth\"", PODSIX_NUL, 0), 0);
    if (point == DRAINING || point == ENDED)
        CHECK_CODE(podsix_peer_disconnect(host, peer, 7, "bye", PODSIX_NUL), 0);
    if (point == CLOSING) { /* it may be over at once */
        int32_t code = podsix_host_close(host, 0, 7, "bye", PODSIX_NUL);
        CHECK(code == 0 || code == PODSIX_ERR_TIMEOUT);
    }
    if (point == ENDED)
        next_event(PODSIX_EVENT_DISCONNECTED);
    if (point == FREED) {
        podsix_host_free(host);
        host = NULL;
        memset(&event, 0, sizeof event); /* what it points to is gone */
    }
}

static void reach_as_server(void)
{
    char address[64];
    listen_local(host, point == REQUESTED ? PODSIX_LISTEN_APPROVAL : 0, address, sizeof address);
    printf("%s\n", address);
    fflush(stdout);
    if (point == REQUESTED)
        next_event(PODSIX_EVENT_REQUEST);
    else if (point > REQUESTED)
        go_on_to_the_point();
}

static void reach_as_client(const char *address)
{
    switch (point) {
    case NOT_BEGUN: break;
    case LOOKING_UP:
        CHECK_CODE(podsix_connect(host, "nobody.invalid:1", PODSIX_NUL, NULL, 0, NULL), 0);
        break;
    case DIALING: dial_in_vain(); break;
    case GREETING: greet_in_vain(); break;
    case REQUESTED:
        CHECK_CODE(podsix_connect(host, address, PODSIX_NUL, NULL, 0, &peer), 0);
        while (!is_told())
            CHECK_CODE(podsix_wait(host, 1, &event), 0);
        break;
    default:
        CHECK_CODE(podsix_connect(host, address, PODSIX_NUL, NULL, 0, &peer), 0);
        go_on_to_the_point();
    }
}

static void *reach(void *address)
{
    host = new_host(mode);
    if (strcmp(address, "server") == 0)
        reach_as_server();
    else
        reach_as_client(address);
    return NULL;
}

/* ---- the ways to end ---- */

static int return_from_main(void)
{
    return 0;
}

static void free_host(void)
{
    podsix_host_free(host);
    host = NULL;
}

static int free_and_return(void)
{
    free_host();
    return 0;
}

static int free_at_exit(void)
{
    CHECK(atexit(free_host) == 0);
    return 0;
}

/* As a global object of C++. */
__attribute__((destructor)) static void destruct(void);

static int freed_by_destructor(void)
{
    return 0;
}

static int exit_now(void)
{
    exit(0);
}

static int exit_at_once(void)
{
    _exit(0);
}

#ifndef _WIN32
static int exit_quickly(void)
{
    quick_exit(0);
}
#endif

static void exit_in_handler(void *context, const podsix_event *now)
{
    (void)context, (void)now;
    exit(0);
}

static int exit_while_dispatching(void)
{
    const podsix_handler handler = { NULL, exit_in_handler };
    if (event.action != NULL)
        podsix_dispatch(&event, &handler, 1, NULL);
    exit(0);
}

static void *exit_in_thread(void *arg)
{
    (void)arg;
    exit(0);
}

static int exit_beside_wait(void)
{
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, exit_in_thread, NULL) == 0);
    while (host == NULL || podsix_wait(host, 1000, &event) >= 0)
        ;
    return 1;
}

#ifndef _WIN32

/* The next program has none of our descriptors. */
static int run_another(void)
{
    char count[12];
    snprintf(count, sizeof count, "%d", inherited);
    execl(program, program, "descriptors", count, (char *)NULL);
    return 1;
}

static int call_everything(void)
{
    podsix_host_stats stats;
    char text[128];
    if (host == NULL)
        return 0;
    CHECK_CODE(podsix_poll(host, &event), PODSIX_ERR_FORKED);
    CHECK_CODE(podsix_wait(host, 1000, &event), PODSIX_ERR_FORKED);
    CHECK_CODE(podsix_flush(host, 1000), PODSIX_ERR_FORKED);
    CHECK_CODE(podsix_send_json(host, peer, "1", PODSIX_NUL, 0), PODSIX_ERR_FORKED);
    CHECK_CODE(podsix_connect(host, "127.0.0.1", PODSIX_NUL, NULL, 0, NULL), PODSIX_ERR_FORKED);
    CHECK_CODE(podsix_host_copy_stats(host, &stats, sizeof stats), PODSIX_ERR_FORKED);
    CHECK(podsix_host_copy_error(host, text, sizeof text) > 0 && strstr(text, "forked") != NULL);
    return 0;
}

static int call_and_free(void)
{
    call_everything();
    return free_and_return();
}

static int play_by_oneself(void)
{
    uint64_t at_client = 0, at_server = 0;
    World world = world_new(mode, 0);
    world_connect(&world, &at_client, &at_server);
    CHECK_CODE(podsix_send_json(world.client.host, at_client, "1", PODSIX_NUL, 0), 0);
    CHECK_TEXT(EXPECT(&world, server, PODSIX_EVENT_MESSAGE)->json, "1");
    world_free(&world);
    return free_and_return();
}

#endif

static const Way WAYS[] = {
    { "returns", return_from_main, 0, 0, 0, 0 },
    { "frees and returns", free_and_return, 1, 0, 0, 0 },
    { "frees in an atexit handler", free_at_exit, 1, 0, 0, 0 },
    { "frees in a destructor", freed_by_destructor, 1, 0, 0, 0 },
    { "exits", exit_now, 0, 0, 0, 0 },
    { "exits in a handler", exit_while_dispatching, 0, 0, 0, 0 },
    { "exits beside a wait", exit_beside_wait, 0, 0, 0, 0 },
    { "calls _exit", exit_at_once, 0, 0, 0, 0 },
    { "is killed", kill_oneself, 0, 0, 0, KILLED },
    { "returns when the host's thread has ended", NULL, 0, 0, 0, 0 },
#ifndef _WIN32
    { "calls quick_exit", exit_quickly, 0, 0, 0, 0 },
    { "runs another program", run_another, 0, 0, 0, 0 },
    { "has a child that returns", return_from_main, 1, 1, 0, 0 },
    { "has a child that exits", exit_now, 1, 1, 0, 0 },
    { "has a child that calls _exit", exit_at_once, 1, 1, 0, 0 },
    { "has a child that frees", free_and_return, 1, 1, 0, 0 },
    { "has a child that calls and frees", call_and_free, 1, 1, 0, 0 },
    { "has a child that calls and does not free", call_everything, 1, 1, 0, 0 },
    { "has a child that runs another program", run_another, 1, 1, 0, 0 },
    { "has a child with hosts of its own", play_by_oneself, 1, 1, 1, 0 },
#endif
};
enum { WAY_COUNT = sizeof WAYS / sizeof *WAYS };

static void destruct(void)
{
    if (way != NULL && way->end == freed_by_destructor)
        free_host();
}

#ifndef _WIN32
static int fork_and_play_on(void)
{
    int status = 0;
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        alarm(CHECK_PATIENCE_MS / 1000);
        return way->end();
    }
    /* Beside the child. */
    if (point == OPEN) {
        const char *data = "";
        size_t len = 0;
        CHECK_CODE(podsix_send_json(host, peer, "\"after\"", PODSIX_NUL, 0), 0);
        do {
            next_event(PODSIX_EVENT_MESSAGE);
            podsix_value_get_string(event.message, &data, &len);
        } while (len != 5 || memcmp(data, "after", 5) != 0);
    }
    CHECK(waitpid(child, &status, 0) == child);
    CHECK_INT(status, 0);
    return free_and_return();
}
#endif

static int live_and_end(char **argv)
{
    char *address = argv[4];
    point = (Point)atoi(argv[1]);
    way = &WAYS[atoi(argv[2])];
    mode = (uint32_t)atoi(argv[3]);
    inherited = count_descriptors();
#ifndef _WIN32
    alarm(2 * CHECK_PATIENCE_MS / 1000);
#endif
    if (way->end == NULL) {
        pthread_t thread;
        CHECK(pthread_create(&thread, NULL, reach, address) == 0);
        CHECK(pthread_join(thread, NULL) == 0);
        return 0;
    }
    reach(address);
#ifndef _WIN32
    if (way->forks)
        return fork_and_play_on();
#endif
    return way->end();
}

/* ---- the other end, and the judge ---- */

static Process start(Point at, int which, uint32_t in_mode, const char *address)
{
    char numbers[3][12];
    const char *const arguments[] = { numbers[0], numbers[1], numbers[2], address, NULL };
    snprintf(numbers[0], sizeof numbers[0], "%d", (int)at);
    snprintf(numbers[1], sizeof numbers[1], "%d", which);
    snprintf(numbers[2], sizeof numbers[2], "%u", (unsigned)in_mode);
    return start_process(program, arguments);
}

/* Everything up to the end of a stream. */
static void read_all(Stream stream, char *text, size_t cap)
{
    size_t len = 0, got;
    while ((got = read_stream(stream, text + len, cap - 1 - len)) > 0)
        len += got;
    text[len] = '\0';
    close_stream(stream);
}

static void read_line(Stream stream, char *text, size_t cap)
{
    size_t len = 0;
    while (len < cap - 1 && read_stream(stream, text + len, 1) == 1 && text[len] != '\n')
        len++;
    text[len] = '\0';
    text[strcspn(text, "\r")] = '\0';
}

/* Echoes messages until a peer ends; tells why. */
static int32_t play_until_the_end(podsix_host *here, const Process *process)
{
    double deadline = now_ms() + CHECK_PATIENCE_MS;
    while (now_ms() < deadline) {
        podsix_event now;
        if (podsix_wait(here, 100, &now) <= 0)
            continue;
        switch (now.kind) {
        case PODSIX_EVENT_REQUEST: write_stream(process->in, "!"); break;
        case PODSIX_EVENT_MESSAGE: {
            podsix_message *echo = podsix_message_new();
            podsix_message_add_value(echo, NULL, now.message);
            podsix_send(here, now.peer, echo, 0);
            podsix_message_free(echo);
            break;
        }
        case PODSIX_EVENT_DISCONNECTED:
        case PODSIX_EVENT_ERROR: return now.reason;
        default: break;
        }
    }
    return PODSIX_REASON_NONE;
}

static int is_right(int32_t reason, Point at, int is_server, int freed)
{
    switch (at) {
    /* A client that has not been let in has nobody to say goodbye to. */
    case REQUESTED: freed = freed && is_server; /* fall through */
    case OPEN: return reason == (freed ? PODSIX_REASON_SHUTDOWN : PODSIX_REASON_LOST);
    case DRAINING: /* fall through */
    case CLOSING: return reason == PODSIX_REASON_CLOSED || reason == PODSIX_REASON_LOST;
    case ENDED: return reason == PODSIX_REASON_CLOSED;
    case FREED: return reason == PODSIX_REASON_SHUTDOWN;
    default: return reason == PODSIX_REASON_NONE;
    }
}

static void judge(podsix_host *here, const char *address, Point at, int which, uint32_t in_mode)
{
    int is_server = strcmp(address, "server") == 0;
    int32_t reason = PODSIX_REASON_NONE;
    static char text[1 << 16], printed[4096];
    Process process = start(at, which, in_mode, address);
    if (is_server) {
        read_line(process.out, text, sizeof text);
        if (at >= REQUESTED)
            CHECK_CODE(podsix_connect(here, text, PODSIX_NUL, NULL, 0, NULL), 0);
    }
    if (at >= REQUESTED)
        reason = play_until_the_end(here, &process);
    read_all(process.out, printed, sizeof printed);
    read_all(process.err, text, sizeof text);
    close_stream(process.in);
    int status = end_of_process(&process);
    if (!is_right(reason, at, is_server, WAYS[which].frees) || status != WAYS[which].status ||
        text[0] != '\0' || printed[0] != '\0') {
        fprintf(stderr,
                "a %s (%s) that %s when it is %s: status %#x, the other end got %s; it printed '%s%s'\n",
                is_server ? "server" : "client", in_mode == PODSIX_MODE_INLINE ? "inline" : "threaded",
                WAYS[which].name, POINT_NAMES[at], (unsigned)status, podsix_reason_name(reason), printed,
                text);
        exit(1);
    }
}

int main(int argc, char **argv)
{
    program = argv[0];
    if (argc == 5)
        return live_and_end(argv);
    if (argc == 3 && strcmp(argv[1], "descriptors") == 0)
        return count_descriptors() != atoi(argv[2]);

    /* What leaks is another test's business: most of these leave everything behind. */
#ifndef _WIN32
    setenv("ASAN_OPTIONS", "detect_leaks=0", 1);
#endif
    char address[64], asking[64];
    int cases = 0, every = 100 / percent(argc, argv);
    podsix_host *here = new_host(PODSIX_MODE_THREADED);
    listen_local(here, 0, address, sizeof address);
    listen_local(here, PODSIX_LISTEN_APPROVAL, asking, sizeof asking);
    for (int which = 0; which < WAY_COUNT; which++) {
#if defined(TSAN) || defined(NO_THREADS_AFTER_FORK)
        if (WAYS[which].threads)
            continue;
#endif
        for (int at = 0; at < POINT_COUNT; at++)
            for (uint32_t in_mode = PODSIX_MODE_THREADED; in_mode <= PODSIX_MODE_INLINE; in_mode++) {
                if (cases++ % every != 0)
                    continue;
                judge(here, at == REQUESTED ? asking : address, (Point)at, which, in_mode);
                if (at == NOT_BEGUN || at >= REQUESTED)
                    judge(here, "server", (Point)at, which, in_mode);
            }
    }
    podsix_host_free(here);
    puts("ends: however a program ends, the other end hears of it, and nothing else happens");
    return 0;
}
