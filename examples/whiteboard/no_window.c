/* In the place of window.c, where SDL2 is missing. */
#include "whiteboard.h"

#include <stdio.h>

int run_window(const char *address, const char *screenshot, long points)
{
    (void)address, (void)screenshot, (void)points;
    fprintf(stderr, "whiteboard: this program was built without SDL2 and has no window; build it again\n"
                    "            with SDL2 installed (on Debian: libsdl2-dev), or use --headless\n");
    return 2;
}
