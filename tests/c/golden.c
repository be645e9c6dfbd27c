/* The golden session played through the C functions, with threads and without. Its transcript must be
 * the file, line by line: tests/golden/session.txt says what the lines mean.
 * The path to it comes from the build: GOLDEN_SESSION. */
#include "golden.h"

#include <inttypes.h>

enum { ENDS = 4, PEERS = 16, SEEN = 16 };

/* A host, whom it knows by which name, and the lines of its events that nobody has asked for yet. */
typedef struct {
    char name[16];
    podsix_host *host;
    struct {
        uint64_t id;
        char name[16];
    } peers[PEERS];
    int peer_count, seen_count;
    char *seen[SEEN];
} End;

typedef struct {
    uint32_t mode;
    End ends[ENDS];
    podsix_message *message;
    char address[64];
    char newcomer[16]; /* who connected last: the peer that a server does not know yet */
} Session;

static End *find_end(Session *session, const char *name)
{
    for (int i = 0; i < ENDS; i++)
        if (strcmp(session->ends[i].name, name) == 0)
            return &session->ends[i];
    fprintf(stderr, "there is no host %s\n", name);
    exit(1);
}

/* The last peer of that name; "-" is nobody. */
static uint64_t find_peer(const End *end, const char *name)
{
    for (int i = end->peer_count; i-- > 0;)
        if (strcmp(end->peers[i].name, name) == 0)
            return end->peers[i].id;
    return 0;
}

static void meet(End *end, uint64_t id, const char *name)
{
    CHECK(end->peer_count < PEERS);
    end->peers[end->peer_count].id = id;
    snprintf(end->peers[end->peer_count++].name, sizeof end->peers->name, "%s", name);
}

static const char *name_of(Session *session, End *end, uint64_t id)
{
    for (int i = 0; i < end->peer_count; i++)
        if (end->peers[i].id == id)
            return end->peers[i].name;
    meet(end, id, session->newcomer);
    return end->peers[end->peer_count - 1].name;
}

/* "CLOSED" of "PODSIX_REASON_CLOSED". */
static const char *brief(const char *name)
{
    return strchr(strchr(name, '_') + 1, '_') + 1;
}

static char *event_line(Session *session, End *end, const podsix_event *event)
{
    Words words = { NULL, 0 };
    words_add(&words, "%s %s %s %s %" PRId32 " ", brief(podsix_event_name(event->kind)),
              name_of(session, end, event->peer),
              event->direction == PODSIX_DIRECTION_INBOUND ? "inbound" : "outbound",
              brief(podsix_reason_name(event->reason)), event->code);
    words_quote(&words, event->text, event->text_len);
    words_add(&words, " ");
    words_quote(&words, event->action, event->action_len);
    words_add(&words, " ");
    words_value(&words, event->message);
    return words.text;
}

static void turn(Session *session, End *end)
{
    podsix_event event;
    int32_t got = podsix_wait(end->host, 1, &event);
    for (; got > 0; got = podsix_poll(end->host, &event)) {
        if (event.kind == PODSIX_EVENT_STALLED || event.kind == PODSIX_EVENT_RESUMED)
            continue;
        CHECK(end->seen_count < SEEN);
        end->seen[end->seen_count++] = event_line(session, end, &event);
    }
    CHECK_CODE(got, 0);
}

/* The line of an end's next event; the caller's to free. */
static char *next(Session *session, End *end)
{
    double deadline = now_ms() + CHECK_PATIENCE_MS;
    char *line;
    while (end->seen_count == 0) {
        CHECK(now_ms() < deadline);
        for (int i = 0; i < ENDS; i++)
            if (session->ends[i].host != NULL)
                turn(session, &session->ends[i]);
    }
    line = end->seen[0];
    memmove(end->seen, end->seen + 1, (size_t)--end->seen_count * sizeof *end->seen);
    return line;
}

static int32_t new_end(Session *session, const char *name, const char **words)
{
    podsix_config config;
    char setting[16], value[16];
    End *end = find_end(session, "");
    CHECK_CODE(podsix_config_init(&config, sizeof config), 0);
    config.mode = session->mode;
    while (**words != '\0') {
        uint32_t number;
        take_word(words, setting, sizeof setting);
        take_word(words, value, sizeof value);
        number = (uint32_t)strtoul(value, NULL, 10);
        if (strcmp(setting, "max_message") == 0)
            config.max_message = number;
        else if (strcmp(setting, "max_depth") == 0)
            config.max_depth = number;
        else
            config.max_values = number;
    }
    snprintf(end->name, sizeof end->name, "%s", name);
    return podsix_host_new(&config, &end->host, NULL, 0);
}

static void free_end(End *end)
{
    podsix_host_free(end->host);
    CHECK_INT(end->seen_count, 0);
    memset(end, 0, sizeof *end);
}

/* The message that words stand for; NULL for "-". */
static const podsix_message *build(Session *session, const char *words)
{
    if (strcmp(words, "-") == 0)
        return NULL;
    podsix_message_clear(session->message);
    build_value(session->message, &words);
    return session->message;
}

/* A step on a host alone; 1 if the verb is none of these. */
static int32_t host_step(Session *session, End *end, const char *verb, const char *words)
{
    uint64_t peer, peers[PEERS];
    uint32_t listener;
    int32_t result;
    if (strcmp(verb, "free") == 0) {
        free_end(end);
        return 0;
    }
    if (strcmp(verb, "listen") == 0) {
        result = podsix_listen(end->host, "127.0.0.1:0", PODSIX_NUL,
                               *words == '\0' ? 0 : PODSIX_LISTEN_APPROVAL, &listener);
        CHECK(podsix_listener_copy_address(end->host, listener, session->address,
                                           sizeof session->address) > 0);
        return result;
    }
    if (strcmp(verb, "connect") == 0) {
        result = podsix_connect(end->host, session->address, PODSIX_NUL, build(session, words),
                                0, &peer);
        meet(end, peer, "server");
        snprintf(session->newcomer, sizeof session->newcomer, "%s", end->name);
        return result;
    }
    if (strcmp(verb, "many") == 0) {
        int32_t count = podsix_host_copy_peers(end->host, 0, peers, PEERS);
        CHECK(count > 0 && count < PEERS);
        result = podsix_send_many(end->host, peers, (size_t)count, build(session, words), 0, NULL);
        return result < 0 ? result : 0;
    }
    return 1;
}

/* A step on a peer. */
static int32_t peer_step(Session *session, End *end, const char *verb, const char *words)
{
    char other[16], code[16];
    uint8_t bytes[256];
    char text[256];
    size_t len;
    uint64_t peer;
    take_word(&words, other, sizeof other);
    peer = find_peer(end, other);
    if (strcmp(verb, "send") == 0)
        return podsix_send(end->host, peer, build(session, words), 0);
    if (strcmp(verb, "broadcast") == 0)
        return podsix_broadcast(end->host, build(session, words), peer, 0);
    if (strcmp(verb, "accept") == 0)
        return podsix_peer_accept(end->host, peer, build(session, words), 0);
    if (strcmp(verb, "json") == 0)
        return podsix_send_json(end->host, peer, words, PODSIX_NUL, 0);
    if (strcmp(verb, "msgpack") == 0) {
        len = take_hex(&words, bytes, sizeof bytes);
        return podsix_send_msgpack(end->host, peer, bytes, len, 0);
    }
    if (strcmp(verb, "drop") == 0)
        return podsix_peer_drop(end->host, peer);
    take_word(&words, code, sizeof code);
    len = take_text(&words, text, sizeof text);
    if (strcmp(verb, "refuse") == 0)
        return podsix_peer_refuse(end->host, peer, (int32_t)strtol(code, NULL, 10), text, len);
    CHECK_TEXT(verb, "disconnect");
    return podsix_peer_disconnect(end->host, peer, (int32_t)strtol(code, NULL, 10), text, len);
}

static int32_t step(Session *session, const char *words)
{
    char name[16], verb[16];
    int32_t result;
    End *end;
    take_word(&words, name, sizeof name);
    take_word(&words, verb, sizeof verb);
    if (strcmp(verb, "new") == 0)
        return new_end(session, name, &words);
    end = find_end(session, name);
    result = host_step(session, end, verb, words);
    return result <= 0 ? result : peer_step(session, end, verb, words);
}

static void play(const char *path, uint32_t mode)
{
    static char line[4096];
    Session session = { .mode = mode, .message = podsix_message_new() };
    FILE *file = fopen(path, "r");
    int number = 0;
    int32_t result = 0;
    CHECK(file != NULL);
    while (fgets(line, sizeof line, file) != NULL) {
        Words now = { NULL, 0 };
        number++;
        line[strcspn(line, "\n")] = '\0';
        if (line[0] == '>') {
            result = step(&session, line + 2);
        } else if (line[0] == '=') {
            words_add(&now, "= %s", podsix_error_name(result));
        } else if (line[0] == '<') {
            const char *words = line + 2;
            char name[16], *seen;
            take_word(&words, name, sizeof name);
            seen = next(&session, find_end(&session, name));
            words_add(&now, "< %s %s", name, seen);
            free(seen);
        }
        if (now.text != NULL && strcmp(now.text, line) != 0) {
            fprintf(stderr, "%s:%d: %s\nis not %s\n", path, number, now.text, line);
            exit(1);
        }
        free(now.text);
    }
    fclose(file);
    CHECK(number > 100);
    for (int i = 0; i < ENDS; i++)
        CHECK(session.ends[i].host == NULL);
    podsix_message_free(session.message);
}

int main(void)
{
    play(GOLDEN_SESSION, PODSIX_MODE_THREADED);
    play(GOLDEN_SESSION, PODSIX_MODE_INLINE);
    puts("golden: the session went as written");
    return 0;
}
