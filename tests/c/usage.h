/* What the program holds: threads, descriptors (on Windows handles), bytes of the heap. Include it after check.h. */
#ifndef USAGE_H
#define USAGE_H

#ifdef _WIN32

#include <tlhelp32.h>

static inline int count_threads(void)
{
    THREADENTRY32 entry;
    int count = 0;
    HANDLE all = CreateToolhelp32Snapshot(TH32CS_SNAPTHREAD, 0);
    CHECK(all != INVALID_HANDLE_VALUE);
    entry.dwSize = sizeof entry;
    for (BOOL more = Thread32First(all, &entry); more; more = Thread32Next(all, &entry))
        count += entry.th32OwnerProcessID == GetCurrentProcessId();
    CloseHandle(all);
    return count;
}

static inline int count_descriptors(void)
{
    DWORD count = 0;
    CHECK(GetProcessHandleCount(GetCurrentProcess(), &count));
    return (int)count;
}

/* Of the heap that Rust's programs use. */
static inline size_t count_bytes(void)
{
    PROCESS_HEAP_ENTRY entry;
    size_t bytes = 0;
    memset(&entry, 0, sizeof entry);
    CHECK(HeapLock(GetProcessHeap()));
    while (HeapWalk(GetProcessHeap(), &entry))
        bytes += entry.wFlags & PROCESS_HEAP_ENTRY_BUSY ? entry.cbData : 0;
    CHECK(HeapUnlock(GetProcessHeap()));
    return bytes;
}

#else

#include <dirent.h>
#include <malloc.h>

/* One is the folder's own, if it is that of descriptors. */
static inline int count_entries(const char *folder)
{
    int count = 0;
    DIR *dir = opendir(folder);
    CHECK(dir != NULL);
    for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir))
        count += entry->d_name[0] != '.';
    closedir(dir);
    return count;
}

static inline int count_threads(void)
{
    return count_entries("/proc/self/task");
}

static inline int count_descriptors(void)
{
    return count_entries("/proc/self/fd");
}

/* That malloc has given out. */
static inline size_t count_bytes(void)
{
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

#endif
#endif
