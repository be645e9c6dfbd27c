/* A mistake inside the library is caught: that host can only be freed, the program goes on.
 * Needs a library built with the feature fault-injection, which alone has podsix_fault_panic. */
#include "check.h"
#include "quiet.h"

int32_t podsix_fault_panic(podsix_host *host);
int32_t podsix_fault_message(podsix_message *message);

/* Before there is a host, too. */
static void a_message_only_fails(void)
{
    podsix_message *message = podsix_message_new();
    podsix_message_begin(message, "move");
    CHECK_CODE(podsix_fault_message(message), PODSIX_ERR_PANIC);
    CHECK_CODE(podsix_message_add_int(message, "x", 3), PODSIX_ERR_PANIC);
    CHECK_CODE(podsix_message_begin(message, "move"), 0);
    CHECK_CODE(podsix_message_add_int(message, "x", 3), 0);
    podsix_message_free(message);
}

static void a_caught_panic_poisons_one_host(uint32_t mode)
{
    podsix_host *host = new_host(mode);
    podsix_event event;
    char address[64];
    uint64_t peer = 0;
    uint32_t listener = 0;
    listen_local(host, 0, address, sizeof address);
    CHECK_CODE(podsix_fault_panic(host), PODSIX_ERR_PANIC);
    CHECK_DETAIL(host, "internal error");
    CHECK_CODE(podsix_poll(host, &event), PODSIX_ERR_PANIC);
    CHECK_CODE(podsix_wait(host, 1, &event), PODSIX_ERR_PANIC);
    CHECK_CODE(podsix_listen(host, "127.0.0.1:0", PODSIX_NUL, 0, &listener), PODSIX_ERR_PANIC);
    CHECK_CODE(podsix_connect(host, address, PODSIX_NUL, NULL, 0, &peer), PODSIX_ERR_PANIC);
    CHECK_CODE(podsix_send_json(host, 1, "1", PODSIX_NUL, 0), PODSIX_ERR_PANIC);
    podsix_host_free(host);

    /* Another host knows nothing of it. */
    host = new_host(mode);
    listen_local(host, 0, address, sizeof address);
    CHECK_CODE(podsix_connect(host, address, PODSIX_NUL, NULL, 0, &peer), 0);
    WAIT_FOR(host, PODSIX_EVENT_CONNECTED, &event);
    podsix_host_free(host);
}

int main(void)
{
    quietly();
    a_message_only_fails();
    a_caught_panic_poisons_one_host(PODSIX_MODE_THREADED);
    a_caught_panic_poisons_one_host(PODSIX_MODE_INLINE);
    puts("panic: caught and told, without a word on stderr, and the next host works");
    return 0;
}
