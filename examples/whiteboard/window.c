/* The client in a window, with SDL2: the left mouse button draws, and who plays stands in the upper
 * left corner, each player's number in its colour; a green spot in the right one: connected.
 */
#include "client.h"
#include "whiteboard.h"

#include <SDL.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 800, HEIGHT = 600, GRID = 25, PEN = 2, STEP = 3 };
enum { BADGE = 31, GAP = 8, SQUARE = 3, DIGIT = 4 * SQUARE };

static const uint8_t paper[3] = { 250, 250, 246 }, grid[3] = { 205, 205, 196 };
static const uint8_t white[3] = { 255, 255, 255 };
static const uint8_t online[3] = { 60, 170, 80 }, offline[3] = { 200, 50, 40 };

typedef struct {
    SDL_Window *window;
    SDL_Renderer *renderer;
    Client client;
    int pen_down;
    Point last; /* the point sent last */
} Window;

static void fail(const char *what)
{
    fprintf(stderr, "whiteboard: %s: %s\n", what, SDL_GetError());
    exit(1);
}

/* ---- the picture ---- */

static void ink(SDL_Renderer *renderer, const uint8_t color[3])
{
    SDL_SetRenderDrawColor(renderer, color[0], color[1], color[2], 255);
}

static void fill(SDL_Renderer *renderer, int x, int y, int w, int h)
{
    SDL_Rect rect = { x, y, w, h };
    SDL_RenderFillRect(renderer, &rect);
}

/* A round pen goes from one point to another. */
static void stroke(SDL_Renderer *renderer, Point from, Point to)
{
    for (int dy = -PEN; dy <= PEN; dy++)
        for (int dx = -PEN; dx <= PEN; dx++)
            if (dx * dx + dy * dy <= PEN * PEN)
                SDL_RenderDrawLine(renderer, from.x + dx, from.y + dy, to.x + dx, to.y + dy);
}

/* Ids are numbers, each digit 3 by 5 squares; whatever else a server may send is a blot. */
static void write_id(SDL_Renderer *renderer, const char *id, int x, int y)
{
    static const uint16_t digits[] = { 075557, 026227, 071747, 071717, 055711,
                                       074717, 074757, 071222, 075757, 075717 };
    for (; *id != 0; id++, x += DIGIT) {
        unsigned shape = *id >= '0' && *id <= '9' ? digits[*id - '0'] : 077777;
        for (int i = 0; i < 15; i++)
            if (shape >> (14 - i) & 1)
                fill(renderer, x + i % 3 * SQUARE, y + i / 3 * SQUARE, SQUARE, SQUARE);
    }
}

static void draw_players(SDL_Renderer *renderer, const Board *board)
{
    int x = GAP;
    for (int i = 0; i < board->count; i++) {
        const Player *player = board->players[i];
        int text = (int)strlen(player->id) * DIGIT - SQUARE;
        int width = text + 2 * GAP > BADGE ? text + 2 * GAP : BADGE;
        ink(renderer, player->color);
        fill(renderer, x, GAP, width, BADGE);
        ink(renderer, white);
        write_id(renderer, player->id, x + (width - text) / 2, GAP + (BADGE - 5 * SQUARE) / 2);
        x += width + GAP;
    }
}

static void draw_picture(SDL_Renderer *renderer, const Client *client)
{
    ink(renderer, paper);
    SDL_RenderClear(renderer);
    ink(renderer, grid);
    for (int y = GRID; y < HEIGHT; y += GRID)
        for (int x = GRID; x < WIDTH; x += GRID)
            SDL_RenderDrawPoint(renderer, x, y);
    for (int i = 0; i < client->board.count; i++) {
        const Player *player = client->board.players[i];
        Point from = { 0, 0, 0 };
        ink(renderer, player->color);
        for (int j = 0; j < player->count; j++) {
            Point to = player_point(player, j);
            stroke(renderer, to.starts_line ? to : from, to);
            from = to;
        }
    }
    draw_players(renderer, &client->board);
    ink(renderer, client->connected ? online : offline);
    fill(renderer, WIDTH - GAP - 10, GAP, 10, 10);
}

static void write_title(Window *window)
{
    char title[320];
    snprintf(title, sizeof title, "whiteboard: %s, %d player%s", window->client.status,
             window->client.board.count, window->client.board.count == 1 ? "" : "s");
    SDL_SetWindowTitle(window->window, title);
}

static void save_picture(SDL_Renderer *renderer, const char *file)
{
    SDL_Surface *picture =
        SDL_CreateRGBSurfaceWithFormat(0, WIDTH, HEIGHT, 24, SDL_PIXELFORMAT_BGR24);
    if (picture == NULL ||
        SDL_RenderReadPixels(renderer, NULL, SDL_PIXELFORMAT_BGR24, picture->pixels,
                             picture->pitch) < 0 ||
        SDL_SaveBMP(picture, file) < 0)
        fail(file);
    SDL_FreeSurface(picture);
}

/* ---- the mouse ---- */

static void draw_to(Window *window, int x, int y, int starts_line)
{
    Point point = { (int16_t)x, (int16_t)y, (int16_t)starts_line };
    if (!window->client.connected)
        return;
    client_draw(&window->client, point);
    window->last = point;
}

/* 0 when the window is closed. */
static int take_events(Window *window)
{
    SDL_Event ev;
    while (SDL_PollEvent(&ev)) {
        if (ev.type == SDL_QUIT)
            return 0;
        if (ev.type == SDL_WINDOWEVENT)
            window->client.changed = 1; /* perhaps it was hidden, or has another size */
        if (ev.type == SDL_MOUSEBUTTONDOWN && ev.button.button == SDL_BUTTON_LEFT) {
            draw_to(window, ev.button.x, ev.button.y, 1);
            window->pen_down = window->client.connected;
        }
        if (ev.type == SDL_MOUSEBUTTONUP && ev.button.button == SDL_BUTTON_LEFT)
            window->pen_down = 0;
        if (ev.type == SDL_MOUSEMOTION && window->pen_down &&
            abs(ev.motion.x - window->last.x) + abs(ev.motion.y - window->last.y) >= STEP)
            draw_to(window, ev.motion.x, ev.motion.y, 0);
    }
    return 1;
}

/* ---- the program ---- */

static void open_window(Window *window)
{
    if (SDL_Init(SDL_INIT_VIDEO) < 0)
        fail("SDL");
    window->window = SDL_CreateWindow("whiteboard", SDL_WINDOWPOS_UNDEFINED,
                                      SDL_WINDOWPOS_UNDEFINED, WIDTH, HEIGHT, SDL_WINDOW_RESIZABLE);
    if (window->window == NULL)
        fail("no window");
    window->renderer = SDL_CreateRenderer(window->window, -1, 0);
    if (window->renderer == NULL)
        fail("no renderer");
    SDL_RenderSetLogicalSize(window->renderer, WIDTH, HEIGHT); /* the mouse follows it too */
}

static int has_points(const Board *board, long points)
{
    for (int i = 0; i < board->count; i++)
        points -= board->players[i]->count;
    return points <= 0;
}

int run_window(const char *address, const char *screenshot, long points)
{
    static Window window;
    Client *client = &window.client;
    int is_open = 1;
    if (screenshot != NULL)
        SDL_setenv("SDL_VIDEODRIVER", "dummy", 0); /* a file needs no display */
    open_window(&window);
    client_connect(client, address);
    while (is_open) {
        if (!client->done)
            client_frame(client);
        else
            SDL_Delay(FRAME_MS);
        is_open = take_events(&window);
        if (client->changed) {
            client->changed = 0;
            write_title(&window);
            draw_picture(window.renderer, client);
            if (screenshot != NULL && client->connected && has_points(&client->board, points)) {
                save_picture(window.renderer, screenshot);
                is_open = 0;
            }
            SDL_RenderPresent(window.renderer);
        }
        if (screenshot != NULL && client->done)
            is_open = 0;
    }
    if (client->failed)
        fprintf(stderr, "whiteboard: %s\n", client->status);
    if (client->connected)
        client_leave(client);
    client_free(client);
    SDL_Quit();
    return client->failed;
}
