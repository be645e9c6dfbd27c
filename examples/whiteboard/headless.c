/* The client without a window, for tests and pipes. Each line it reads draws a point:
 *
 *     line X Y        where a new line starts
 *     point X Y       where the line goes on
 *
 * It prints what arrives, and leaves at the end of its input.
 */
#include "../console.h"
#include "client.h"
#include "whiteboard.h"

#include <stdio.h>
#include <string.h>

typedef struct {
    char text[1000]; /* what has been read of the next lines */
    size_t len;
    int ended;
} Input;

static void obey(Client *client, const char *command)
{
    char word[6], more;
    int x, y;
    int starts_line, is_whole = sscanf(command, "%5s %d %d %c", word, &x, &y, &more) == 3;
    starts_line = is_whole && strcmp(word, "line") == 0;
    if (!starts_line && !(is_whole && strcmp(word, "point") == 0)) {
        fprintf(stderr, "whiteboard: '%s' is neither 'line X Y' nor 'point X Y'\n", command);
        return;
    }
    Point point = { (int16_t)x, (int16_t)y, (int16_t)starts_line };
    if (point.x != x || point.y != y)
        fprintf(stderr, "whiteboard: '%s' lies beyond 32767\n", command);
    else
        client_draw(client, point);
}

/* Takes what has been written, without ever waiting for it. */
static void read_input(Client *client, Input *input)
{
    int got = console_read(input->text + input->len, sizeof input->text - input->len);
    if (got < 0) {
        input->ended = 1;
        client_leave(client);
        return;
    }
    input->len += (size_t)got;
    char *line = input->text, *end = input->text + input->len, *newline;
    while ((newline = memchr(line, '\n', (size_t)(end - line))) != NULL) {
        *newline = 0;
        obey(client, line);
        line = newline + 1;
    }
    input->len = (size_t)(end - line);
    memmove(input->text, line, input->len);
    if (input->len == sizeof input->text) {
        fprintf(stderr, "whiteboard: the line is too long\n");
        input->len = 0;
    }
}

int run_headless(const char *address)
{
    static Client client;
    static Input input;
    console_start();
    client.prints = 1;
    client_connect(&client, address);
    while (!client.done) {
        if (client.connected && !input.ended)
            read_input(&client, &input);
        client_frame(&client);
    }
    client_free(&client);
    return client.failed;
}
