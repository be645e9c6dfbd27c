/* What server and client have in common on their way to the network. */
#ifndef NETWORK_H
#define NETWORK_H

#include <podsix.h>

/* Every call that can fail says why: a code, and words for the developer. Ends the program, unless
 * the other end has just gone: then its DISCONNECTED is on the way. */
void check(const podsix_host *host, int32_t result, const char *what);

/* A host for at most `max_peers` peers. */
podsix_host *new_host(uint32_t max_peers);

/* One frame: everything that has arrived; waits for the first of it at most `timeout_ms`. */
void frame(podsix_host *host, uint32_t timeout_ms, const podsix_handler *handlers, size_t count,
           void *context);

#endif
