/* Hosts are made, used and freed a thousand times, and nothing stays behind: no thread, no
 * descriptor, no memory. */
#include "check.h"

#include "usage.h"

/* Two hosts, a connection, a message each way, a goodbye: once from each side, once unannounced. */
static void live(uint32_t mode, int round)
{
    podsix_host *host = new_host(mode);
    podsix_event event;
    char address[64];
    uint64_t outbound = 0, inbound = 0;
    uint32_t listener = listen_local(host, 0, address, sizeof address);
    CHECK_CODE(podsix_connect(host, address, PODSIX_NUL, NULL, 0, &outbound), 0);
    for (int i = 0; i < 2; i++) {
        WAIT_FOR(host, PODSIX_EVENT_CONNECTED, &event);
        if (event.peer != outbound)
            inbound = event.peer;
    }
    CHECK_CODE(podsix_send_json(host, outbound, "{\"action\":\"ping\"}", PODSIX_NUL, 0), 0);
    WAIT_FOR(host, PODSIX_EVENT_MESSAGE, &event);
    CHECK_CODE(podsix_send_json(host, event.peer, "{\"action\":\"pong\"}", PODSIX_NUL, 0), 0);
    WAIT_FOR(host, PODSIX_EVENT_MESSAGE, &event);
    CHECK(event.peer == outbound);
    if (round % 3 < 2) {
        uint64_t leaving = round % 3 == 0 ? outbound : inbound;
        CHECK_CODE(podsix_peer_disconnect(host, leaving, 0, NULL, 0), 0);
        WAIT_FOR(host, PODSIX_EVENT_DISCONNECTED, &event);
        WAIT_FOR(host, PODSIX_EVENT_DISCONNECTED, &event);
        CHECK_CODE(podsix_listener_stop(host, listener), 0);
    }
    podsix_host_free(host);
}

int main(int argc, char **argv)
{
    int rounds = 1000 * percent(argc, argv) / 100;
    int warm_up = rounds / 10;
    int threads = 0, descriptors = 0;
    size_t held = 0;
    for (int i = 0; i < rounds; i++) {
        if (i == warm_up) { /* by then whatever is made once has been made */
            threads = count_threads();
            descriptors = count_descriptors();
            held = count_bytes();
        }
        live(i % 2 == 0 ? PODSIX_MODE_THREADED : PODSIX_MODE_INLINE, i / 2);
    }
    /* Windows itself may have had more of both at first. A thread that was waited for is in the system's list for a
     * moment more. */
    for (double deadline = now_ms() + CHECK_PATIENCE_MS; count_threads() > threads;)
        CHECK(now_ms() < deadline);
    CHECK(count_descriptors() <= descriptors);
    /* One leaked host or peer per round would be megabytes. valgrind and the sanitizers bring
     * their own heap, of which mallinfo2 knows nothing; they look for leaks themselves. */
    size_t now = count_bytes();
    CHECK(now <= held + 64 * 1024);
    printf("churn: %d hosts came and went; %d threads, %d descriptors, heap %+ld bytes\n", rounds,
           threads, descriptors, (long)now - (long)held);
    return 0;
}
