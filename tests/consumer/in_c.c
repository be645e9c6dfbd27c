/* podsix as an installed library in C: a host that sends itself a message. */
#include <podsix.h>

#include <stdio.h>

int main(void)
{
    podsix_host *host;
    podsix_event ev;
    uint32_t listener;
    uint64_t peer;
    char address[64];
    if (podsix_abi_version() != PODSIX_ABI_VERSION || podsix_host_new(NULL, &host, NULL, 0) < 0 ||
        podsix_listen(host, "127.0.0.1:0", PODSIX_NUL, 0, &listener) < 0 ||
        podsix_listener_copy_address(host, listener, address, sizeof address) < 0 ||
        podsix_connect(host, address, PODSIX_NUL, NULL, 0, &peer) < 0 ||
        podsix_send_json(host, peer, "{\"x\": 3}", PODSIX_NUL, 0) < 0)
        return 1;
    do
        while (podsix_wait(host, 10000, &ev) == 0)
            continue;
    while (ev.kind == PODSIX_EVENT_CONNECTED);
    printf("%s says %d\n", podsix_version_string(),
           (int)podsix_value_as_int(podsix_value_get(ev.message, "x"), 0));
    podsix_host_free(host);
    return ev.kind == PODSIX_EVENT_MESSAGE ? 0 : 1;
}
