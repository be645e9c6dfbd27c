/* What a shared library of Android has of its own, for lack of the NDK's crtbegin_so.o: a handle by which the system
 * knows what is to be called, and forgotten, when the library is unloaded. */

void *__dso_handle = &__dso_handle;

void __cxa_finalize(void *dso) __attribute__((visibility("default")));
int __register_atfork(void (*prepare)(void), void (*parent)(void), void (*child)(void), void *dso)
    __attribute__((visibility("default")));

__attribute__((destructor)) static void unloaded(void) {
    __cxa_finalize(&__dso_handle);
}

int pthread_atfork(void (*prepare)(void), void (*parent)(void), void (*child)(void)) {
    return __register_atfork(prepare, parent, child, &__dso_handle);
}
