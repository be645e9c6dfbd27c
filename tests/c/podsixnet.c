/* PodSixNet's addresses, and a codec of the game's own, in both modes. */
#include "world.h"

/* A world whose server listens at `scheme`. */
static World world_of(uint32_t mode, const char *scheme, uint32_t flags)
{
    World world;
    char address[64];
    memset(&world, 0, sizeof world);
    world.server.name = "server";
    world.client.name = "client";
    world.server.host = new_host(mode);
    world.client.host = new_host(mode);
    snprintf(address, sizeof address, "%s://127.0.0.1:0", scheme);
    if (strcmp(scheme, "podsixnet+custom") != 0)
        CHECK_CODE(podsix_listen(world.server.host, address, PODSIX_NUL, flags, &world.listener), 0);
    return world;
}

static void find_address(World *world, const char *scheme)
{
    snprintf(world->address, sizeof world->address, "%s://127.0.0.1:%d", scheme,
             (int)podsix_listener_get_port(world->server.host, world->listener));
}

static void both_ways(uint32_t mode, const char *scheme)
{
    World world = world_of(mode, scheme, 0);
    podsix_message *message = podsix_message_new();
    uint64_t at_client, at_server;
    find_address(&world, scheme);
    world_connect(&world, &at_client, &at_server);
    podsix_message_begin(message, "startline");
    podsix_message_open_tuple(message, "point");
    podsix_message_add_int(message, NULL, 3);
    podsix_message_add_double(message, NULL, 0.5);
    podsix_message_close(message);
    CHECK_CODE(podsix_send(world.client.host, at_client, message, 0), 0);
    const Seen *seen = EXPECT(&world, server, PODSIX_EVENT_MESSAGE);
    CHECK(seen->peer == at_server);
    CHECK_TEXT(seen->action, "startline");
    CHECK_TEXT(seen->json, "{\"action\":\"startline\",\"point\":[3,0.5]}");
    CHECK_CODE(podsix_broadcast(world.server.host, message, 0, 0), 0);
    CHECK_TEXT(EXPECT(&world, client, PODSIX_EVENT_MESSAGE)->action, "startline");

    podsix_message_begin(message, "say");
    podsix_message_add_ext(message, "it", 9, (const uint8_t *)"x", 1);
    CHECK_CODE(podsix_send(world.client.host, at_client, message, 0), PODSIX_ERR_UNSENDABLE);
    CHECK_DETAIL(world.client.host, "it: ");
    CHECK_CODE(podsix_broadcast(world.server.host, message, 0, 0), PODSIX_ERR_UNSENDABLE);
    int32_t result = 1;
    CHECK_CODE(podsix_send_many(world.client.host, &at_client, 1, message, 0, &result), 0);
    CHECK_CODE(result, PODSIX_ERR_UNSENDABLE);

    CHECK_CODE(podsix_peer_disconnect(world.client.host, at_client, 0, "bye", PODSIX_NUL), 0);
    EXPECT(&world, client, PODSIX_EVENT_DISCONNECTED);
    CHECK_INT(EXPECT(&world, server, PODSIX_EVENT_DISCONNECTED)->reason, PODSIX_REASON_CLOSED);
    podsix_message_free(message);
    world_free(&world);
}

/* The codec of this test: a letter, then each byte of the MessagePack with its bits turned over. What
 * context points to are the letters to write and to read. */
static int32_t dumps(void *context, const podsix_value *value, uint8_t *buffer, size_t capacity)
{
    const uint8_t *data;
    size_t len;
    if (podsix_value_get_span(value, &data, &len) < 0)
        return -1;
    if (podsix_value_type(value) == PODSIX_TYPE_NIL)
        return -5;
    if (len + 1 <= capacity) {
        buffer[0] = ((const uint8_t *)context)[0];
        for (size_t i = 0; i < len; i++)
            buffer[i + 1] = (uint8_t)~data[i];
    }
    return (int32_t)len + 1;
}

static int32_t loads(void *context, const uint8_t *data, size_t len, podsix_message *message)
{
    if (len == 0 || data[0] != ((const uint8_t *)context)[1])
        return -9;
    uint8_t *bytes = malloc(len);
    CHECK(bytes != NULL);
    for (size_t i = 1; i < len; i++)
        bytes[i - 1] = (uint8_t)~data[i];
    podsix_message_add_msgpack(message, NULL, bytes, len - 1);
    free(bytes);
    return 0;
}

static void own_codec(uint32_t mode)
{
    static const uint8_t letters[2] = { 'P', 'P' }, others[2] = { 'Q', 'P' };
    const char *scheme = "podsixnet+custom";
    World world = world_of(mode, scheme, 0);
    const char *anywhere = "podsixnet+custom://127.0.0.1:0";
    uint64_t at_client, at_server;
    CHECK_CODE(podsix_listen(world.server.host, anywhere, PODSIX_NUL, 0, NULL), PODSIX_ERR_BAD_ADDRESS);
    CHECK_CODE(podsix_host_set_codec(world.server.host, dumps, loads, (void *)letters), 0);
    CHECK_CODE(podsix_host_set_codec(world.server.host, dumps, loads, NULL),
               PODSIX_ERR_BAD_ARGUMENT);
    CHECK_CODE(podsix_host_set_codec(world.client.host, dumps, loads, (void *)letters), 0);
    CHECK_CODE(podsix_listen(world.server.host, anywhere, PODSIX_NUL, 0, &world.listener), 0);
    find_address(&world, scheme);
    world_connect(&world, &at_client, &at_server);

    /* Small ones, and one larger than what dumps is given room for at first. */
    char large[4000];
    memset(large, 'x', sizeof large);
    large[0] = large[sizeof large - 2] = '"';
    large[sizeof large - 1] = '\0';
    for (int i = 0; i < 20; i++)
        CHECK_CODE(podsix_send_json(world.client.host, at_client, "{\"action\":\"move\"}", PODSIX_NUL, 0), 0);
    CHECK_CODE(podsix_send_json(world.client.host, at_client, large, PODSIX_NUL, 0), 0);
    for (int i = 0; i < 20; i++)
        CHECK_TEXT(EXPECT(&world, server, PODSIX_EVENT_MESSAGE)->action, "move");
    CHECK(EXPECT(&world, server, PODSIX_EVENT_MESSAGE)->json[0] == '"');
    CHECK_CODE(podsix_send_json(world.client.host, at_client, "null", PODSIX_NUL, 0),
               PODSIX_ERR_UNSENDABLE);
    CHECK_DETAIL(world.client.host, "dumps returned -5");

    /* A third host, that writes another letter: what it says ends its connection. */
    podsix_host *stranger = new_host(mode);
    uint64_t peer;
    podsix_event event;
    CHECK_CODE(podsix_host_set_codec(stranger, dumps, loads, (void *)others), 0);
    CHECK_CODE(podsix_connect(stranger, world.address, PODSIX_NUL, NULL, 0, &peer), 0);
    CHECK_CODE(podsix_send_json(stranger, peer, "1", PODSIX_NUL, 0), 0);
    uint64_t strange = EXPECT(&world, server, PODSIX_EVENT_CONNECTED)->peer;
    WAIT_FOR(stranger, PODSIX_EVENT_CONNECTED, &event);
    CHECK_CODE(podsix_flush(stranger, CHECK_PATIENCE_MS), 0);
    const Seen *seen = EXPECT(&world, server, PODSIX_EVENT_DISCONNECTED);
    CHECK(seen->peer == strange);
    CHECK_INT(seen->reason, PODSIX_REASON_PROTOCOL);
    CHECK(strstr(seen->text, "loads returned -9") != NULL);
    WAIT_FOR(stranger, PODSIX_EVENT_DISCONNECTED, &event);
    CHECK_INT(event.reason, PODSIX_REASON_CLOSED);
    podsix_host_free(stranger);
    world_free(&world);
}

int main(void)
{
    const uint32_t modes[2] = { PODSIX_MODE_THREADED, PODSIX_MODE_INLINE };
    for (int i = 0; i < 2; i++) {
        both_ways(modes[i], "podsixnet");
        both_ways(modes[i], "podsixnet+json");
        own_codec(modes[i]);
    }
    printf("podsixnet: ok\n");
    return 0;
}
