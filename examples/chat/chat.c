/* chat: everybody reads what anybody writes, under a nickname.
 *
 *     chat server [address...]          default: tcp at port 31425 and podsixnet at port 31426, of
 *                                       every address of this machine
 *     chat client [address] [nickname]  default: localhost, and "anonymous"
 *
 * A server listens at all its addresses at once, so that programs that speak podsix (tcp://) and
 * programs of PodSixNet (podsixnet://) meet in one chat.
 *
 * The client sends   nickname {nickname}   and   message {message};
 * the server sends   players {players}     and   message {message, who}   to all.
 */
#include "../console.h"

#include <podsix.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FRAME_MS = 16, SERVER_WAIT_MS = 1000, MAX_NICKNAME = 32, MAX_LINE = 1000, MAX_SHOWN = 100 };

/* Every call that can fail says why: a code, and words for the developer. */
static void check(const podsix_host *host, int32_t result, const char *what)
{
    if (result >= 0)
        return;
    char why[256] = "";
    podsix_host_copy_error(host, why, sizeof why);
    fprintf(stderr, "chat: %s: %s (%s)\n", what, why, podsix_error_name(result));
    exit(1);
}

/* Prints what came over the network: part of a line, in which nothing moves the cursor. */
static void print_text(const podsix_value *value, size_t most)
{
    char text[4 * MAX_LINE + 1]; /* a character has up to 4 bytes */
    podsix_value_copy_printable(value, most, text, sizeof text);
    printf("%s", text);
}

/* ---- the server ---- */

typedef struct Player {
    struct Player *next; /* in the order in which they came */
    size_t len;
    char nickname[MAX_NICKNAME];
} Player;

typedef struct {
    podsix_host *host;
    podsix_message *out; /* reused: a message keeps its memory */
    Player *players;
} Server;

static void send_to_all(Server *server)
{
    check(server->host, podsix_broadcast(server->host, server->out, 0, 0), "broadcast");
}

static void send_players(Server *server)
{
    podsix_message_begin(server->out, "players");
    podsix_message_open_list(server->out, "players");
    for (Player *player = server->players; player != NULL; player = player->next)
        podsix_message_add_string(server->out, NULL, player->nickname, player->len);
    podsix_message_close(server->out);
    send_to_all(server);
}

static void server_connected(void *context, const podsix_event *ev)
{
    Server *server = context;
    Player *player = calloc(1, sizeof *player), **end = &server->players;
    if (player == NULL)
        abort();
    player->len = strlen("anonymous");
    memcpy(player->nickname, "anonymous", player->len);
    while (*end != NULL)
        end = &(*end)->next;
    *end = player;
    podsix_peer_set_user_data(server->host, ev->peer, player);
    send_players(server);
}

/* A program of another kind has knocked, say. */
static void server_error(void *context, const podsix_event *ev)
{
    (void)context;
    fprintf(stderr, "chat: %.*s\n", (int)ev->text_len, ev->text);
}

static void server_disconnected(void *context, const podsix_event *ev)
{
    Server *server = context;
    Player **at = &server->players;
    if (ev->reason == PODSIX_REASON_WRONG_PROTOCOL)
        server_error(server, ev);
    while (*at != ev->user_data)
        at = &(*at)->next;
    *at = (*at)->next;
    free(ev->user_data);
    send_players(server);
}

/* A client decides what it sends, the server what it believes: text, no longer than `max`, without
 * the NULs that could spell the end of a message to PodSixNet. */
static int read_text(const podsix_value *value, size_t max, const char **text, size_t *len)
{
    return podsix_value_get_string(value, text, len) >= 0 && *len <= max &&
           memchr(*text, 0, *len) == NULL;
}

static void server_nickname(void *context, const podsix_event *ev)
{
    Player *player = ev->user_data;
    const char *nickname;
    size_t len;
    if (!read_text(podsix_value_get(ev->message, "nickname"), MAX_NICKNAME, &nickname, &len))
        return;
    memcpy(player->nickname, nickname, len);
    player->len = len;
    send_players(context);
}

static void server_message(void *context, const podsix_event *ev)
{
    Server *server = context;
    const Player *player = ev->user_data;
    const char *message;
    size_t len;
    if (!read_text(podsix_value_get(ev->message, "message"), MAX_LINE, &message, &len))
        return;
    podsix_message_begin(server->out, "message");
    podsix_message_add_string(server->out, "message", message, len);
    podsix_message_add_string(server->out, "who", player->nickname, player->len);
    send_to_all(server);
}

static const podsix_handler server_handlers[] = {
    { "connected", server_connected },
    { "disconnected", server_disconnected },
    { "nickname", server_nickname },
    { "message", server_message },
    { "error", server_error },
};
enum { SERVER_HANDLERS = sizeof server_handlers / sizeof *server_handlers };

/* ---- the client ---- */

typedef struct {
    podsix_host *host;
    uint64_t server;
    const char *nickname;
    podsix_message *out;
    char line[MAX_LINE]; /* what has been typed of the next message */
    size_t len;
    int connected, leaving, done, failed;
} Client;

static void send_text(Client *client, const char *action, const char *text, size_t len)
{
    podsix_message_begin(client->out, action);
    podsix_message_add_string(client->out, action, text, len);
    int32_t result = podsix_send(client->host, client->server, client->out, 0);
    if (result == PODSIX_ERR_BAD_UTF8)
        fprintf(stderr, "chat: not sent, it is not UTF-8\n");
    else if (result == PODSIX_ERR_TERMINATOR)
        fprintf(stderr, "chat: not sent, it ends messages of PodSixNet\n");
    else
        check(client->host, result, "send");
}

static void client_connected(void *context, const podsix_event *ev)
{
    Client *client = context;
    (void)ev;
    client->connected = 1;
    printf("*** connected to the server\n");
    if (client->nickname != NULL)
        send_text(client, "nickname", client->nickname, PODSIX_NUL);
}

static void client_players(void *context, const podsix_event *ev)
{
    podsix_iter iter = { 0 };
    const podsix_value *nickname;
    int shown = 0;
    (void)context;
    printf("*** players: ");
    while (shown < MAX_SHOWN &&
           podsix_value_next(podsix_value_get(ev->message, "players"), &iter, NULL, &nickname) > 0) {
        printf("%s", shown++ > 0 ? ", " : "");
        print_text(nickname, MAX_NICKNAME);
    }
    printf("\n");
}

static void client_message(void *context, const podsix_event *ev)
{
    (void)context;
    print_text(podsix_value_get(ev->message, "who"), MAX_NICKNAME);
    printf(": ");
    print_text(podsix_value_get(ev->message, "message"), MAX_LINE);
    printf("\n");
}

static void client_ended(void *context, const podsix_event *ev)
{
    Client *client = context;
    client->done = 1;
    client->failed = ev->reason != PODSIX_REASON_LOCAL;
    printf("*** disconnected: %s %.*s\n", podsix_reason_name(ev->reason), (int)ev->text_len,
           ev->text);
}

static const podsix_handler client_handlers[] = {
    { "connected", client_connected },
    { "players", client_players },
    { "message", client_message },
    { "disconnected", client_ended },
    { "error", client_ended },
};
enum { CLIENT_HANDLERS = sizeof client_handlers / sizeof *client_handlers };

/* Takes what has been typed, without ever waiting for it; each whole line is a message. */
static void read_keyboard(Client *client)
{
    int got = console_read(client->line + client->len, sizeof client->line - client->len);
    if (got < 0) {
        client->leaving = 1; /* all that was typed arrives before the goodbye, while the frames go on */
        podsix_host_close(client->host, 0, 0, "bye", PODSIX_NUL);
        return;
    }
    client->len += (size_t)got;
    char *line = client->line, *end = client->line + client->len, *newline;
    while ((newline = memchr(line, '\n', (size_t)(end - line))) != NULL) {
        send_text(client, "message", line, (size_t)(newline - line));
        line = newline + 1;
    }
    client->len = (size_t)(end - line);
    memmove(client->line, line, client->len);
    if (client->len == sizeof client->line) {
        fprintf(stderr, "chat: the line is too long\n");
        client->len = 0;
    }
}

/* ---- the program ---- */

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

static podsix_host *new_host(void)
{
    podsix_host *host;
    char why[256];
    if (podsix_host_new(NULL, &host, why, sizeof why) < 0) {
        fprintf(stderr, "chat: %s\n", why);
        exit(1);
    }
    return host;
}

/* Listens, and tells where: the port may have been left to the system (":0"). */
static void listen_at(podsix_host *host, const char *address)
{
    const char *end = strstr(address, "://");
    uint32_t listener;
    char bound[64];
    check(host, podsix_listen(host, address, PODSIX_NUL, 0, &listener), "listen");
    podsix_listener_copy_address(host, listener, bound, sizeof bound);
    printf("server launched at %.*s://%s\n", end != NULL ? (int)(end - address) : 3,
           end != NULL ? address : "tcp", bound);
    fflush(stdout);
}

static void run_server(char **addresses, int count)
{
    Server server = { new_host(), podsix_message_new(), NULL };
    for (int i = 0; i < count; i++)
        listen_at(server.host, addresses[i]);
    if (count == 0) {
        listen_at(server.host, "*");
        listen_at(server.host, "podsixnet://*:31426");
    }
    for (;;)
        frame(server.host, SERVER_WAIT_MS, server_handlers, SERVER_HANDLERS, &server);
}

static int run_client(const char *address, const char *nickname)
{
    static Client client;
    console_start();
    client.host = new_host();
    client.out = podsix_message_new();
    client.nickname = nickname;
    check(client.host, podsix_connect(client.host, address, PODSIX_NUL, NULL, 0, &client.server),
          "connect");
    while (!client.done) {
        if (client.connected && !client.leaving)
            read_keyboard(&client);
        frame(client.host, FRAME_MS, client_handlers, CLIENT_HANDLERS, &client);
    }
    podsix_message_free(client.out);
    podsix_host_free(client.host);
    return client.failed;
}

int main(int argc, char **argv)
{
    const char *role = argc > 1 ? argv[1] : "";
    if (strcmp(role, "server") == 0)
        run_server(argv + 2, argc - 2); /* until it is interrupted */
    if (strcmp(role, "client") == 0 && argc <= 4)
        return run_client(argc > 2 ? argv[2] : "localhost", argc > 3 ? argv[3] : NULL);
    fprintf(stderr, "usage: chat server [address...]\n"
                    "       chat client [address] [nickname]\n"
                    "an address is tcp://host:port, where tcp:// and :port may be left out,\n"
                    "or, for programs of PodSixNet, podsixnet://host:port\n");
    return 2;
}
