/* Two hosts in one program, and everything they saw.
 *
 * Each event is copied as it comes, so that one loop can serve both hosts, which inline mode needs:
 * a host does nothing there unless somebody polls it.
 */
#ifndef WORLD_H
#define WORLD_H

#include "check.h"

typedef struct {
    int32_t kind, reason, code, os_error;
    uint64_t peer;
    uint32_t listener, direction;
    void *user_data;
    char action[64];
    char text[512];
    char json[512]; /* of the message, "" if there is none */
} Seen;

typedef struct {
    const char *name;
    podsix_host *host;
    Seen *seen;
    size_t count, next;
} End;

typedef struct {
    End server, client;
    char address[64];
    uint32_t listener;
} World;

static inline void world_copy_text(char *to, size_t cap, const char *from, size_t len)
{
    size_t taken = len < cap - 1 ? len : cap - 1;
    if (taken > 0)
        memcpy(to, from, taken);
    to[taken] = '\0';
}

static inline void world_see(End *end, const podsix_event *event)
{
    end->seen = realloc(end->seen, (end->count + 1) * sizeof *end->seen);
    CHECK(end->seen != NULL);
    Seen *seen = &end->seen[end->count++];
    memset(seen, 0, sizeof *seen);
    seen->kind = event->kind;
    seen->reason = event->reason;
    seen->code = event->code;
    seen->os_error = event->os_error;
    seen->peer = event->peer;
    seen->listener = event->listener;
    seen->direction = event->direction;
    seen->user_data = event->user_data;
    world_copy_text(seen->action, sizeof seen->action, event->action, event->action_len);
    world_copy_text(seen->text, sizeof seen->text, event->text, event->text_len);
    CHECK(event->message != NULL);
    if (podsix_value_type(event->message) != PODSIX_TYPE_NONE)
        CHECK(podsix_value_copy_json(event->message, seen->json, sizeof seen->json) > 0);
}

/* Gives both hosts a turn. */
static inline void world_turn(World *world)
{
    End *ends[2] = { &world->server, &world->client };
    for (int i = 0; i < 2; i++) {
        podsix_event event;
        int32_t got;
        if (ends[i]->host == NULL)
            continue;
        for (got = podsix_wait(ends[i]->host, 1, &event); got > 0;
             got = podsix_poll(ends[i]->host, &event))
            world_see(ends[i], &event);
        CHECK_CODE(got, 0);
    }
}

/* The next event of one end, which must be of `kind`. Points into a growing list: valid until the
 * next EXPECT. */
#define EXPECT(world, end, kind) world_expect(__FILE__, __LINE__, (world), &(world)->end, (kind))

static inline const Seen *world_expect(const char *file, int line, World *world, End *end,
                                       int32_t kind)
{
    double deadline = now_ms() + CHECK_PATIENCE_MS;
    while (end->next == end->count) {
        if (now_ms() > deadline) {
            fprintf(stderr, "%s:%d: the %s saw no %s\n", file, line, end->name,
                    podsix_event_name(kind));
            exit(1);
        }
        world_turn(world);
    }
    const Seen *seen = &end->seen[end->next++];
    if (seen->kind != kind) {
        fprintf(stderr, "%s:%d: the %s saw %s (%s, code %ld, '%s', %s), not %s\n", file, line,
                end->name, podsix_event_name(seen->kind), podsix_reason_name(seen->reason),
                (long)seen->code, seen->text, seen->json, podsix_event_name(kind));
        exit(1);
    }
    return seen;
}

/* Two fresh hosts of `mode`; the server listens with `flags`. */
static inline World world_new(uint32_t mode, uint32_t flags)
{
    World world;
    memset(&world, 0, sizeof world);
    world.server.name = "server";
    world.client.name = "client";
    world.server.host = new_host(mode);
    world.client.host = new_host(mode);
    world.listener = listen_local(world.server.host, flags, world.address, sizeof world.address);
    return world;
}

/* Connects the client; both ends see it. Writes each end's peer. */
static inline void world_connect(World *world, uint64_t *at_client, uint64_t *at_server)
{
    CHECK_CODE(podsix_connect(world->client.host, world->address, PODSIX_NUL, NULL, 0, at_client), 0);
    *at_server = EXPECT(world, server, PODSIX_EVENT_CONNECTED)->peer;
    CHECK(EXPECT(world, client, PODSIX_EVENT_CONNECTED)->peer == *at_client);
}

static inline void world_check_seen(const End *end)
{
    if (end->next == end->count)
        return;
    const Seen *seen = &end->seen[end->next];
    fprintf(stderr, "the %s saw %s (%s, code %ld, '%s', %s), which nobody expected\n", end->name,
            podsix_event_name(seen->kind), podsix_reason_name(seen->reason), (long)seen->code,
            seen->text, seen->json);
    exit(1);
}

/* Every event was asked for, and the hosts are gone. */
static inline void world_free(World *world)
{
    world_check_seen(&world->server);
    world_check_seen(&world->client);
    podsix_host_free(world->client.host);
    podsix_host_free(world->server.host);
    free(world->client.seen);
    free(world->server.seen);
}

#endif
