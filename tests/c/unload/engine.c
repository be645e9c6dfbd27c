/* Loads a plugin, lets it play and unloads it, with the library: engine PLUGIN. Nothing of the library may
 * be left that is called later: by a fork, by a thread's end, by the next plugin. */
#define _POSIX_C_SOURCE 200809L

#include "game.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef _WIN32
#include <windows.h>
#else
#include <dlfcn.h>
#include <sys/wait.h>
#include <unistd.h>
#endif

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: CHECK failed: %s\n", __FILE__, __LINE__, #condition);          \
            exit(1);                                                                               \
        }                                                                                          \
    } while (0)

static const char *plugin;
static int (*play_it)(int);
static int how;

#ifdef _WIN32

static int is_loaded(void)
{
    return GetModuleHandleA("podsix.dll") != NULL;
}

static void *load(void)
{
    return (void *)LoadLibraryA(plugin);
}

static void find(void *game)
{
    FARPROC found = GetProcAddress((HMODULE)game, "play");
    memcpy(&play_it, &found, sizeof play_it);
}

static int unload(void *game)
{
    return FreeLibrary((HMODULE)game) ? 0 : -1;
}

static void fork_once(void)
{
}

#else

static int is_loaded(void)
{
    char line[4096];
    int loaded = 0;
    FILE *maps = fopen("/proc/self/maps", "r");
    CHECK(maps != NULL);
    while (fgets(line, sizeof line, maps) != NULL)
        loaded |= strstr(line, "libpodsix") != NULL;
    fclose(maps);
    return loaded;
}

static void *load(void)
{
    void *game = dlopen(plugin, RTLD_NOW | RTLD_LOCAL);
    if (game == NULL)
        fprintf(stderr, "%s\n", dlerror());
    return game;
}

static void find(void *game)
{
    *(void **)&play_it = dlsym(game, "play");
}

static int unload(void *game)
{
    return dlclose(game);
}

static void fork_once(void)
{
    int status = 1;
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0)
        _exit(0);
    CHECK(waitpid(child, &status, 0) == child && status == 0);
}

#endif

static void *play_in_thread(void *arg)
{
    CHECK(play_it(how) == 0);
    return arg;
}

static void load_play_unload(int in_thread)
{
    pthread_t thread;
    void *game = load();
    CHECK(game != NULL && is_loaded());
    find(game);
    CHECK(play_it != NULL);
    if (in_thread)
        CHECK(pthread_create(&thread, NULL, play_in_thread, NULL) == 0 && pthread_join(thread, NULL) == 0);
    else
        play_in_thread(NULL);
    CHECK(unload(game) == 0);
}

int main(int argc, char **argv)
{
    CHECK(argc == 2);
    plugin = argv[1];
    for (int i = 0; i < 30; i++) {
        how = (i & INLINE) | (i % 3 == 1 ? ONLY_MADE : i % 3 == 2 ? ONLY_CONNECTING : 0);
        load_play_unload(1);
        CHECK(!is_loaded());
        fork_once();
    }
    /* What a thread has of the library keeps it loaded for as long as the thread lives. */
    for (how = 0; how <= INLINE; how++) {
        load_play_unload(0);
        fork_once();
    }
    /* Threads that look up a name outlive their host and the plugin, and end well. */
    for (int i = 0; i < 4; i++) {
        how = LOOKING_UP | (i & INLINE);
        load_play_unload(1);
    }
    how = UNTIL_LOOKED_UP;
    load_play_unload(1);
    puts("unload: the library comes and goes, and leaves nothing behind");
    return 0;
}
