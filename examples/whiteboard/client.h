/* A client, whatever shows it. */
#ifndef CLIENT_H
#define CLIENT_H

#include "board.h"

enum { FRAME_MS = 16 };

typedef struct {
    podsix_host *host;
    uint64_t server;
    podsix_message *out; /* reused: a message keeps its memory */
    Board board;
    char status[256]; /* the connection, in words */
    int connected, done, failed;
    int changed; /* the board or the status, since who shows them set this to 0 */
    int prints;  /* what arrives, to stdout */
} Client;

void client_connect(Client *client, const char *address);

/* Takes what has arrived; waits for the first of it at most FRAME_MS. */
void client_frame(Client *client);

/* Draws for all to see. It is on the board when the server has sent it back. */
void client_draw(Client *client, Point point);

/* Says goodbye, when all that was drawn has been sent; `done` is set some frames later. */
void client_leave(Client *client);

void client_free(Client *client);

#endif
