/* A flood of messages from a host to itself, built and read field by field: what flood.cpp is measured
 * against. Prints a checksum. */
#include <podsix.h>

#include <stdio.h>
#include <stdlib.h>

enum { BURST = 100 };

typedef struct {
    long messages;
    double sum;
} Sum;

static void on_move(void *context, const podsix_event *event)
{
    static const podsix_key keys[] = { { "id", 2 }, { "x", 1 }, { "y", 1 }, { "t", 1 } };
    const podsix_value *values[4];
    Sum *sum = context;
    podsix_value_fields(event->message, keys, 4, values);
    sum->sum += (double)podsix_value_as_uint(values[0], 0) + podsix_value_as_double(values[1], 0) +
                podsix_value_as_double(values[2], 0) + (double)podsix_value_as_uint(values[3], 0);
    sum->messages++;
}

static int fail(const char *what)
{
    fprintf(stderr, "flood: %s\n", what);
    return 1;
}

int main(int argc, char **argv)
{
    const podsix_handler handlers[] = { { "move", on_move } };
    long wanted = argc > 1 ? atol(argv[1]) : 1000000;
    podsix_config config;
    podsix_host *host;
    podsix_event event;
    podsix_message *message = podsix_message_new();
    uint32_t listener;
    uint64_t peer;
    char address[64];
    Sum sum = { 0, 0 };
    podsix_config_init(&config, sizeof config);
    config.mode = PODSIX_MODE_INLINE;
    if (podsix_host_new(&config, &host, NULL, 0) < 0 ||
        podsix_listen(host, "127.0.0.1:0", PODSIX_NUL, 0, &listener) < 0 ||
        podsix_listener_copy_address(host, listener, address, sizeof address) < 0 ||
        podsix_connect(host, address, PODSIX_NUL, NULL, 0, &peer) < 0)
        return fail("no connection");
    for (int connected = 0; connected < 2;)
        connected += podsix_wait(host, 1000, &event) > 0;
    for (long sent = 0; sent < wanted;) {
        for (int i = 0; i < BURST; i++, sent++) {
            podsix_message_begin(message, "move");
            podsix_message_add_uint(message, "id", (uint64_t)(sent % 1000));
            podsix_message_add_double(message, "x", (double)sent * 0.5);
            podsix_message_add_double(message, "y", 20.25);
            podsix_message_add_uint(message, "t", (uint64_t)sent);
            if (podsix_send(host, peer, message, 0) < 0)
                return fail("not sent");
        }
        while (sum.messages < sent)
            while (podsix_poll(host, &event) > 0)
                podsix_dispatch(&event, handlers, 1, &sum);
    }
    printf("%ld messages, %.2f\n", sum.messages, sum.sum);
    podsix_message_free(message);
    podsix_host_free(host);
    return 0;
}
