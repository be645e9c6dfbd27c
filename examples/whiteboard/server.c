/* The server: numbers the players, keeps what they draw for those who come later, and passes it on. */
#include "board.h"
#include "network.h"
#include "whiteboard.h"

#include <stdio.h>
#include <string.h>

enum { WAIT_MS = 1000 };

typedef struct {
    podsix_host *host;
    podsix_message *out; /* reused: a message keeps its memory */
    Board board;
    unsigned long numbered; /* players so far; the newest one's id */
} Server;

static void send_to_all(Server *server)
{
    check(server->host, podsix_broadcast(server->host, server->out, 0, 0), "broadcast");
}

/* players {players: {id: color}} */
static void send_players(Server *server)
{
    podsix_message_begin(server->out, "players");
    podsix_message_open_map(server->out, "players");
    for (int i = 0; i < server->board.count; i++)
        color_add(server->out, server->board.players[i]->id, server->board.players[i]->color);
    podsix_message_close(server->out);
    send_to_all(server);
}

/* [[point, ...], ...] */
static void add_lines(podsix_message *message, const Player *player)
{
    podsix_message_open_list(message, "lines");
    for (int i = 0; i < player->count; i++) {
        Point point = player_point(player, i);
        if (point.starts_line) {
            if (i > 0)
                podsix_message_close(message);
            podsix_message_open_list(message, NULL);
        }
        point_add(message, NULL, point);
    }
    if (player->count > 0)
        podsix_message_close(message);
    podsix_message_close(message);
}

/* initial {lines: {id: {color, lines}}} */
static void send_initial(Server *server, uint64_t peer)
{
    podsix_message_begin(server->out, "initial");
    podsix_message_open_map(server->out, "lines");
    for (int i = 0; i < server->board.count; i++) {
        const Player *player = server->board.players[i];
        podsix_message_open_map(server->out, player->id);
        color_add(server->out, "color", player->color);
        add_lines(server->out, player);
        podsix_message_close(server->out);
    }
    podsix_message_close(server->out);
    check(server->host, podsix_send(server->host, peer, server->out, 0), "send");
}

static void connected(void *context, const podsix_event *ev)
{
    Server *server = context;
    unsigned long n = ++server->numbered;
    char id[32];
    int len = snprintf(id, sizeof id, "%lu", n);
    Player *player = board_add(&server->board, id, (size_t)len);
    if (player == NULL) { /* one who left is still on the board: its DISCONNECTED is on the way */
        podsix_peer_disconnect(server->host, ev->peer, 0, "the board is full", PODSIX_NUL);
        return;
    }
    for (unsigned long i = 0; i < 3; i++)
        player->color[i] = (uint8_t)((n + 1 + i) % 3 * 84);
    podsix_peer_set_user_data(server->host, ev->peer, player);
    send_initial(server, ev->peer);
    send_players(server);
}

static void disconnected(void *context, const podsix_event *ev)
{
    Server *server = context;
    if (ev->user_data == NULL)
        return;
    board_remove(&server->board, ev->user_data);
    send_players(server);
}

/* A client decides what it sends, the server what it believes and passes on. */
static void draw(Server *server, const podsix_event *ev, const char *action, int starts_line)
{
    Player *player = ev->user_data;
    Point point;
    if (player == NULL ||
        !point_read(podsix_value_get(ev->message, "point"), starts_line, &point) ||
        !player_draw(player, point))
        return;
    podsix_message_begin(server->out, action);
    point_add(server->out, "point", point);
    podsix_message_add_string(server->out, "id", player->id, PODSIX_NUL);
    send_to_all(server);
}

static void startline(void *context, const podsix_event *ev)
{
    draw(context, ev, "startline", 1);
}

static void drawpoint(void *context, const podsix_event *ev)
{
    draw(context, ev, "drawpoint", 0);
}

/* A program of another kind has knocked, say. */
static void trouble(void *context, const podsix_event *ev)
{
    (void)context;
    fprintf(stderr, "whiteboard: %.*s\n", (int)ev->text_len, ev->text);
}

static const podsix_handler handlers[] = {
    { "connected", connected },
    { "disconnected", disconnected },
    { "startline", startline },
    { "drawpoint", drawpoint },
    { "error", trouble },
};

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

void run_server(char **addresses, int count)
{
    Server server = { new_host(MAX_PLAYERS), podsix_message_new(), { { NULL }, 0 }, 0 };
    for (int i = 0; i < count; i++)
        listen_at(server.host, addresses[i]);
    if (count == 0) {
        listen_at(server.host, "*");
        listen_at(server.host, "podsixnet://*:31426");
    }
    for (;;)
        frame(server.host, WAIT_MS, handlers, sizeof handlers / sizeof *handlers, &server);
}
