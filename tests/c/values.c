/* Every type of value from the writer over the wire to the reading functions, and every recorded
 * game message. The path to game_messages.jsonl comes from the build: GAME_MESSAGES. */
#include "check.h"

#include <float.h>
#include <math.h>

static podsix_host *host;        /* talks to itself: it can listen and connect at once */
static uint64_t to, from;        /* the two ends of that connection */
static podsix_message *message;  /* reused for every send, as a game would */

/* The message as it arrives. Valid until the next call. */
static const podsix_value *over_the_wire(void)
{
    static podsix_event event;
    CHECK_CODE(podsix_send(host, to, message, 0), 0);
    WAIT_FOR(host, PODSIX_EVENT_MESSAGE, &event);
    CHECK(event.peer == from);
    return event.message;
}

static void connect_to_itself(void)
{
    char address[64];
    podsix_event event;
    host = new_host(PODSIX_MODE_THREADED);
    message = podsix_message_new();
    CHECK(message != NULL);
    listen_local(host, 0, address, sizeof address);
    CHECK_CODE(podsix_connect(host, address, PODSIX_NUL, NULL, 0, &to), 0);
    for (int i = 0; i < 2; i++) {
        WAIT_FOR(host, PODSIX_EVENT_CONNECTED, &event);
        if (event.direction == PODSIX_DIRECTION_INBOUND)
            from = event.peer;
    }
    CHECK(from != 0 && from != to);
}

static void check_string(const podsix_value *value, const char *expected)
{
    const char *data = NULL;
    size_t len = 0;
    CHECK_CODE(podsix_value_get_string(value, &data, &len), 0);
    CHECK_INT(len, strlen(expected));
    CHECK(memcmp(data, expected, len) == 0);
}

static void every_type(void)
{
    static const uint8_t raw[3] = { 0, 0xff, 0x80 };
    static const char big[] = "123456789012345678901234567890";
    const uint8_t *bytes = NULL;
    const podsix_value *value, *list, *out[3];
    size_t len = 0;
    int64_t i = 0;
    uint64_t u = 0;
    double d = 0;
    int32_t b = 0;

    podsix_message_begin(message, "all");
    podsix_message_add_nil(message, "nil");
    podsix_message_add_bool(message, "yes", 1);
    podsix_message_add_bool(message, "no", 0);
    podsix_message_add_int(message, "min", INT64_MIN);
    podsix_message_add_uint(message, "max", UINT64_MAX);
    podsix_message_add_double(message, "half", -0.5);
    podsix_message_add_float(message, "tenth", 0.1f);
    podsix_message_add_double(message, "nan", NAN);
    podsix_message_add_string(message, "text", "gr\xc3\xbc\xc3\x9f", PODSIX_NUL);
    podsix_message_add_string(message, "cut", "hello", 2);
    podsix_message_add_bytes(message, "raw", raw, sizeof raw);
    podsix_message_add_ext(message, "ext", -5, raw, 2);
    podsix_message_add_big_int(message, "big", big, PODSIX_NUL);
    podsix_message_add_json(message, "json", "{\"a\":[1,2]}", PODSIX_NUL);
    podsix_message_open_list(message, "list");
    podsix_message_add_int(message, NULL, 1);
    podsix_message_open_map(message, NULL);
    podsix_message_set_key_int(message, 42);
    podsix_message_add_string(message, NULL, "answer", PODSIX_NUL);
    podsix_message_set_key(message, "dynamic", 3);
    podsix_message_add_bool(message, NULL, 1);
    podsix_message_close(message);
    podsix_message_open_tuple(message, NULL);
    podsix_message_add_double(message, NULL, 1.5);
    podsix_message_add_nil(message, NULL);
    podsix_message_close(message);
    CHECK_CODE(podsix_message_close(message), 0);
    value = over_the_wire();

    CHECK_INT(podsix_value_type(value), PODSIX_TYPE_MAP);
    CHECK_INT(podsix_value_count(value), 16);
    check_string(podsix_value_get(value, "action"), "all");
    CHECK_INT(podsix_value_type(podsix_value_get(value, "nil")), PODSIX_TYPE_NIL);
    CHECK_INT(podsix_value_type(podsix_value_get(value, "yes")), PODSIX_TYPE_BOOL);
    CHECK_INT(podsix_value_as_bool(podsix_value_get(value, "yes"), 0), 1);
    CHECK_INT(podsix_value_as_bool(podsix_value_get(value, "no"), 1), 0);
    CHECK_CODE(podsix_value_read_bool(podsix_value_get(value, "no"), &b), 0);
    CHECK_INT(b, 0);

    CHECK(podsix_value_as_double(podsix_value_get(value, "tenth"), 0) == (double)0.1f);
    CHECK_CODE(podsix_value_get_span(podsix_value_get(value, "tenth"), &bytes, &len), 0);
    CHECK_INT(len, 5);

    CHECK_INT(podsix_value_type(podsix_value_get(value, "min")), PODSIX_TYPE_INT);
    CHECK_CODE(podsix_value_read_int(podsix_value_get(value, "min"), &i), 0);
    CHECK(i == INT64_MIN);
    CHECK_CODE(podsix_value_read_uint(podsix_value_get(value, "min"), &u), PODSIX_ERR_OUT_OF_RANGE);
    CHECK_INT(podsix_value_type(podsix_value_get(value, "max")), PODSIX_TYPE_UINT);
    CHECK_CODE(podsix_value_read_uint(podsix_value_get(value, "max"), &u), 0);
    CHECK(u == UINT64_MAX);
    CHECK_CODE(podsix_value_read_int(podsix_value_get(value, "max"), &i), PODSIX_ERR_OUT_OF_RANGE);
    CHECK(i == INT64_MIN); /* outputs are written only on success */
    CHECK_INT(podsix_value_as_int(podsix_value_get(value, "max"), -1), -1);

    CHECK_INT(podsix_value_type(podsix_value_get(value, "half")), PODSIX_TYPE_DOUBLE);
    CHECK_CODE(podsix_value_read_double(podsix_value_get(value, "half"), &d), 0);
    CHECK(fabs(d + 0.5) < DBL_MIN);
    CHECK(isnan(podsix_value_as_double(podsix_value_get(value, "nan"), 0)));
    check_string(podsix_value_get(value, "text"), "gr\xc3\xbc\xc3\x9f");
    check_string(podsix_value_get(value, "cut"), "he");
    CHECK_CODE(podsix_value_read_int(podsix_value_get(value, "text"), &i), PODSIX_ERR_WRONG_TYPE);

    CHECK_INT(podsix_value_type(podsix_value_get(value, "raw")), PODSIX_TYPE_BYTES);
    CHECK_CODE(podsix_value_get_bytes(podsix_value_get(value, "raw"), &bytes, &len), 0);
    CHECK(len == sizeof raw && memcmp(bytes, raw, len) == 0);
    const char *text = NULL;
    CHECK_CODE(podsix_value_get_string(podsix_value_get(value, "raw"), &text, &len),
               PODSIX_ERR_WRONG_TYPE);
    CHECK(text == NULL);
    CHECK_INT(podsix_value_type(podsix_value_get(value, "ext")), PODSIX_TYPE_EXTENSION);
    CHECK_CODE(podsix_value_get_ext_type(podsix_value_get(value, "ext"), &b), 0);
    CHECK_INT(b, -5);
    CHECK_CODE(podsix_value_get_ext_type(podsix_value_get(value, "big"), &b), 0);
    CHECK_INT(b, 1);
    CHECK_CODE(podsix_value_get_ext_type(podsix_value_get(value, "raw"), &b), PODSIX_ERR_WRONG_TYPE);
    CHECK_CODE(podsix_value_get_bytes(podsix_value_get(value, "ext"), &bytes, &len), 0);
    CHECK(len == 2 && memcmp(bytes, raw, len) == 0);
    CHECK_CODE(podsix_value_get_bytes(podsix_value_get(value, "big"), &bytes, &len), 0);
    CHECK(len == strlen(big) && memcmp(bytes, big, len) == 0);

    /* Lookups chain, and what is missing is NONE. */
    list = podsix_value_get(value, "list");
    CHECK_INT(podsix_value_type(list), PODSIX_TYPE_LIST);
    CHECK_INT(podsix_value_count(list), 3);
    CHECK_INT(podsix_value_as_int(podsix_value_at(list, 0), 0), 1);
    check_string(podsix_value_find_int(podsix_value_at(list, 1), 42), "answer");
    CHECK_INT(podsix_value_as_bool(podsix_value_find(podsix_value_at(list, 1), "dyn", 3), 0), 1);
    CHECK_INT(podsix_value_is_tuple(podsix_value_at(list, 2)), 1);
    CHECK_INT(podsix_value_is_tuple(list), 0);
    CHECK_INT(podsix_value_type(podsix_value_at(list, 2)), PODSIX_TYPE_LIST);
    CHECK_INT(podsix_value_type(podsix_value_at(podsix_value_at(list, 2), 1)), PODSIX_TYPE_NIL);
    CHECK_INT(podsix_value_type(podsix_value_at(list, 3)), PODSIX_TYPE_NONE);
    CHECK_INT(podsix_value_as_int(podsix_value_at(podsix_value_get(podsix_value_get(value, "json"),
                                                                   "a"), 1), 0), 2);
    CHECK_INT(podsix_value_type(podsix_value_get(podsix_value_get(value, "no such"), "x")),
              PODSIX_TYPE_NONE);
    CHECK_INT(podsix_value_as_int(podsix_value_get(value, "no such"), 9), 9);

    const podsix_key keys[3] = { { "min", PODSIX_NUL }, { "missing", PODSIX_NUL }, { "cutter", 3 } };
    CHECK_INT(podsix_value_fields(value, keys, 3, out), 2);
    CHECK(out[0] == podsix_value_get(value, "min"));
    CHECK_INT(podsix_value_type(out[1]), PODSIX_TYPE_NONE);
    check_string(out[2], "he");
}

static void iteration(void)
{
    char names[16] = "";
    int64_t sum = 0;
    const podsix_value *key, *item;
    CHECK_CODE(podsix_message_from_json(message, "{\"a\":1,\"b\":2,\"c\":[10,20]}", PODSIX_NUL), 0);
    const podsix_value *map = over_the_wire();

    podsix_iter at = { 0 };
    while (podsix_value_next(map, &at, &key, &item) > 0) {
        const char *name = NULL;
        size_t len = 0;
        CHECK_CODE(podsix_value_get_string(key, &name, &len), 0);
        strncat(names, name, len);
        sum += podsix_value_as_int(item, 100);
    }
    CHECK_TEXT(names, "abc");
    CHECK_INT(sum, 103);

    podsix_iter in_list = { 0 };
    sum = 0;
    while (podsix_value_next(podsix_value_get(map, "c"), &in_list, &key, &item) > 0) {
        CHECK_INT(podsix_value_type(key), PODSIX_TYPE_NONE);
        sum += podsix_value_as_int(item, 100);
    }
    CHECK_INT(sum, 30);
    podsix_iter none = { 0 };
    CHECK_INT(podsix_value_next(podsix_value_get(map, "a"), &none, NULL, &item), 0);
}

static void top_level_values(void)
{
    static const char *texts[] = { "null", "true", "-1", "1.5", "\"text\"", "[]", "{}", "[[[]]]" };
    char json[32];
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        podsix_message_clear(message);
        CHECK_CODE(podsix_message_add_json(message, NULL, texts[i], PODSIX_NUL), 0);
        CHECK_INT(podsix_value_copy_json(over_the_wire(), json, sizeof json), (int)strlen(texts[i]));
        CHECK_TEXT(json, texts[i]);
    }
}

/* What somebody else wrote, for people: one line, cut, with nothing in it that a terminal obeys. */
static void what_others_wrote_is_shown(void)
{
    static const char hostile[] = "a\tb\r\n\x1b[2J\xc2\x9b\xe2\x80\xae\xff";
    static const char shown[] = "a b  \xef\xbf\xbd[2J\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd";
    char text[64];
    CHECK_INT(podsix_text_copy_printable(hostile, PODSIX_NUL, 100, text, sizeof text), sizeof shown - 1);
    CHECK_TEXT(text, shown);
    CHECK_INT(podsix_text_copy_printable(hostile, 4, 3, text, sizeof text), 5);
    CHECK_TEXT(text, "a \xe2\x80\xa6");
    /* A buffer that is too small has what fits, and the length is the whole text's. */
    CHECK_INT(podsix_text_copy_printable("h\xc3\xa9llo", PODSIX_NUL, 9, text, 4), 6);
    CHECK_TEXT(text, "h\xc3\xa9");

    podsix_message_begin(message, "say");
    podsix_message_add_string(message, "text", hostile, 4);
    podsix_message_open_list(message, "many");
    for (int i = 0; i < 10000; i++)
        podsix_message_add_string(message, NULL, "\xc2\x9b", 2);
    podsix_message_close(message);
    const podsix_value *said = over_the_wire();
    podsix_value_copy_printable(podsix_value_get(said, "text"), 9, text, sizeof text);
    CHECK_TEXT(text, "a b ");
    CHECK_INT(podsix_value_copy_printable(podsix_value_get(said, "many"), 9, text, sizeof text), 11);
    CHECK_TEXT(text, "[\"\\u009b\xe2\x80\xa6");
    podsix_value_copy_json(podsix_value_at(podsix_value_get(said, "many"), 0), text, sizeof text);
    CHECK_TEXT(text, "\"\\u009b\"");
    podsix_value_copy_printable(said, 12, text, sizeof text);
    CHECK_TEXT(text, "{\"action\":\"\xe2\x80\xa6");
}

/* As Python's {(1, 2): "wall", (1, 3): "door"}: a tuple comes from a message of its own. */
static void cells_are_keys(void)
{
    static const char *const things[] = { "wall", "door" };
    char json[64];
    podsix_iter iter = { 0 };
    const podsix_value *key, *thing;
    podsix_message *cell = podsix_message_new();
    podsix_message_clear(message);
    podsix_message_open_map(message, NULL);
    for (int at = 0; at < 2; at++) {
        podsix_message_clear(cell);
        podsix_message_open_tuple(cell, NULL);
        podsix_message_add_int(cell, NULL, 1);
        podsix_message_add_int(cell, NULL, 2 + at);
        podsix_message_close(cell);
        CHECK_CODE(podsix_message_set_key_value(message, podsix_message_get_value(cell)), 0);
        podsix_message_add_string(message, NULL, things[at], PODSIX_NUL);
    }
    CHECK_CODE(podsix_message_close(message), 0);
    const podsix_value *value = over_the_wire();
    for (int at = 0; at < 2; at++) {
        CHECK_INT(podsix_value_next(value, &iter, &key, &thing), 1);
        CHECK_INT(podsix_value_is_tuple(key), 1);
        CHECK_INT(podsix_value_as_int(podsix_value_at(key, 1), 0), 2 + at);
        check_string(thing, things[at]);
    }
    CHECK_INT(podsix_value_next(value, &iter, &key, &thing), 0);
    podsix_value_copy_json(value, json, sizeof json);
    CHECK_TEXT(json, "{\"[1,2]\":\"wall\",\"[1,3]\":\"door\"}");

    /* A list is no key, in a tuple either. */
    podsix_message_clear(cell);
    podsix_message_open_tuple(cell, NULL);
    podsix_message_open_list(cell, NULL);
    podsix_message_close(cell);
    podsix_message_close(cell);
    podsix_message_begin(message, "bad");
    CHECK_CODE(podsix_message_set_key_value(message, podsix_message_get_value(cell)),
               PODSIX_ERR_BAD_MESSAGE);
    podsix_message_free(cell);
}

/* A received value can be copied into a message, whole or in part. */
static void values_are_copied_on(void)
{
    char json[64];
    const uint8_t *span = NULL;
    size_t len = 0;
    podsix_message *copy = podsix_message_new();
    CHECK_CODE(podsix_message_from_json(message, "{\"k\":{\"deep\":[1,\"x\"]}}", PODSIX_NUL), 0);
    const podsix_value *value = over_the_wire();
    CHECK_CODE(podsix_value_get_span(podsix_value_get(value, "k"), &span, &len), 0);

    podsix_message_begin(copy, "copy");
    podsix_message_add_value(copy, "value", podsix_value_get(value, "k"));
    podsix_message_add_msgpack(copy, "span", span, len);
    podsix_message_open_map(copy, "keyed");
    podsix_message_set_key_value(copy, podsix_value_at(podsix_value_get(podsix_value_get(value, "k"),
                                                                        "deep"), 1));
    podsix_message_add_int(copy, NULL, 5);
    CHECK_CODE(podsix_message_close(copy), 0);

    podsix_message *original = message;
    message = copy;
    value = over_the_wire();
    CHECK_INT(podsix_value_equals(podsix_value_get(value, "value"), podsix_value_get(value, "span")),
              1);
    CHECK_INT(podsix_value_equals(podsix_value_get(value, "value"), value), 0);
    podsix_value_copy_json(podsix_value_get(value, "value"), json, sizeof json);
    CHECK_TEXT(json, "{\"deep\":[1,\"x\"]}");
    podsix_value_copy_json(podsix_value_get(value, "keyed"), json, sizeof json);
    CHECK_TEXT(json, "{\"x\":5}");
    message = original;
    podsix_message_free(copy);
}

/* JSON → writer → wire → view → JSON: what published games say comes out as it went in. */
static void game_messages(void)
{
    FILE *file = fopen(GAME_MESSAGES, "r");
    char line[1024], json[1024];
    int lines = 0;
    CHECK(file != NULL);
    while (fgets(line, sizeof line, file) != NULL) {
        const uint8_t *sent = NULL, *received = NULL;
        size_t sent_len = 0, received_len = 0;
        line[strcspn(line, "\n")] = '\0';
        CHECK_CODE(podsix_message_from_json(message, line, PODSIX_NUL), 0);
        CHECK_CODE(podsix_message_get_span(message, &sent, &sent_len), 0);
        const podsix_value *value = over_the_wire();
        CHECK_INT(podsix_value_equals(podsix_message_get_value(message), value), 1);
        CHECK_CODE(podsix_value_get_span(value, &received, &received_len), 0);
        CHECK(received_len == sent_len && memcmp(received, sent, sent_len) == 0);
        CHECK_INT(podsix_value_copy_json(value, json, sizeof json), (int)strlen(line));
        CHECK_TEXT(json, line);
        lines++;
    }
    CHECK_INT(lines, 75);
    fclose(file);
}

/* What the message holds, as bytes that are elsewhere. */
static size_t copy_span(const podsix_message *from, uint8_t **copy)
{
    const uint8_t *data = NULL;
    size_t len = 0;
    CHECK_CODE(podsix_message_get_span(from, &data, &len), 0);
    *copy = malloc(len);
    CHECK(*copy != NULL);
    memcpy(*copy, data, len);
    return len;
}

static const uint8_t *digits_in(const podsix_value *value)
{
    const uint8_t *data = NULL;
    size_t len = 0;
    CHECK_CODE(podsix_value_get_bytes(podsix_value_get(value, "big"), &data, &len), 0);
    CHECK_INT(len, 31);
    return data;
}

/* Adds to a message what lies in it, by each function that takes something: the memory there moves while
 * it is added, sooner or later. */
static void a_messages_own_values(void)
{
    static const char digits[] = "-123456789012345678901234567890";
    podsix_message *own = podsix_message_new(), *other = podsix_message_new();
    podsix_message *big = podsix_message_new();
    const podsix_value *value;
    const uint8_t *data = NULL;
    const char *text = NULL;
    size_t len = 0;
    uint8_t *copy = NULL;
    CHECK_CODE(podsix_message_add_big_int(big, NULL, digits, PODSIX_NUL), 0);
    for (int round = 0; round < 220; round++) {
        podsix_message *both[2] = { own, other };
        for (int i = 0; i < 2; i++) {
            CHECK_CODE(podsix_message_begin(both[i], "own"), 0);
            for (int j = 0; j < round % 20; j++) /* to begin anywhere before the end of the memory */
                podsix_message_add_nil(both[i], "k");
            podsix_message_add_string(both[i], "text", "[\"a\", 1]", PODSIX_NUL);
            podsix_message_add_bytes(both[i], "key", (const uint8_t *)"a key of the message's own", 27);
            podsix_message_add_big_int(both[i], "big", digits, PODSIX_NUL);
        }
        value = podsix_message_get_value(own);
        CHECK_CODE(podsix_value_get_bytes(podsix_value_get(value, "key"), &data, &len), 0);
        text = (const char *)data;
        switch (round / 20) {
        case 0:
            podsix_message_add_value(own, "again", podsix_value_get(value, "text"));
            podsix_message_add_string(other, "again", "[\"a\", 1]", PODSIX_NUL);
            break;
        case 1:
            podsix_message_add_value(own, "again", value);
            len = copy_span(other, &copy);
            podsix_message_add_msgpack(other, "again", copy, len);
            free(copy);
            break;
        case 2:
            podsix_message_set_key_value(own, podsix_value_get(value, "big"));
            podsix_message_set_key_value(other, podsix_message_get_value(big));
            podsix_message_add_nil(own, NULL);
            podsix_message_add_nil(other, NULL);
            break;
        case 3:
            podsix_message_add_bytes(own, text, data, len);
            podsix_message_add_bytes(other, "a key of the message's own",
                                     (const uint8_t *)"a key of the message's own", 27);
            break;
        case 4:
            podsix_message_set_key(own, text, len - 1);
            podsix_message_add_nil(own, NULL);
            podsix_message_add_nil(other, "a key of the message's own");
            break;
        case 5:
            CHECK_CODE(podsix_value_get_bytes(podsix_value_get(value, "text"), &data, &len), 0);
            podsix_message_add_json(own, text, (const char *)data, len);
            podsix_message_add_json(other, "a key of the message's own", "[\"a\", 1]", PODSIX_NUL);
            break;
        case 6:
            podsix_message_add_big_int(own, "again", (const char *)digits_in(value), 31);
            podsix_message_add_big_int(other, "again", digits, PODSIX_NUL);
            break;
        case 7:
            CHECK_CODE(podsix_message_get_span(own, &data, &len), 0);
            podsix_message_add_msgpack(own, "again", data, len);
            len = copy_span(other, &copy);
            podsix_message_add_msgpack(other, "again", copy, len);
            free(copy);
            break;
        case 8:
            podsix_message_add_ext(own, "again", 1 + 8 * (round % 2), digits_in(value), 31);
            podsix_message_add_ext(other, "again", 1 + 8 * (round % 2), (const uint8_t *)digits, 31);
            break;
        case 9:
            podsix_message_begin(own, text);
            podsix_message_begin(other, "a key of the message's own");
            break;
        case 10:
            CHECK_CODE(podsix_value_get_bytes(podsix_value_get(value, "text"), &data, &len), 0);
            podsix_message_from_json(own, (const char *)data, len);
            podsix_message_from_json(other, "[\"a\", 1]", PODSIX_NUL);
            break;
        }
        CHECK(podsix_value_equals(podsix_message_get_value(own), podsix_message_get_value(other)));
        CHECK(podsix_value_type(podsix_message_get_value(own)) != PODSIX_TYPE_NONE);
    }
    podsix_message_free(own);
    podsix_message_free(other);
    podsix_message_free(big);
}

int main(void)
{
    connect_to_itself();
    every_type();
    iteration();
    top_level_values();
    what_others_wrote_is_shown();
    cells_are_keys();
    values_are_copied_on();
    a_messages_own_values();
    game_messages();
    podsix_message_free(message);
    podsix_host_free(host);
    puts("values: every type and 75 game messages came through equal");
    return 0;
}
