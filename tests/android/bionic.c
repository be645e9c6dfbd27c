/* What Android's libc has otherwise than glibc, so that an Android library runs on Linux: scripts/test-android. It stands
 * between the two, as libc.so. What is not here glibc has by the same name and in the same form. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Names that glibc's headers have with other types. */
#define BIONIC(type, name, parameters)                                                             \
    type bionic_##name parameters __asm__(#name);                                                  \
    type bionic_##name parameters

/* glibc's own function of that name. */
#define GLIBC(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

/* Its canonname is before its addr. */
typedef struct addrinfo_ {
    int flags, family, socktype, protocol;
    socklen_t addrlen;
    char *canonname;
    struct sockaddr *addr;
    struct addrinfo_ *next;
} Addrinfo;

extern int __xpg_strerror_r(int error, char *into, size_t size);

extern int __register_atfork(void (*prepare)(void), void (*parent)(void), void (*child)(void), void *library);

BIONIC(int, pthread_atfork, (void (*prepare)(void), void (*parent)(void), void (*child)(void)))
{
    return __register_atfork(prepare, parent, child, NULL);
}

BIONIC(int *, __errno, (void))
{
    return &errno;
}

BIONIC(int, strerror_r, (int error, char *into, size_t size))
{
    return __xpg_strerror_r(error, into, size);
}

BIONIC(long, sysconf, (int name))
{
    switch (name) {
    case 0x27: /* _SC_PAGESIZE */
    case 0x28:
        return GLIBC(sysconf)(_SC_PAGESIZE);
    case 0x61:
        return GLIBC(sysconf)(_SC_NPROCESSORS_ONLN);
    default: /* the program's own call, by glibc's number */
        return GLIBC(sysconf)(name);
    }
}

/* A set of signals has 8 bytes, glibc's has 128. */
BIONIC(int, sigfillset, (unsigned long *set))
{
    *set = ~0ul;
    return 0;
}

BIONIC(int, sigdelset, (unsigned long *set, int signal))
{
    *set &= ~(1ul << (signal - 1));
    return 0;
}

BIONIC(int, pthread_sigmask, (int how, const unsigned long *set, unsigned long *old))
{
    return syscall(SYS_rt_sigprocmask, how, set, old, sizeof *set) ? errno : 0;
}

BIONIC(int, getaddrinfo, (const char *host, const char *service, const Addrinfo *hints, Addrinfo **found))
{
    struct addrinfo wanted = {0}, *all, *one;
    int error;

    wanted.ai_flags = hints->flags;
    wanted.ai_family = hints->family;
    wanted.ai_socktype = hints->socktype;
    wanted.ai_protocol = hints->protocol;
    error = GLIBC(getaddrinfo)(host, service, &wanted, &all);
    if (error)
        return error;
    for (one = all; one; one = one->ai_next) {
        Addrinfo *copy = calloc(1, sizeof *copy + one->ai_addrlen);
        copy->family = one->ai_family;
        copy->socktype = one->ai_socktype;
        copy->protocol = one->ai_protocol;
        copy->addrlen = one->ai_addrlen;
        copy->addr = memcpy(copy + 1, one->ai_addr, one->ai_addrlen);
        *found = copy;
        found = &copy->next;
    }
    GLIBC(freeaddrinfo)(all);
    return 0;
}

BIONIC(void, freeaddrinfo, (Addrinfo *all))
{
    while (all) {
        Addrinfo *next = all->next;
        free(all);
        all = next;
    }
}
