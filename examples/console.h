/* Text at a console or through a pipe, alike on Windows and elsewhere, in C and in C++: UTF-8, in lines
 * that end in \n, read without waiting. Include it first: it asks for POSIX where that is.
 */
#ifndef CONSOLE_H
#define CONSOLE_H

#ifdef _WIN32

#ifndef NOMINMAX
#define NOMINMAX
#endif
#include <windows.h>

#include <stdio.h>
#include <string.h>

/* No call tells whether a line has been typed, so a thread waits for it. */
static struct {
    HANDLE ready, taken; /* events: `text` is the program's now; is the thread's again */
    char text[1024];
    size_t len, given; /* len is 0 at the end of the input */
} console;

static inline DWORD console_read_some(HANDLE input)
{
    wchar_t wide[sizeof console.text / 3]; /* each is up to 3 bytes of UTF-8 */
    DWORD mode, len = 0;
    if (!GetConsoleMode(input, &mode)) /* a pipe or a file */
        return ReadFile(input, console.text, sizeof console.text, &len, NULL) ? len : 0;
    if (!ReadConsoleW(input, wide, sizeof wide / sizeof *wide, &len, NULL) || len == 0 ||
        wide[0] == 26) /* Ctrl-Z */
        return 0;
    return (DWORD)WideCharToMultiByte(CP_UTF8, 0, wide, (int)len, console.text,
                                      (int)sizeof console.text, NULL, NULL);
}

static DWORD WINAPI console_wait_for_text(void *unused)
{
    DWORD len;
    (void)unused;
    do {
        len = console_read_some(GetStdHandle(STD_INPUT_HANDLE));
        console.len = console.given = 0;
        for (DWORD i = 0; i < len; i++)
            if (console.text[i] != '\r')
                console.text[console.len++] = console.text[i];
        if (len > 0 && console.len == 0)
            continue; /* a \r alone */
        SetEvent(console.ready);
        WaitForSingleObject(console.taken, INFINITE);
    } while (len > 0);
    return 0;
}

/* Once, before the program prints. */
static inline void console_start(void)
{
    SetConsoleOutputCP(CP_UTF8);
    setvbuf(stdout, NULL, _IOFBF, 4096); /* or C++ cuts characters into bytes, which a console can't show */
    console.ready = CreateEventW(NULL, FALSE, FALSE, NULL);
    console.taken = CreateEventW(NULL, FALSE, FALSE, NULL);
    CloseHandle(CreateThread(NULL, 0, console_wait_for_text, NULL, 0, NULL));
}

/* Reads what has been typed, at most `cap` bytes of it. Returns how many they are: 0 if there are none
 * yet, -1 at the end of the input. */
static inline int console_read(char *to, size_t cap)
{
    if (WaitForSingleObject(console.ready, 0) != WAIT_OBJECT_0)
        return 0;
    size_t len = console.len - console.given < cap ? console.len - console.given : cap;
    memcpy(to, console.text + console.given, len);
    console.given += len;
    SetEvent(console.given < console.len || console.len == 0 ? console.ready : console.taken);
    return console.len == 0 ? -1 : (int)len;
}

#else

#ifndef __cplusplus
#define _POSIX_C_SOURCE 200809L
#endif
#include <poll.h>
#include <unistd.h>

/* Once, before the program prints. */
static inline void console_start(void)
{
}

/* Reads what has been typed, at most `cap` bytes of it. Returns how many they are: 0 if there are none
 * yet, -1 at the end of the input. */
static inline int console_read(char *to, size_t cap)
{
    struct pollfd input = { STDIN_FILENO, POLLIN, 0 };
    if (poll(&input, 1, 0) <= 0)
        return 0;
    int len = (int)read(STDIN_FILENO, to, cap);
    return len > 0 ? len : -1;
}

#endif
#endif
