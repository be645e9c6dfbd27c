/* A plugin that plays, as an engine loads it: the library comes and goes with it. */
#include "../world.h"

#include "game.h"

int play(int how)
{
    uint64_t at_client = 0, at_server = 0;
    uint32_t mode = how & INLINE ? PODSIX_MODE_INLINE : PODSIX_MODE_THREADED;
    if (how & ONLY_MADE) {
        podsix_host_free(new_host(mode));
        return 0;
    }
    World world = world_new(mode, 0);
    if (how & (LOOKING_UP | UNTIL_LOOKED_UP)) {
        CHECK_CODE(podsix_connect(world.client.host, "nobody.invalid:1", PODSIX_NUL, NULL, 0, NULL), 0);
        if (how & UNTIL_LOOKED_UP)
            EXPECT(&world, client, PODSIX_EVENT_ERROR);
        world_free(&world);
        return 0;
    }
    if (how & ONLY_CONNECTING) {
        CHECK_CODE(podsix_connect(world.client.host, world.address, PODSIX_NUL, NULL, 0, NULL), 0);
        podsix_host_free(world.client.host);
        podsix_host_free(world.server.host);
        return 0;
    }
    world_connect(&world, &at_client, &at_server);
    CHECK_CODE(podsix_send_json(world.client.host, at_client, "1", PODSIX_NUL, 0), 0);
    CHECK_TEXT(EXPECT(&world, server, PODSIX_EVENT_MESSAGE)->json, "1");
    world_free(&world);
    return 0;
}
