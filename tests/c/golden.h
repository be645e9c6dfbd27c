/* Values as the words of tests/golden/session.txt, and back. */
#ifndef GOLDEN_H
#define GOLDEN_H

#include "check.h"

#include <inttypes.h>
#include <stdarg.h>

/* A text that grows; free its text. */
typedef struct {
    char *text;
    size_t len;
} Words;

static inline void words_add(Words *words, const char *format, ...)
{
    va_list arguments;
    char some[512];
    int len;
    va_start(arguments, format);
    len = vsnprintf(some, sizeof some, format, arguments);
    va_end(arguments);
    CHECK(len >= 0);
    words->text = realloc(words->text, words->len + (size_t)len + 1);
    CHECK(words->text != NULL);
    if ((size_t)len < sizeof some) {
        memcpy(words->text + words->len, some, (size_t)len + 1);
    } else {
        va_start(arguments, format);
        vsnprintf(words->text + words->len, (size_t)len + 1, format, arguments);
        va_end(arguments);
    }
    words->len += (size_t)len;
}

static inline void words_quote(Words *words, const char *text, size_t len)
{
    words_add(words, "\"");
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c < ' ' || c == 127)
            words_add(words, "\\u%04x", c);
        else
            words_add(words, c == '"' || c == '\\' ? "\\%c" : "%c", c);
    }
    words_add(words, "\"");
}

static inline void words_hex(Words *words, const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        words_add(words, "%02x", bytes[i]);
}

static inline void words_value(Words *words, const podsix_value *value);

static inline void words_extension(Words *words, const podsix_value *value)
{
    const uint8_t *bytes;
    size_t len;
    int32_t type;
    CHECK_CODE(podsix_value_get_bytes(value, &bytes, &len), 0);
    CHECK_CODE(podsix_value_get_ext_type(value, &type), 0);
    if (type == 1) {
        words_add(words, "n%.*s", (int)len, (const char *)bytes);
    } else {
        words_add(words, "x%" PRId32 ":", type);
        words_hex(words, bytes, len);
    }
}

static inline void words_container(Words *words, const podsix_value *value)
{
    int map = podsix_value_type(value) == PODSIX_TYPE_MAP, tuple = podsix_value_is_tuple(value);
    podsix_iter iter = { 0 };
    const podsix_value *key, *item;
    words_add(words, map ? "{" : tuple ? "(" : "[");
    while (podsix_value_next(value, &iter, &key, &item) > 0) {
        if (map) {
            words_add(words, " ");
            words_value(words, key);
        }
        words_add(words, " ");
        words_value(words, item);
    }
    words_add(words, map ? " }" : tuple ? " )" : " ]");
}

static inline void words_value(Words *words, const podsix_value *value)
{
    const char *text;
    const uint8_t *bytes;
    size_t len;
    int32_t truth;
    int64_t integer;
    uint64_t larger;
    double real;
    switch (podsix_value_type(value)) {
    case PODSIX_TYPE_NONE:
        words_add(words, "-");
        break;
    case PODSIX_TYPE_NIL:
        words_add(words, "nil");
        break;
    case PODSIX_TYPE_BOOL:
        CHECK_CODE(podsix_value_read_bool(value, &truth), 0);
        words_add(words, truth ? "true" : "false");
        break;
    case PODSIX_TYPE_INT:
        CHECK_CODE(podsix_value_read_int(value, &integer), 0);
        words_add(words, "i%" PRId64, integer);
        break;
    case PODSIX_TYPE_UINT:
        CHECK_CODE(podsix_value_read_uint(value, &larger), 0);
        words_add(words, "u%" PRIu64, larger);
        break;
    case PODSIX_TYPE_DOUBLE:
        CHECK_CODE(podsix_value_read_double(value, &real), 0);
        memcpy(&larger, &real, sizeof larger);
        words_add(words, "d%016" PRIx64, larger);
        break;
    case PODSIX_TYPE_STRING:
        CHECK_CODE(podsix_value_get_string(value, &text, &len), 0);
        words_quote(words, text, len);
        break;
    case PODSIX_TYPE_BYTES:
        CHECK_CODE(podsix_value_get_bytes(value, &bytes, &len), 0);
        words_add(words, "b");
        words_hex(words, bytes, len);
        break;
    case PODSIX_TYPE_EXTENSION:
        words_extension(words, value);
        break;
    default:
        words_container(words, value);
    }
}

/* Takes the next word, and the space behind it. */
static inline void take_word(const char **words, char *word, size_t cap)
{
    size_t len = strcspn(*words, " ");
    CHECK(len < cap);
    memcpy(word, *words, len);
    word[len] = '\0';
    *words += len + ((*words)[len] == ' ');
}

/* Takes a quoted text; returns its length. */
static inline size_t take_text(const char **words, char *text, size_t cap)
{
    const char *at = *words;
    size_t len = 0;
    CHECK(*at == '"');
    for (at++; *at != '"'; at++) {
        CHECK(*at != '\0' && len < cap);
        if (at[0] == '\\' && at[1] == 'u') {
            unsigned code;
            CHECK_INT(sscanf(at + 2, "%4x", &code), 1);
            text[len++] = (char)code;
            at += 5;
        } else {
            at += *at == '\\';
            text[len++] = *at;
        }
    }
    *words = at + 1 + (at[1] == ' ');
    return len;
}

/* Takes bytes in hexadecimal digits; returns their number. */
static inline size_t take_hex(const char **words, uint8_t *bytes, size_t cap)
{
    size_t len = 0;
    unsigned byte;
    for (; **words != ' ' && **words != '\0'; *words += 2) {
        CHECK(len < cap);
        CHECK_INT(sscanf(*words, "%2x", &byte), 1);
        bytes[len++] = (uint8_t)byte;
    }
    *words += **words == ' ';
    return len;
}

static inline void build_value(podsix_message *message, const char **words);

/* Takes what is in a container, and its end. */
static inline void build_container(podsix_message *message, const char **words, char end)
{
    char word[64], text[256];
    while (**words != end) {
        if (end == '}' && **words == '"') {
            size_t len = take_text(words, text, sizeof text);
            podsix_message_set_key(message, text, len);
        } else if (end == '}') {
            take_word(words, word, sizeof word);
            podsix_message_set_key_int(message, strtoll(word + 1, NULL, 10));
        }
        build_value(message, words);
    }
    take_word(words, word, sizeof word);
    podsix_message_close(message);
}

/* Takes a value, and adds it to a message. */
static inline void build_value(podsix_message *message, const char **words)
{
    char text[256], word[64];
    uint8_t bytes[256];
    uint64_t bits;
    double real;
    size_t len;
    if (**words == '"') {
        len = take_text(words, text, sizeof text);
        podsix_message_add_string(message, NULL, text, len);
        return;
    }
    if (**words == 'b') {
        ++*words;
        len = take_hex(words, bytes, sizeof bytes);
        podsix_message_add_bytes(message, NULL, bytes, len);
        return;
    }
    if (**words == 'x') {
        int32_t type = (int32_t)strtol(*words + 1, NULL, 10);
        *words = strchr(*words, ':') + 1;
        len = take_hex(words, bytes, sizeof bytes);
        podsix_message_add_ext(message, NULL, type, bytes, len);
        return;
    }
    take_word(words, word, sizeof word);
    switch (word[0]) {
    case 'n':
        if (strcmp(word, "nil") == 0)
            podsix_message_add_nil(message, NULL);
        else
            podsix_message_add_big_int(message, NULL, word + 1, PODSIX_NUL);
        break;
    case 'i':
        podsix_message_add_int(message, NULL, strtoll(word + 1, NULL, 10));
        break;
    case 'u':
        podsix_message_add_uint(message, NULL, strtoull(word + 1, NULL, 10));
        break;
    case 'd':
        bits = strtoull(word + 1, NULL, 16);
        memcpy(&real, &bits, sizeof real);
        podsix_message_add_double(message, NULL, real);
        break;
    case '[':
        podsix_message_open_list(message, NULL);
        build_container(message, words, ']');
        break;
    case '(':
        podsix_message_open_tuple(message, NULL);
        build_container(message, words, ')');
        break;
    case '{':
        podsix_message_open_map(message, NULL);
        build_container(message, words, '}');
        break;
    default:
        CHECK(strcmp(word, "true") == 0 || strcmp(word, "false") == 0);
        podsix_message_add_bool(message, NULL, strcmp(word, "true") == 0);
    }
}

#endif
