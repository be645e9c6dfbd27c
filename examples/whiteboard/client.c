/* A client, see client.h: keeps its board as the server tells it. */
#include "client.h"

#include "network.h"

#include <stdarg.h>
#include <stdio.h>

enum { CLOSE_MS = 2000, MAX_WORDS = 150 };

static void say(const Client *client, const char *format, ...)
{
    va_list arguments;
    if (!client->prints)
        return;
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
}

static Player *find(const Client *client, const podsix_value *id)
{
    const char *text;
    size_t len;
    if (podsix_value_get_string(id, &text, &len) < 0)
        return NULL;
    return board_find(&client->board, text, len);
}

/* The player with this id, who may be new, in this colour. NULL if the board has no room for it. */
static Player *enter(Client *client, const podsix_value *id, const podsix_value *color)
{
    const char *text;
    size_t len;
    if (podsix_value_get_string(id, &text, &len) < 0)
        return NULL;
    Player *player = board_find(&client->board, text, len);
    if (player == NULL)
        player = board_add(&client->board, text, len);
    if (player != NULL)
        color_read(color, player->color);
    return player;
}

static void say_players(const Client *client, int with_lines)
{
    for (int i = 0; i < client->board.count; i++) {
        const Player *player = client->board.players[i];
        say(client, "%s%s (%d, %d, %d)", i == 0 ? " " : ", ", player->id, player->color[0],
            player->color[1], player->color[2]);
        for (int j = 0; with_lines && j < player->count; j++) {
            Point point = player_point(player, j);
            say(client, "%s%d,%d", point.starts_line ? " / " : " - ", point.x, point.y);
        }
    }
    say(client, "\n");
}

static void connected(void *context, const podsix_event *ev)
{
    Client *client = context;
    (void)ev;
    client->connected = client->changed = 1;
    snprintf(client->status, sizeof client->status, "connected");
    say(client, "*** connected to the server\n");
}

/* initial {lines: {id: {color, lines: [[point, ...], ...]}}} */
static void initial(void *context, const podsix_event *ev)
{
    Client *client = context;
    const podsix_value *id, *about, *line, *value;
    podsix_iter players = { 0 };
    board_clear(&client->board);
    while (podsix_value_next(podsix_value_get(ev->message, "lines"), &players, &id, &about) > 0) {
        Player *player = enter(client, id, podsix_value_get(about, "color"));
        podsix_iter lines = { 0 };
        while (player != NULL &&
               podsix_value_next(podsix_value_get(about, "lines"), &lines, NULL, &line) > 0) {
            podsix_iter points = { 0 };
            int starts_line = 1;
            Point point;
            for (; podsix_value_next(line, &points, NULL, &value) > 0; starts_line = 0)
                if (point_read(value, starts_line, &point))
                    player_draw(player, point);
        }
    }
    client->changed = 1;
    say(client, "*** initial:");
    say_players(client, 1);
}

/* players {players: {id: color}}; who is not among them has left, and its lines with it */
static void players(void *context, const podsix_event *ev)
{
    Client *client = context;
    const podsix_value *playing = podsix_value_get(ev->message, "players"), *id, *color;
    podsix_iter iter = { 0 };
    for (int i = client->board.count - 1; i >= 0; i--)
        if (podsix_value_type(podsix_value_get(playing, client->board.players[i]->id)) ==
            PODSIX_TYPE_NONE)
            board_remove(&client->board, client->board.players[i]);
    while (podsix_value_next(playing, &iter, &id, &color) > 0)
        enter(client, id, color);
    client->changed = 1;
    say(client, "*** players:");
    say_players(client, 0);
}

static void draw(Client *client, const podsix_event *ev, const char *action, int starts_line)
{
    Player *player = find(client, podsix_value_get(ev->message, "id"));
    Point point;
    if (player == NULL ||
        !point_read(podsix_value_get(ev->message, "point"), starts_line, &point) ||
        !player_draw(player, point))
        return;
    client->changed = 1;
    say(client, "%s: %s %d,%d\n", player->id, action, point.x, point.y);
}

static void startline(void *context, const podsix_event *ev)
{
    draw(context, ev, "startline", 1);
}

static void drawpoint(void *context, const podsix_event *ev)
{
    draw(context, ev, "drawpoint", 0);
}

static void ended(void *context, const podsix_event *ev)
{
    Client *client = context;
    client->done = client->changed = 1;
    client->connected = 0;
    client->failed = ev->reason != PODSIX_REASON_LOCAL;
    int len = snprintf(client->status, sizeof client->status, "%s ", podsix_reason_name(ev->reason));
    podsix_text_copy_printable(ev->text, ev->text_len, MAX_WORDS, client->status + len,
                               sizeof client->status - (size_t)len);
    say(client, "*** disconnected: %s\n", client->status);
}

static const podsix_handler handlers[] = {
    { "connected", connected }, { "initial", initial },     { "players", players },
    { "startline", startline }, { "drawpoint", drawpoint }, { "disconnected", ended },
    { "error", ended },
};

void client_connect(Client *client, const char *address)
{
    client->host = new_host(1);
    client->out = podsix_message_new();
    client->changed = 1;
    snprintf(client->status, sizeof client->status, "connecting to %s", address);
    check(client->host, podsix_connect(client->host, address, PODSIX_NUL, NULL, 0, &client->server),
          "connect");
}

void client_frame(Client *client)
{
    frame(client->host, FRAME_MS, handlers, sizeof handlers / sizeof *handlers, client);
}

void client_draw(Client *client, Point point)
{
    podsix_message_begin(client->out, point.starts_line ? "startline" : "drawpoint");
    point_add(client->out, "point", point);
    check(client->host, podsix_send(client->host, client->server, client->out, 0), "draw");
}

void client_leave(Client *client)
{
    podsix_host_close(client->host, CLOSE_MS, 0, "bye", PODSIX_NUL);
}

void client_free(Client *client)
{
    board_clear(&client->board);
    podsix_message_free(client->out);
    podsix_host_free(client->host);
}
