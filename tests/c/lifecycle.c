/* Connections from their first to their last event, in both modes. */
#include "world.h"

#include "socket.h"

static podsix_message *json(const char *text)
{
    podsix_message *message = podsix_message_new();
    CHECK_CODE(podsix_message_from_json(message, text, PODSIX_NUL), 0);
    return message;
}

static void hello_message_goodbye(uint32_t mode)
{
    World world = world_new(mode, 0);
    podsix_message *hello = json("{\"name\":\"ann\"}");
    uint64_t at_client = 0;
    CHECK_CODE(podsix_connect(world.client.host, world.address, PODSIX_NUL, hello, 0, &at_client), 0);
    CHECK(at_client != 0 && at_client < (UINT64_C(1) << 53));

    const Seen *seen = EXPECT(&world, server, PODSIX_EVENT_CONNECTED);
    uint64_t at_server = seen->peer;
    CHECK(at_server != 0 && at_server != at_client && at_server < (UINT64_C(1) << 53));
    CHECK_TEXT(seen->json, "{\"name\":\"ann\"}");
    CHECK_TEXT(seen->action, "connected");
    CHECK_INT(seen->direction, PODSIX_DIRECTION_INBOUND);
    CHECK_INT(seen->listener, world.listener);
    CHECK(seen->user_data == NULL);

    seen = EXPECT(&world, client, PODSIX_EVENT_CONNECTED);
    CHECK(seen->peer == at_client);
    CHECK_TEXT(seen->json, "");
    CHECK_INT(seen->direction, PODSIX_DIRECTION_OUTBOUND);
    CHECK_INT(seen->listener, 0);

    /* A peer's user data comes with every event of its own. */
    int mine = 0;
    void *back = NULL;
    CHECK_CODE(podsix_peer_set_user_data(world.server.host, at_server, &mine), 0);
    CHECK_CODE(podsix_peer_get_user_data(world.server.host, at_server, &back), 0);
    CHECK(back == &mine);
    podsix_message *move = podsix_message_new();
    podsix_message_begin(move, "move");
    podsix_message_add_int(move, "x", 3);
    CHECK_CODE(podsix_send(world.client.host, at_client, move, 0), 0);
    seen = EXPECT(&world, server, PODSIX_EVENT_MESSAGE);
    CHECK(seen->peer == at_server && seen->user_data == &mine);
    CHECK_TEXT(seen->action, "move");
    CHECK_TEXT(seen->json, "{\"action\":\"move\",\"x\":3}");

    /* A message need not be a map, nor have an action. */
    CHECK_CODE(podsix_send_json(world.server.host, at_server, "[1,null]", PODSIX_NUL, 0), 0);
    seen = EXPECT(&world, client, PODSIX_EVENT_MESSAGE);
    CHECK_TEXT(seen->json, "[1,null]");
    CHECK_TEXT(seen->action, "");

    /* What was sent before a graceful disconnect arrives before it. */
    CHECK_CODE(podsix_send(world.client.host, at_client, move, 0), 0);
    CHECK_CODE(podsix_peer_disconnect(world.client.host, at_client, 7, "bye", PODSIX_NUL), 0);
    EXPECT(&world, server, PODSIX_EVENT_MESSAGE);
    seen = EXPECT(&world, server, PODSIX_EVENT_DISCONNECTED);
    CHECK(seen->peer == at_server && seen->user_data == &mine);
    CHECK_INT(seen->reason, PODSIX_REASON_CLOSED);
    CHECK_INT(seen->code, 7);
    CHECK_TEXT(seen->text, "bye");
    CHECK_TEXT(seen->action, "disconnected");
    seen = EXPECT(&world, client, PODSIX_EVENT_DISCONNECTED);
    CHECK_INT(seen->reason, PODSIX_REASON_LOCAL);
    CHECK_INT(seen->code, 7);
    CHECK_CODE(podsix_send(world.client.host, at_client, move, 0), PODSIX_ERR_UNKNOWN_PEER);

    podsix_message_free(hello);
    podsix_message_free(move);
    world_free(&world);
}

static void early_sends_wait_for_the_connection(uint32_t mode)
{
    World world = world_new(mode, PODSIX_LISTEN_APPROVAL);
    uint64_t at_client = 0;
    char text[32];
    CHECK_CODE(podsix_connect(world.client.host, world.address, PODSIX_NUL, NULL, 0, &at_client), 0);
    for (int i = 0; i < 3; i++) {
        snprintf(text, sizeof text, "%d", i);
        CHECK_CODE(podsix_send_json(world.client.host, at_client, text, PODSIX_NUL, 0), 0);
    }
    uint64_t at_server = EXPECT(&world, server, PODSIX_EVENT_REQUEST)->peer;
    CHECK_CODE(podsix_peer_accept(world.server.host, at_server, NULL, 0), 0);
    EXPECT(&world, server, PODSIX_EVENT_CONNECTED);
    for (int i = 0; i < 3; i++) {
        snprintf(text, sizeof text, "%d", i);
        CHECK_TEXT(EXPECT(&world, server, PODSIX_EVENT_MESSAGE)->json, text);
    }
    EXPECT(&world, client, PODSIX_EVENT_CONNECTED);
    world_free(&world);
}

static void a_request_is_accepted_or_refused(uint32_t mode)
{
    World world = world_new(mode, PODSIX_LISTEN_APPROVAL);
    podsix_message *hello = json("{\"key\":1}");
    podsix_message *reply = json("{\"slot\":2}");
    uint64_t first = 0, second = 0;

    CHECK_CODE(podsix_connect(world.client.host, world.address, PODSIX_NUL, hello, 0, &first), 0);
    const Seen *seen = EXPECT(&world, server, PODSIX_EVENT_REQUEST);
    uint64_t asking = seen->peer;
    CHECK_TEXT(seen->json, "{\"key\":1}");
    CHECK_TEXT(seen->action, "request");
    CHECK_CODE(podsix_send(world.server.host, asking, reply, 0), PODSIX_ERR_NOT_CONNECTED);
    CHECK_INT(podsix_host_copy_peers(world.server.host, 0, NULL, 0), 0);
    CHECK_CODE(podsix_peer_accept(world.server.host, asking, reply, 0), 0);
    CHECK_CODE(podsix_peer_accept(world.server.host, asking, reply, 0), PODSIX_ERR_NOT_REQUESTED);
    CHECK_TEXT(EXPECT(&world, client, PODSIX_EVENT_CONNECTED)->json, "{\"slot\":2}");
    CHECK_TEXT(EXPECT(&world, server, PODSIX_EVENT_CONNECTED)->json, "");
    CHECK_INT(podsix_host_copy_peers(world.server.host, 0, NULL, 0), 1);

    CHECK_CODE(podsix_connect(world.client.host, world.address, PODSIX_NUL, NULL, 0, &second), 0);
    seen = EXPECT(&world, server, PODSIX_EVENT_REQUEST);
    CHECK_TEXT(seen->json, "");
    asking = seen->peer;
    CHECK_CODE(podsix_peer_refuse(world.server.host, asking, 3, "full", PODSIX_NUL), 0);
    /* The server's game sees the end of every peer that it was asked about. */
    seen = EXPECT(&world, server, PODSIX_EVENT_DISCONNECTED);
    CHECK(seen->peer == asking);
    CHECK_INT(seen->reason, PODSIX_REASON_REFUSED);
    CHECK_INT(seen->code, 3);
    seen = EXPECT(&world, client, PODSIX_EVENT_ERROR);
    CHECK(seen->peer == second);
    CHECK_INT(seen->reason, PODSIX_REASON_REFUSED);
    CHECK_INT(seen->code, 3);
    CHECK_TEXT(seen->text, "full");
    CHECK_TEXT(seen->action, "error");

    podsix_message_free(hello);
    podsix_message_free(reply);
    world_free(&world);
}

static void a_closed_port_is_one_error(uint32_t mode)
{
    World world = world_new(mode, 0);
    struct sockaddr_in name = local_port(0);
    socklen_t size = sizeof name;
    char address[32];
    uint64_t peer = 0;
    /* Bound but not listening: nobody else can take this port meanwhile. */
    Socket taken = new_socket();
    CHECK(bind(taken, (struct sockaddr *)&name, sizeof name) == 0);
    CHECK(getsockname(taken, (struct sockaddr *)&name, &size) == 0);
    snprintf(address, sizeof address, "127.0.0.1:%d", ntohs(name.sin_port));

    CHECK_CODE(podsix_connect(world.client.host, address, PODSIX_NUL, NULL, 0, &peer), 0);
    const Seen *seen = EXPECT(&world, client, PODSIX_EVENT_ERROR);
    CHECK(seen->peer == peer);
    CHECK_INT(seen->reason, PODSIX_REASON_UNREACHABLE);
    CHECK_INT(seen->os_error, OS_REFUSED);
    CHECK(seen->text[0] != '\0');
    CHECK_CODE(podsix_peer_drop(world.client.host, peer), PODSIX_ERR_UNKNOWN_PEER);
    close_socket(taken);
    world_free(&world);
}

/* A stopped listener takes nobody in; who came through it stays. */
static void a_listener_stops(uint32_t mode)
{
    World world = world_new(mode, 0);
    uint64_t at_client, at_server;
    world_connect(&world, &at_client, &at_server);
    CHECK_CODE(podsix_listener_stop(world.server.host, world.listener), 0);
    CHECK_CODE(podsix_listener_stop(world.server.host, world.listener),
               PODSIX_ERR_UNKNOWN_LISTENER);
    CHECK_CODE(podsix_listener_get_port(world.server.host, world.listener),
               PODSIX_ERR_UNKNOWN_LISTENER);
    CHECK_CODE(podsix_send_json(world.client.host, at_client, "1", PODSIX_NUL, 0), 0);
    CHECK(EXPECT(&world, server, PODSIX_EVENT_MESSAGE)->peer == at_server);
    world_free(&world);
}

static void a_dropped_peer_is_lost(uint32_t mode)
{
    World world = world_new(mode, 0);
    uint64_t at_client, at_server;
    world_connect(&world, &at_client, &at_server);
    CHECK_CODE(podsix_peer_drop(world.server.host, at_server), 0);
    CHECK_INT(EXPECT(&world, server, PODSIX_EVENT_DISCONNECTED)->reason, PODSIX_REASON_LOCAL);
    CHECK_INT(EXPECT(&world, client, PODSIX_EVENT_DISCONNECTED)->reason, PODSIX_REASON_LOST);
    world_free(&world);
}

static void a_freed_host_says_goodbye(uint32_t mode)
{
    World world = world_new(mode, 0);
    uint64_t at_client, at_server;
    world_connect(&world, &at_client, &at_server);
    podsix_host_free(world.server.host);
    world.server.host = NULL;
    const Seen *seen = EXPECT(&world, client, PODSIX_EVENT_DISCONNECTED);
    CHECK(seen->peer == at_client);
    CHECK_INT(seen->reason, PODSIX_REASON_SHUTDOWN);
    world_free(&world);
}

static void many_peers(uint32_t mode)
{
    enum { PEERS = 5 };
    World world = world_new(mode, 0);
    uint64_t at_client[PEERS], at_server[PEERS], listed[PEERS];
    int32_t results[PEERS + 1];
    for (int i = 0; i < PEERS; i++)
        world_connect(&world, &at_client[i], &at_server[i]);
    CHECK_INT(podsix_host_copy_peers(world.server.host, 0, listed, 2), PEERS);
    CHECK_INT(podsix_host_copy_peers(world.server.host, 0, listed, PEERS), PEERS);

    podsix_message *news = json("{\"action\":\"news\"}");
    CHECK_CODE(podsix_broadcast(world.server.host, news, at_server[0], 0), 0);
    for (int i = 1; i < PEERS; i++) {
        uint64_t peer = EXPECT(&world, client, PODSIX_EVENT_MESSAGE)->peer;
        CHECK(peer != at_client[0]);
    }

    /* Each peer has its own result; one that is gone keeps the message from nobody else. */
    uint64_t some[3] = { at_server[0], at_client[0], at_server[3] };
    CHECK_CODE(podsix_send_many(world.server.host, some, 3, news, 0, results), 2);
    CHECK_CODE(results[0], 0);
    CHECK_CODE(results[1], PODSIX_ERR_UNKNOWN_PEER);
    CHECK_CODE(results[2], 0);
    CHECK_CODE(podsix_send_many(world.server.host, some, 3, news, 0, NULL), 2);
    for (int i = 0; i < 4; i++)
        EXPECT(&world, client, PODSIX_EVENT_MESSAGE);

    podsix_host_stats stats;
    CHECK(podsix_host_copy_stats(world.server.host, &stats, sizeof stats) >= 0);
    CHECK_INT(stats.peers, PEERS);
    CHECK_INT(stats.listeners, 1);
    CHECK_INT(stats.accepted, PEERS);
    CHECK_INT(stats.messages_out, 8);
    CHECK(stats.memory_used <= stats.memory_budget);
    podsix_message_free(news);
    world_free(&world);
}

static void what_a_peer_tells(uint32_t mode)
{
    World world = world_new(mode, 0);
    uint64_t at_client, at_server;
    char address[64] = "", cut[4] = "xxx";
    podsix_peer_stats stats;
    world_connect(&world, &at_client, &at_server);

    int32_t length = podsix_peer_copy_address(world.client.host, at_client, address, sizeof address);
    CHECK_INT(length, (int)strlen(address));
    CHECK(strstr(address, world.address) != NULL);
    CHECK_INT(podsix_peer_copy_address(world.client.host, at_client, cut, sizeof cut), length);
    CHECK_INT(strlen(cut), 3);
    CHECK_INT(podsix_peer_copy_address(world.client.host, at_client, NULL, 0), length);
    length = podsix_listener_copy_address(world.server.host, world.listener, address, sizeof address);
    CHECK(length > 0 && strstr(address, world.address) != NULL);

    CHECK_CODE(podsix_send_json(world.client.host, at_client, "\"hi\"", PODSIX_NUL, 0), 0);
    CHECK_CODE(podsix_flush(world.client.host, CHECK_PATIENCE_MS), 0);
    EXPECT(&world, server, PODSIX_EVENT_MESSAGE);
    CHECK(podsix_peer_copy_stats(world.client.host, at_client, &stats, sizeof stats) >= 0);
    CHECK_INT(stats.messages_out, 1);
    CHECK_INT(stats.bytes_waiting, 0);
    CHECK(podsix_peer_copy_stats(world.server.host, at_server, &stats, sizeof stats) >= 0);
    CHECK_INT(stats.messages_in, 1);
    CHECK_INT(stats.messages_out, 0);
    /* Preface, frame header and three bytes of MessagePack at the least. */
    CHECK(stats.bytes_in >= 16 + 4 + 3);
    world_free(&world);
}

int main(void)
{
    static const uint32_t modes[] = { PODSIX_MODE_THREADED, PODSIX_MODE_INLINE };
    for (int i = 0; i < 2; i++) {
        hello_message_goodbye(modes[i]);
        early_sends_wait_for_the_connection(modes[i]);
        a_request_is_accepted_or_refused(modes[i]);
        a_closed_port_is_one_error(modes[i]);
        a_listener_stops(modes[i]);
        a_dropped_peer_is_lost(modes[i]);
        a_freed_host_says_goodbye(modes[i]);
        many_peers(modes[i]);
        what_a_peer_tells(modes[i]);
    }
    puts("lifecycle: connections begin, speak and end as promised");
    return 0;
}
