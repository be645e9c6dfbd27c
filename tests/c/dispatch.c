/* Handlers by action: as PodSixNet's Network_<action> methods, and safe from impostors.
 * The path to game_messages.jsonl comes from the build: GAME_MESSAGES. */
#include "check.h"

typedef struct {
    int lifecycle;  /* calls of the handlers of lifecycle names */
    int connected;
    int disconnected;
    int messages;   /* calls of the handler of the action "message" */
    int players;
    int all;        /* calls of the catch-all */
    char last[8];
} Calls;

static void note(Calls *calls, char which)
{
    size_t len = strlen(calls->last);
    CHECK(len < sizeof calls->last - 1);
    calls->last[len] = which;
    calls->last[len + 1] = '\0';
}

static void on_connected(void *context, const podsix_event *event)
{
    Calls *calls = context;
    CHECK_INT(event->kind, PODSIX_EVENT_CONNECTED);
    calls->connected++;
    note(calls, 'c');
}

static void on_disconnected(void *context, const podsix_event *event)
{
    Calls *calls = context;
    CHECK_INT(event->kind, PODSIX_EVENT_DISCONNECTED);
    calls->disconnected++;
    note(calls, 'd');
}

static void on_lifecycle(void *context, const podsix_event *event)
{
    Calls *calls = context;
    CHECK(event->kind != PODSIX_EVENT_MESSAGE);
    calls->lifecycle++;
    note(calls, 'l');
}

static void on_message(void *context, const podsix_event *event)
{
    Calls *calls = context;
    CHECK_INT(event->kind, PODSIX_EVENT_MESSAGE);
    calls->messages++;
    note(calls, 'm');
}

static void on_players(void *context, const podsix_event *event)
{
    Calls *calls = context;
    CHECK(podsix_value_count(podsix_value_get(event->message, "players")) > 0);
    calls->players++;
    note(calls, 'p');
}

static void on_anything(void *context, const podsix_event *event)
{
    Calls *calls = context;
    CHECK(event->action != NULL);
    calls->all++;
    note(calls, '*');
}

/* The catch-all stands first on purpose: it is still called last. */
static const podsix_handler handlers[] = {
    { NULL, on_anything },
    { "connected", on_connected },
    { "disconnected", on_disconnected },
    { "error", on_lifecycle },
    { "request", on_lifecycle },
    { "writable", on_lifecycle },
    { "stalled", on_lifecycle },
    { "resumed", on_lifecycle },
    { "message", on_message },
    { "players", on_players },
    { "players", on_message }, /* two of one name are both called, in the table's order */
};
enum { HANDLERS = sizeof handlers / sizeof *handlers };

static Calls calls;

static int32_t dispatch(const podsix_event *event)
{
    calls.last[0] = '\0';
    return podsix_dispatch(event, handlers, HANDLERS, &calls);
}

int main(void)
{
    static const char *impostors[] = { "connected", "disconnected", "error",  "request",
                                       "writable",  "stalled",      "resumed" };
    podsix_host *host = new_host(PODSIX_MODE_THREADED);
    podsix_event event;
    char address[64], line[1024];
    uint64_t peer = 0;
    listen_local(host, 0, address, sizeof address);
    CHECK_CODE(podsix_connect(host, address, PODSIX_NUL, NULL, 0, &peer), 0);
    for (int i = 0; i < 2; i++) {
        WAIT_FOR(host, PODSIX_EVENT_CONNECTED, &event);
        CHECK_INT(dispatch(&event), 2);
        CHECK_TEXT(calls.last, "c*");
    }

    /* Kind decides, not the name: whoever calls himself "connected" reaches only the catch-all. */
    for (size_t i = 0; i < sizeof impostors / sizeof *impostors; i++) {
        snprintf(line, sizeof line, "{\"action\":\"%s\"}", impostors[i]);
        CHECK_CODE(podsix_send_json(host, peer, line, PODSIX_NUL, 0), 0);
        WAIT_FOR(host, PODSIX_EVENT_MESSAGE, &event);
        CHECK(event.action_len == strlen(impostors[i]) &&
              memcmp(event.action, impostors[i], event.action_len) == 0);
        CHECK_INT(dispatch(&event), 1);
        CHECK_TEXT(calls.last, "*");
    }
    CHECK_INT(calls.connected, 2);
    CHECK_INT(calls.lifecycle, 0);

    /* No action, an action that is no string, an action that only begins like a known one. */
    static const char *strangers[] = { "[]", "{\"action\":3}", "{\"action\":\"messages\"}",
                                       "{\"action\":\"mess\"}", "{\"action\":\"\"}" };
    for (size_t i = 0; i < sizeof strangers / sizeof *strangers; i++) {
        CHECK_CODE(podsix_send_json(host, peer, strangers[i], PODSIX_NUL, 0), 0);
        WAIT_FOR(host, PODSIX_EVENT_MESSAGE, &event);
        CHECK_INT(dispatch(&event), 1);
        CHECK_TEXT(calls.last, "*");
    }

    /* The recorded games: PodSixNet's own servers send {"action": "connected"}. */
    FILE *file = fopen(GAME_MESSAGES, "r");
    int lines = 0, greetings = 0, all = calls.all;
    CHECK(file != NULL);
    while (fgets(line, sizeof line, file) != NULL) {
        CHECK_CODE(podsix_send_json(host, peer, line, PODSIX_NUL, 0), 0);
        WAIT_FOR(host, PODSIX_EVENT_MESSAGE, &event);
        dispatch(&event);
        greetings += event.action_len == 9 && memcmp(event.action, "connected", 9) == 0;
        lines++;
    }
    fclose(file);
    CHECK_INT(lines, 75);
    CHECK_INT(calls.all - all, lines);
    CHECK_INT(greetings, 4);
    CHECK_INT(calls.connected, 2);
    CHECK_INT(calls.players, 7);
    CHECK_INT(calls.messages, 4 + calls.players);

    CHECK_CODE(podsix_peer_disconnect(host, peer, 0, NULL, 0), 0);
    for (int i = 0; i < 2; i++) {
        WAIT_FOR(host, PODSIX_EVENT_DISCONNECTED, &event);
        CHECK_INT(dispatch(&event), 2);
        CHECK_TEXT(calls.last, "d*");
    }
    podsix_host_free(host);
    puts("dispatch: each event reached the handlers it should, and no impostor did");
    return 0;
}
