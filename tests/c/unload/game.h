/* What the engine asks of the plugin. */
#ifndef GAME_H
#define GAME_H

enum { INLINE = 1, ONLY_MADE = 2, ONLY_CONNECTING = 4, LOOKING_UP = 8, UNTIL_LOOKED_UP = 16 };

#ifdef _WIN32
__declspec(dllexport)
#endif
int play(int how);

#endif
