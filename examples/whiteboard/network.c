/* What server and client have in common, see network.h. */
#include "network.h"

#include <stdio.h>
#include <stdlib.h>

void check(const podsix_host *host, int32_t result, const char *what)
{
    if (result >= 0 || result == PODSIX_ERR_NOT_CONNECTED)
        return;
    char why[256] = "";
    podsix_host_copy_error(host, why, sizeof why);
    fprintf(stderr, "whiteboard: %s: %s (%s)\n", what, why, podsix_error_name(result));
    exit(1);
}

podsix_host *new_host(uint32_t max_peers)
{
    podsix_config config;
    podsix_host *host;
    char why[256];
    podsix_config_init(&config, sizeof config);
    config.max_peers = max_peers;
    if (podsix_host_new(&config, &host, why, sizeof why) < 0) {
        fprintf(stderr, "whiteboard: %s\n", why);
        exit(1);
    }
    return host;
}

void frame(podsix_host *host, uint32_t timeout_ms, const podsix_handler *handlers, size_t count,
           void *context)
{
    podsix_event ev;
    int32_t got = podsix_wait(host, timeout_ms, &ev);
    while (got > 0) {
        podsix_dispatch(&ev, handlers, count, context);
        got = podsix_poll(host, &ev);
    }
    check(host, got, "poll");
    fflush(stdout); /* what was printed, also into a pipe */
}
