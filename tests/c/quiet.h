/* For programs that are to print no word of their own but at the end: not the library's either.
 * Include a CHECK first, C's or C++'s. */
#ifndef QUIET_H
#define QUIET_H

#include <sys/wait.h>
#include <unistd.h>

/* The rest of the program runs in a child. What it says on stderr, be it a CHECK, is an error. */
static inline void quietly(void)
{
    int said[2], status = 0;
    char words[4096];
    ssize_t len, all = 0;
    CHECK(pipe(said) == 0);
    fflush(NULL);
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        CHECK(dup2(said[1], 2) == 2 && close(said[0]) == 0 && close(said[1]) == 0);
        return;
    }
    CHECK(close(said[1]) == 0);
    while ((len = read(said[0], words, sizeof words)) > 0) {
        all += len;
        fwrite(words, 1, (size_t)len, stderr);
    }
    CHECK(close(said[0]) == 0 && waitpid(child, &status, 0) == child);
    /* Not exit: what the program is to do at its end, the child has done. */
    _exit(all > 0 || status != 0);
}

#endif
