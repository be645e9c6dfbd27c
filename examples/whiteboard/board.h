/* The board: who plays, and what each of them has drawn. The server keeps one for those who come
 * later, each client one to show.
 *
 * What a stranger sends cannot make it grow: a player has a colour and the newest MAX_POINTS of its
 * points, so that old ink fades. MAX_PLAYERS * MAX_POINTS points, if each is a line of its own, are
 * 64,000 values: one message may have 65,536 (podsix_config.max_values).
 */
#ifndef BOARD_H
#define BOARD_H

#include <podsix.h>

enum { MAX_PLAYERS = 16, MAX_POINTS = 1000, MAX_ID = 15 };

typedef struct {
    int16_t x, y;
    int16_t starts_line; /* 0: a line leads here from the point before */
} Point;

typedef struct {
    char id[MAX_ID + 1]; /* NUL-terminated */
    uint8_t color[3];    /* red, green, blue */
    int oldest, count;
    Point points[MAX_POINTS]; /* a ring: read it with player_point */
} Player;

typedef struct {
    Player *players[MAX_PLAYERS]; /* in the order in which they came */
    int count;
} Board;

/* NULL if there is no such player. */
Player *board_find(const Board *board, const char *id, size_t len);

/* NULL if the board is full, or the id is not 1 to MAX_ID visible ASCII characters. */
Player *board_add(Board *board, const char *id, size_t len);

void board_remove(Board *board, Player *player);

void board_clear(Board *board);

/* The index-th of a player's points from the oldest on, at which a line starts in any case. */
Point player_point(const Player *player, int index);

/* Adds a point; without any before it, a line cannot lead to it, and nothing happens: 0 then. */
int player_draw(Player *player, Point point);

/* A point in a message is a tuple of two integers. 0 if the value is something else. */
int point_read(const podsix_value *value, int starts_line, Point *point);
void point_add(podsix_message *message, const char *key, Point point);

/* A colour in a message is a list of three integers from 0 to 255. */
int color_read(const podsix_value *value, uint8_t color[3]);
void color_add(podsix_message *message, const char *key, const uint8_t color[3]);

#endif
