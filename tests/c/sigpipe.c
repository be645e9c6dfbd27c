/* Writing to a connection that the other end has reset must be an event, not the death of the
 * program: SIGPIPE, where there is one, keeps its default action here. */
#include "check.h"

#include "socket.h"

/* A client that speaks just enough of the protocol to be let in: preface without a hello. */
static Socket raw_client(int port)
{
    static const uint8_t preface[16] = { 'P', 'D', 'S', 'X', 1, 0, 0, 0, 0, 0x10, 0, 0 };
    struct sockaddr_in to = local_port(port);
    Socket s = new_socket();
    CHECK(connect(s, (struct sockaddr *)&to, sizeof to) == 0);
    CHECK(send(s, (const char *)preface, sizeof preface, 0) == (int)sizeof preface);
    return s;
}

/* Sends without a pause while the client resets, until the peer is known to be gone. The first write
 * after the reset gets ECONNRESET, a second one would raise SIGPIPE. */
static void write_to_a_reset_peer(uint32_t mode)
{
    podsix_host *host = new_host(mode);
    podsix_event event;
    char address[64];
    uint32_t listener = listen_local(host, 0, address, sizeof address);
    Socket s = raw_client(podsix_listener_get_port(host, listener));
    WAIT_FOR(host, PODSIX_EVENT_CONNECTED, &event);
    uint64_t peer = event.peer;

    double deadline = now_ms() + CHECK_PATIENCE_MS;
    int32_t got = 0;
    for (int i = 0; got == 0 || event.kind == PODSIX_EVENT_WRITABLE; i++) {
        int32_t code = podsix_send_json(host, peer, "\"anybody there?\"", PODSIX_NUL, 0);
        CHECK(now_ms() < deadline);
        CHECK(code == 0 || code == PODSIX_ERR_UNKNOWN_PEER || code == PODSIX_ERR_NOT_CONNECTED ||
              code == PODSIX_ERR_WOULD_BLOCK);
        CHECK(i > 0 || code == 0);
        if (i == 64)
            reset_socket(s);
        /* Many sends per look at the events, so that some meet the dead socket. */
        if (i < 64 || i % 64 != 0)
            continue;
        got = podsix_wait(host, 1, &event);
        CHECK(got >= 0);
    }
    CHECK_INT(event.kind, PODSIX_EVENT_DISCONNECTED);
    CHECK_INT(event.reason, PODSIX_REASON_LOST);
    CHECK(event.peer == peer);
    podsix_host_free(host);
}

/* The same while a megabyte waits for a client that never read: the write is under way when the
 * reset comes. */
static void reset_with_bytes_waiting(uint32_t mode)
{
    podsix_host *host = new_host(mode);
    podsix_event event;
    char address[64], block[4096];
    uint32_t listener = listen_local(host, 0, address, sizeof address);
    Socket s = raw_client(podsix_listener_get_port(host, listener));
    WAIT_FOR(host, PODSIX_EVENT_CONNECTED, &event);
    uint64_t peer = event.peer;
    podsix_message *message = podsix_message_new();
    memset(block, 'x', sizeof block);
    podsix_message_add_string(message, NULL, block, sizeof block);

    /* WOULD_BLOCK alone does not say that the socket is full: the I/O thread may be behind. */
    double deadline = now_ms() + CHECK_PATIENCE_MS;
    int32_t code = 0;
    do {
        code = podsix_send(host, peer, message, 0);
        CHECK(code == 0 || code == PODSIX_ERR_WOULD_BLOCK);
        CHECK(now_ms() < deadline);
    } while (code == 0 || podsix_flush(host, 20) != PODSIX_ERR_TIMEOUT);
    reset_socket(s);
    int32_t got = 0;
    while (got == 0 || event.kind == PODSIX_EVENT_WRITABLE) {
        CHECK(now_ms() < deadline);
        got = podsix_wait(host, 1000, &event);
        CHECK(got >= 0);
    }
    CHECK_INT(event.kind, PODSIX_EVENT_DISCONNECTED);
    CHECK_INT(event.reason, PODSIX_REASON_LOST);
    podsix_message_free(message);
    podsix_host_free(host);
}

int main(void)
{
    for (int i = 0; i < 20; i++) { /* the I/O thread may see the reset before it writes */
        write_to_a_reset_peer(PODSIX_MODE_THREADED);
        write_to_a_reset_peer(PODSIX_MODE_INLINE);
    }
    reset_with_bytes_waiting(PODSIX_MODE_THREADED);
    reset_with_bytes_waiting(PODSIX_MODE_INLINE);
    puts("sigpipe: a reset peer is an event, the program lives");
    return 0;
}
