/* What the engine asks of the plugin. */
#ifndef GAME_H
#define GAME_H

enum { INLINE = 1, ONLY_MADE = 2, ONLY_CONNECTING = 4 };

#ifdef _WIN32
__declspec(dllexport)
#endif
int play(int how);

#endif
