/* lagtime: how long a message takes there and back.
 *
 * The server pings each client, the client sends every ping back as it came, and the server prints
 * the round trips and, when the client leaves, how they spread.
 *
 *     lagtime server [address...]          default: tcp at port 31425 and podsixnet at port 31426,
 *                                          of every address of this machine
 *     lagtime client [address]             default: localhost
 *     lagtime demo [--count N] [--inline]  both in one process
 *
 * Both send   ping {count},   which the server counts from 0; the client leaves at 10.
 */
#define _POSIX_C_SOURCE 200809L /* for the clock, where that is POSIX's */

#include <podsix.h>

#ifdef _WIN32
#include <windows.h>
#else
#include <sched.h>
#endif
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { FRAME_MS = 1000, ROUND_TRIPS = 10, DEMO_ROUND_TRIPS = 1000, DEMO_PRINTED = 10 };

/* Upper ends of the histogram's bars, in microseconds; the last bar has none. */
static const double bar_ends[] = { 5,    10,   20,   50,    100,   200,   500,    1000,
                                   2000, 5000, 1e4,  2e4,   5e4,   1e5,   2e5,    5e5 };
enum { BARS = sizeof bar_ends / sizeof *bar_ends + 1 };

typedef struct {
    podsix_host *host;
    podsix_message *ping; /* reused: a message keeps its memory */
    int64_t printed;      /* how many round trips of each client are printed */
} Server;

/* One client as the server knows it: the user data of its peer. */
typedef struct {
    char address[64];
    int64_t count; /* of the ping under way */
    double sent;
    long bars[BARS];
} Player;

typedef struct {
    podsix_host *host;
    int64_t last; /* the ping at which to leave */
    int done, failed;
} Client;

#ifdef _WIN32
static double seconds(void)
{
    LARGE_INTEGER now, in_a_second;
    QueryPerformanceCounter(&now);
    QueryPerformanceFrequency(&in_a_second);
    return (double)now.QuadPart / (double)in_a_second.QuadPart;
}

static void yield(void)
{
    SwitchToThread();
}
#else
static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void yield(void)
{
    sched_yield();
}
#endif

/* Every call that can fail says why: a code, and words for the developer. */
static void check(const podsix_host *host, int32_t result, const char *what)
{
    /* A peer may have gone before the game looks at its last messages: its DISCONNECTED comes. */
    if (result >= 0 || result == PODSIX_ERR_NOT_CONNECTED)
        return;
    char why[256] = "";
    podsix_host_copy_error(host, why, sizeof why);
    fprintf(stderr, "lagtime: %s: %s (%s)\n", what, why, podsix_error_name(result));
    exit(1);
}

/* ---- the server ---- */

static void ping(Server *server, uint64_t peer, Player *player)
{
    podsix_message_begin(server->ping, "ping");
    podsix_message_add_int(server->ping, "count", player->count);
    player->sent = seconds();
    check(server->host, podsix_send(server->host, peer, server->ping, 0), "ping");
}

static void server_connected(void *context, const podsix_event *ev)
{
    Server *server = context;
    Player *player = calloc(1, sizeof *player);
    if (player == NULL)
        abort();
    podsix_peer_copy_address(server->host, ev->peer, player->address, sizeof player->address);
    podsix_peer_set_user_data(server->host, ev->peer, player);
    printf("%s connected\n", player->address);
    ping(server, ev->peer, player);
}

static void server_ping(void *context, const podsix_event *ev)
{
    Server *server = context;
    Player *player = ev->user_data;
    if (podsix_value_as_int(podsix_value_get(ev->message, "count"), -1) != player->count)
        return; /* not an answer to the ping under way */
    double took = seconds() - player->sent;
    int bar = 0;
    while (bar < BARS - 1 && took * 1e6 > bar_ends[bar])
        bar++;
    player->bars[bar]++;
    if (player->count < server->printed)
        printf("%s: ping %lld round trip time was %f\n", player->address,
               (long long)player->count, took);
    player->count++;
    ping(server, ev->peer, player);
}

static void print_histogram(const Player *player)
{
    long most = 0;
    int first = BARS, last = 0;
    for (int i = 0; i < BARS; i++) {
        if (player->bars[i] == 0)
            continue;
        first = i < first ? i : first;
        last = i;
        most = player->bars[i] > most ? player->bars[i] : most;
    }
    printf("%s: %lld round trips\n", player->address, (long long)player->count);
    for (int i = first; i <= last; i++) {
        int stars = (int)((player->bars[i] * 50 + most - 1) / most);
        if (i < BARS - 1)
            printf("  to %7.0f us %6ld ", bar_ends[i], player->bars[i]);
        else
            printf("  beyond     us %6ld ", player->bars[i]);
        printf("%.*s\n", stars, "**************************************************");
    }
}

static void server_disconnected(void *context, const podsix_event *ev)
{
    Player *player = ev->user_data;
    (void)context;
    printf("%s disconnected\n", player->address);
    print_histogram(player);
    free(player);
}

/* A program of another kind has knocked, say. */
static void server_error(void *context, const podsix_event *ev)
{
    (void)context;
    fprintf(stderr, "lagtime: %.*s\n", (int)ev->text_len, ev->text);
}

static const podsix_handler server_handlers[] = {
    { "connected", server_connected },
    { "ping", server_ping },
    { "disconnected", server_disconnected },
    { "error", server_error },
};
enum { SERVER_HANDLERS = sizeof server_handlers / sizeof *server_handlers };

/* ---- the client ---- */

static void client_connected(void *context, const podsix_event *ev)
{
    (void)context, (void)ev;
    printf("connected to the server\n");
}

static void client_ping(void *context, const podsix_event *ev)
{
    Client *client = context;
    const uint8_t *data;
    size_t len;
    if (podsix_value_as_int(podsix_value_get(ev->message, "count"), 0) >= client->last) {
        podsix_peer_disconnect(client->host, ev->peer, 0, NULL, 0);
        return;
    }
    podsix_value_get_span(ev->message, &data, &len);
    check(client->host, podsix_send_msgpack(client->host, ev->peer, data, len, 0), "answer");
}

static void client_disconnected(void *context, const podsix_event *ev)
{
    Client *client = context;
    client->done = 1;
    client->failed = ev->reason != PODSIX_REASON_LOCAL;
    printf("disconnected (%s)\n", podsix_reason_name(ev->reason));
}

static void client_error(void *context, const podsix_event *ev)
{
    Client *client = context;
    client->done = client->failed = 1;
    fprintf(stderr, "lagtime: %.*s (%s)\n", (int)ev->text_len, ev->text,
            podsix_reason_name(ev->reason));
}

static const podsix_handler client_handlers[] = {
    { "connected", client_connected },
    { "ping", client_ping },
    { "disconnected", client_disconnected },
    { "error", client_error },
};
enum { CLIENT_HANDLERS = sizeof client_handlers / sizeof *client_handlers };

/* ---- the program ---- */

static podsix_host *new_host(uint32_t mode)
{
    podsix_config config;
    podsix_host *host;
    char why[256];
    podsix_config_init(&config, sizeof config);
    config.mode = mode;
    if (podsix_host_new(&config, &host, why, sizeof why) < 0) {
        fprintf(stderr, "lagtime: %s\n", why);
        exit(1);
    }
    return host;
}

/* One frame: everything that has arrived; waits for the first of it at most `timeout_ms`. */
static void frame(podsix_host *host, uint32_t timeout_ms, const podsix_handler *handlers,
                  size_t count, void *context)
{
    podsix_event ev;
    int32_t got = podsix_wait(host, timeout_ms, &ev);
    while (got > 0) {
        podsix_dispatch(&ev, handlers, count, context);
        got = podsix_poll(host, &ev);
    }
    check(host, got, "poll");
    fflush(stdout); /* what was printed, also into a pipe */
}

static void start_server(Server *server, uint32_t mode, int64_t printed)
{
    server->host = new_host(mode);
    server->ping = podsix_message_new();
    server->printed = printed;
}

/* Listens, and tells where: the port may have been left to the system (":0"). */
static uint32_t listen_at(podsix_host *host, const char *address)
{
    const char *end = strstr(address, "://");
    uint32_t listener;
    char bound[64];
    check(host, podsix_listen(host, address, PODSIX_NUL, 0, &listener), "listen");
    podsix_listener_copy_address(host, listener, bound, sizeof bound);
    printf("server launched at %.*s://%s\n", end != NULL ? (int)(end - address) : 3,
           end != NULL ? address : "tcp", bound);
    fflush(stdout);
    return listener;
}

static void start_client(Client *client, const char *address, uint32_t mode, long last)
{
    uint64_t peer;
    memset(client, 0, sizeof *client);
    client->host = new_host(mode);
    client->last = last;
    check(client->host, podsix_connect(client->host, address, PODSIX_NUL, NULL, 0, &peer), "connect");
}

static void run_server(char **addresses, int count)
{
    Server server;
    start_server(&server, PODSIX_MODE_THREADED, INT64_MAX);
    for (int i = 0; i < count; i++)
        listen_at(server.host, addresses[i]);
    if (count == 0) {
        listen_at(server.host, "*");
        listen_at(server.host, "podsixnet://*:31426");
    }
    for (;;)
        frame(server.host, FRAME_MS, server_handlers, SERVER_HANDLERS, &server);
}

static int run_client(const char *address)
{
    Client client;
    start_client(&client, address, PODSIX_MODE_THREADED, ROUND_TRIPS);
    while (!client.done)
        frame(client.host, FRAME_MS, client_handlers, CLIENT_HANDLERS, &client);
    podsix_host_free(client.host);
    return client.failed;
}

static int run_demo(long count, uint32_t mode)
{
    Server server;
    Client client;
    char address[32];
    start_server(&server, mode, DEMO_PRINTED);
    uint32_t listener = listen_at(server.host, "127.0.0.1:0");
    snprintf(address, sizeof address, "127.0.0.1:%d",
             (int)podsix_listener_get_port(server.host, listener));
    start_client(&client, address, mode, count);

    /* Two hosts in one loop: neither may wait while the other has something to do. The server's
     * last event is its peer's goodbye, after which it has no peers. */
    while (!client.done || podsix_host_copy_peers(server.host, 0, NULL, 0) > 0) {
        frame(server.host, 0, server_handlers, SERVER_HANDLERS, &server);
        frame(client.host, 0, client_handlers, CLIENT_HANDLERS, &client);
        yield(); /* this loop never sleeps: let the hosts' own threads run */
    }
    frame(server.host, 0, server_handlers, SERVER_HANDLERS, &server);
    podsix_host_free(client.host);
    podsix_host_free(server.host);
    podsix_message_free(server.ping);
    return client.failed;
}

int main(int argc, char **argv)
{
    const char *role = argc > 1 ? argv[1] : "";
    if (strcmp(role, "server") == 0)
        run_server(argv + 2, argc - 2); /* until it is interrupted */
    if (strcmp(role, "client") == 0 && argc <= 3)
        return run_client(argc > 2 ? argv[2] : "localhost");
    if (strcmp(role, "demo") == 0) {
        long count = DEMO_ROUND_TRIPS;
        uint32_t mode = PODSIX_MODE_THREADED;
        int i = 2;
        for (; i < argc; i++) {
            if (strcmp(argv[i], "--inline") == 0)
                mode = PODSIX_MODE_INLINE;
            else if (strcmp(argv[i], "--count") == 0 && i + 1 < argc)
                count = strtol(argv[++i], NULL, 10);
            else
                break;
        }
        if (i == argc && count > 0)
            return run_demo(count, mode);
    }
    fprintf(stderr, "usage: lagtime server [address...]\n"
                    "       lagtime client [address]\n"
                    "       lagtime demo [--count N] [--inline]\n"
                    "an address is tcp://host:port, where tcp:// and :port may be left out,\n"
                    "or, for programs of PodSixNet, podsixnet://host:port\n");
    return 2;
}
