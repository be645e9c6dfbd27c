/* whiteboard: everybody draws on one board, each in a colour of their own.
 *
 *     whiteboard server [address...]       default: tcp at port 31425 and podsixnet at port 31426,
 *                                          of every address of this machine
 *     whiteboard client [address]          default: localhost; draw with the mouse
 *     whiteboard client address --headless             no window: see headless.c
 *     whiteboard client address --screenshot FILE.bmp POINTS
 *                                          saves the picture once it has so many points, and ends
 *
 * The client sends   startline {point}   and   drawpoint {point},   a point being a tuple (x, y).
 * The server passes both on to all, the sender too, with the player's   id,   its number as a
 * string; it sends   initial {lines: {id: {color, lines: [[point, ...], ...]}}}   to who is new, and
 * players {players: {id: color}}   to all on every change, a color being a list [red, green, blue].
 */
#include "whiteboard.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv)
{
    const char *role = argc > 1 ? argv[1] : "";
    const char *address = argc > 2 ? argv[2] : "localhost";
    const char *option = argc > 3 ? argv[3] : "";
    if (strcmp(role, "server") == 0)
        run_server(argv + 2, argc - 2); /* until it is interrupted */
    if (strcmp(role, "client") == 0 && argc <= 3)
        return run_window(address, NULL, 0);
    if (strcmp(role, "client") == 0 && argc == 4 && strcmp(option, "--headless") == 0)
        return run_headless(address);
    if (strcmp(role, "client") == 0 && argc == 6 && strcmp(option, "--screenshot") == 0)
        return run_window(address, argv[4], strtol(argv[5], NULL, 10));
    fprintf(stderr, "usage: whiteboard server [address...]\n"
                    "       whiteboard client [address]\n"
                    "       whiteboard client address --headless\n"
                    "       whiteboard client address --screenshot FILE.bmp POINTS\n"
                    "an address is tcp://host:port, where tcp:// and :port may be left out,\n"
                    "or, for programs of PodSixNet, podsixnet://host:port\n");
    return 2;
}
