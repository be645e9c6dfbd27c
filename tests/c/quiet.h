/* For programs that are to print no word of their own but at the end: not the library's either.
 * Include a CHECK first, C's or C++'s. */
#ifndef QUIET_H
#define QUIET_H

#ifdef _WIN32

#define WIN32_LEAN_AND_MEAN
#include <windows.h>

/* The rest of the program runs in a process of its own, which the environment tells so. What it says on stderr,
 * be it a CHECK, is an error. */
static inline void quietly(void)
{
    SECURITY_ATTRIBUTES inherited = { sizeof inherited, NULL, TRUE };
    STARTUPINFOA how;
    PROCESS_INFORMATION child;
    HANDLE said, says;
    char words[4096];
    DWORD len, all = 0, status = 1;
    if (getenv("QUIETLY") != NULL)
        return;
    CHECK(SetEnvironmentVariableA("QUIETLY", "1"));
    CHECK(CreatePipe(&said, &says, &inherited, 0) && SetHandleInformation(said, HANDLE_FLAG_INHERIT, 0));
    memset(&how, 0, sizeof how);
    how.cb = sizeof how;
    how.dwFlags = STARTF_USESTDHANDLES;
    how.hStdInput = GetStdHandle(STD_INPUT_HANDLE);
    how.hStdOutput = GetStdHandle(STD_OUTPUT_HANDLE);
    how.hStdError = says;
    CHECK(CreateProcessA(NULL, GetCommandLineA(), NULL, NULL, TRUE, 0, NULL, NULL, &how, &child));
    CHECK(CloseHandle(says));
    for (; ReadFile(said, words, sizeof words, &len, NULL) && len > 0; all += len)
        fwrite(words, 1, len, stderr);
    CHECK(WaitForSingleObject(child.hProcess, INFINITE) == WAIT_OBJECT_0);
    CHECK(GetExitCodeProcess(child.hProcess, &status));
    _exit(all > 0 || status != 0);
}

#else

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
#endif
