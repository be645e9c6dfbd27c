/* This program again, in a process of its own, with pipes in the place of its standard streams. Include it after check.h. */
#ifndef CHILD_H
#define CHILD_H

#ifdef _WIN32

typedef HANDLE Stream;

typedef struct {
    HANDLE id;
    Stream in, out, err; /* our ends */
} Process;

/* A pipe, whose end `theirs` a process that is started inherits. */
static inline void new_pipe(Stream *from, Stream *to, Stream *theirs)
{
    CHECK(CreatePipe(from, to, NULL, 0));
    CHECK(SetHandleInformation(*theirs, HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT));
}

/* With these arguments, up to a NULL, of which none needs quotes. */
static inline Process start_process(const char *program, const char *const *arguments)
{
    STARTUPINFOA how;
    PROCESS_INFORMATION started;
    Process process;
    char command[1024];
    size_t len = (size_t)snprintf(command, sizeof command, "\"%s\"", program);
    for (; *arguments != NULL; arguments++)
        len += (size_t)snprintf(command + len, sizeof command - len, " %s", *arguments);
    CHECK(len < sizeof command);
    memset(&how, 0, sizeof how);
    how.cb = sizeof how;
    how.dwFlags = STARTF_USESTDHANDLES;
    new_pipe(&how.hStdInput, &process.in, &how.hStdInput);
    new_pipe(&process.out, &how.hStdOutput, &how.hStdOutput);
    new_pipe(&process.err, &how.hStdError, &how.hStdError);
    CHECK(CreateProcessA(NULL, command, NULL, NULL, TRUE, 0, NULL, NULL, &how, &started));
    CloseHandle(how.hStdInput), CloseHandle(how.hStdOutput), CloseHandle(how.hStdError);
    CloseHandle(started.hThread);
    process.id = started.hProcess;
    return process;
}

/* 0 at the end. */
static inline size_t read_stream(Stream stream, char *to, size_t cap)
{
    DWORD got = 0;
    return ReadFile(stream, to, (DWORD)cap, &got, NULL) ? got : 0;
}

static inline void write_stream(Stream stream, const char *text)
{
    DWORD written = 0;
    CHECK(WriteFile(stream, text, (DWORD)strlen(text), &written, NULL) && written == strlen(text));
}

static inline void close_stream(Stream stream)
{
    CHECK(CloseHandle(stream));
}

/* In the process: whether something was written to it. */
static inline int is_told(void)
{
    DWORD waiting = 0;
    CHECK(PeekNamedPipe(GetStdHandle(STD_INPUT_HANDLE), NULL, 0, NULL, &waiting, NULL));
    return waiting > 0;
}

/* How it ended: 0 is well, KILLED if it did not end by itself. */
enum { KILLED = 0x7777 };

static inline int end_of_process(Process *process)
{
    DWORD status = 1;
    CHECK(WaitForSingleObject(process->id, CHECK_PATIENCE_MS) == WAIT_OBJECT_0);
    CHECK(GetExitCodeProcess(process->id, &status) && CloseHandle(process->id));
    return (int)status;
}

static inline int kill_oneself(void)
{
    return TerminateProcess(GetCurrentProcess(), KILLED);
}

#else

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

typedef int Stream;

typedef struct {
    pid_t id;
    Stream in, out, err; /* our ends */
} Process;

/* With these arguments, up to a NULL: three or four. */
static inline Process start_process(const char *program, const char *const *arguments)
{
    int in[2], out[2], err[2];
    CHECK(pipe(in) == 0 && pipe(out) == 0 && pipe(err) == 0);
    pid_t id = fork();
    CHECK(id >= 0);
    if (id == 0) {
        const char *all[8] = { program };
        for (int i = 0; i < 6 && arguments[i] != NULL; i++)
            all[i + 1] = arguments[i];
        dup2(in[0], 0), dup2(out[1], 1), dup2(err[1], 2);
        for (int i = 0; i < 2; i++)
            close(in[i]), close(out[i]), close(err[i]);
        execv(program, (char *const *)all);
        _exit(127);
    }
    close(in[0]), close(out[1]), close(err[1]);
    Process process = { id, in[1], out[0], err[0] };
    return process;
}

/* 0 at the end. */
static inline size_t read_stream(Stream stream, char *to, size_t cap)
{
    ssize_t got = read(stream, to, cap);
    return got > 0 ? (size_t)got : 0;
}

static inline void write_stream(Stream stream, const char *text)
{
    CHECK(write(stream, text, strlen(text)) == (ssize_t)strlen(text));
}

static inline void close_stream(Stream stream)
{
    CHECK(close(stream) == 0);
}

/* In the process: whether something was written to it. */
static inline int is_told(void)
{
    struct pollfd told = { 0, POLLIN, 0 };
    return poll(&told, 1, 0) != 0;
}

/* How it ended: 0 is well, KILLED if it did not end by itself. */
enum { KILLED = SIGKILL };

static inline int end_of_process(Process *process)
{
    int status = 0;
    CHECK(waitpid(process->id, &status, 0) == process->id);
    return status;
}

static inline int kill_oneself(void)
{
    return raise(SIGKILL);
}

#endif
#endif
