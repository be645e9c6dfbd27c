/* The parts of the program. */
#ifndef WHITEBOARD_H
#define WHITEBOARD_H

/* server.c: never returns. */
void run_server(char **addresses, int count);

/* headless.c: draws what it reads, and prints what arrives. Returns the program's exit code, as do
 * the others. */
int run_headless(const char *address);

/* window.c, or no_window.c where SDL2 is missing. `screenshot` is NULL, or the BMP file that gets the
 * window's picture as soon as `points` points are on the board; then the program ends. */
int run_window(const char *address, const char *screenshot, long points);

#endif
