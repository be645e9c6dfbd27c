/* The board, see board.h. */
#include "board.h"

#include <stdlib.h>
#include <string.h>

Player *board_find(const Board *board, const char *id, size_t len)
{
    for (int i = 0; i < board->count; i++)
        if (strlen(board->players[i]->id) == len && memcmp(board->players[i]->id, id, len) == 0)
            return board->players[i];
    return NULL;
}

Player *board_add(Board *board, const char *id, size_t len)
{
    if (board->count == MAX_PLAYERS || len == 0 || len > MAX_ID)
        return NULL;
    for (size_t i = 0; i < len; i++)
        if (id[i] <= ' ' || id[i] > '~')
            return NULL;
    Player *player = calloc(1, sizeof *player);
    if (player == NULL)
        abort();
    memcpy(player->id, id, len);
    board->players[board->count++] = player;
    return player;
}

void board_remove(Board *board, Player *player)
{
    int at = 0;
    while (board->players[at] != player)
        at++;
    board->count--;
    memmove(board->players + at, board->players + at + 1,
            (size_t)(board->count - at) * sizeof *board->players);
    free(player);
}

void board_clear(Board *board)
{
    while (board->count > 0)
        board_remove(board, board->players[board->count - 1]);
}

Point player_point(const Player *player, int index)
{
    Point point = player->points[(player->oldest + index) % MAX_POINTS];
    point.starts_line |= index == 0; /* what led here has faded */
    return point;
}

int player_draw(Player *player, Point point)
{
    if (player->count == 0 && !point.starts_line)
        return 0;
    if (player->count == MAX_POINTS)
        player->oldest = (player->oldest + 1) % MAX_POINTS;
    else
        player->count++;
    player->points[(player->oldest + player->count - 1) % MAX_POINTS] = point;
    return 1;
}

static int coordinate_read(const podsix_value *value, int16_t *out)
{
    int64_t number = podsix_value_as_int(value, INT64_MAX);
    if (number < INT16_MIN || number > INT16_MAX)
        return 0;
    *out = (int16_t)number;
    return 1;
}

int point_read(const podsix_value *value, int starts_line, Point *point)
{
    point->starts_line = starts_line != 0;
    return podsix_value_type(value) == PODSIX_TYPE_LIST && podsix_value_count(value) == 2 &&
           coordinate_read(podsix_value_at(value, 0), &point->x) &&
           coordinate_read(podsix_value_at(value, 1), &point->y);
}

void point_add(podsix_message *message, const char *key, Point point)
{
    podsix_message_open_tuple(message, key);
    podsix_message_add_int(message, NULL, point.x);
    podsix_message_add_int(message, NULL, point.y);
    podsix_message_close(message);
}

int color_read(const podsix_value *value, uint8_t color[3])
{
    if (podsix_value_type(value) != PODSIX_TYPE_LIST || podsix_value_count(value) != 3)
        return 0;
    for (size_t i = 0; i < 3; i++) {
        int64_t part = podsix_value_as_int(podsix_value_at(value, i), -1);
        if (part < 0 || part > 255)
            return 0;
        color[i] = (uint8_t)part;
    }
    return 1;
}

void color_add(podsix_message *message, const char *key, const uint8_t color[3])
{
    podsix_message_open_list(message, key);
    for (int i = 0; i < 3; i++)
        podsix_message_add_int(message, NULL, color[i]);
    podsix_message_close(message);
}
