/* replay: sends recorded game messages to another process, which sends each back as it came, and
 * checks that nothing was changed on the way.
 *
 *     replay FILE          a file with one JSON message per line
 *
 * Leaves with 0 if every message came back equal.
 */
#define _POSIX_C_SOURCE 200809L /* for popen, where that is POSIX's */

#include <podsix.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How a shell starts this program again; Windows' takes the outer quotes off. */
#ifdef _WIN32
#define SERVER_COMMAND "\"\"%s\" --serve\""
#define popen _popen
#define pclose _pclose
#else
#define SERVER_COMMAND "\"%s\" --serve"
#endif

enum { WAIT_MS = 10000, MAX_LINE = 64 * 1024, MAX_SHOWN = 200 };

/* Every call that can fail says why: a code, and words for the developer. */
static void check(const podsix_host *host, int32_t result, const char *what)
{
    if (result >= 0)
        return;
    char why[256] = "";
    podsix_host_copy_error(host, why, sizeof why);
    fprintf(stderr, "replay: %s: %s (%s)\n", what, why, podsix_error_name(result));
    exit(1);
}

/* A line of the file as a terminal should get it: anybody may have recorded it. */
static const char *shown(const char *line)
{
    static char text[4 * MAX_SHOWN + 1];
    podsix_text_copy_printable(line, strcspn(line, "\n"), MAX_SHOWN, text, sizeof text);
    return text;
}

static podsix_host *new_host(void)
{
    podsix_host *host;
    char why[256];
    if (podsix_host_new(NULL, &host, why, sizeof why) < 0) {
        fprintf(stderr, "replay: %s\n", why);
        exit(1);
    }
    return host;
}

/* The next event; `ev` is good until the next call. */
static void next(podsix_host *host, podsix_event *ev)
{
    int32_t got = podsix_wait(host, WAIT_MS, ev);
    if (got == 0) /* the end of a batch; the next call waits for the next one */
        got = podsix_wait(host, WAIT_MS, ev);
    if (got == 0) {
        fprintf(stderr, "replay: nothing happened for %d ms\n", WAIT_MS);
        exit(1);
    }
    check(host, got, "wait");
}

/* The server's process: prints its address, and answers until its client leaves. */
static void serve(void)
{
    podsix_host *host = new_host();
    podsix_message *answer = podsix_message_new();
    podsix_event ev;
    uint32_t listener;
    char address[64];
    check(host, podsix_listen(host, "127.0.0.1:0", PODSIX_NUL, 0, &listener), "listen");
    podsix_listener_copy_address(host, listener, address, sizeof address);
    puts(address);
    fflush(stdout);
    for (next(host, &ev); ev.kind != PODSIX_EVENT_DISCONNECTED; next(host, &ev)) {
        if (ev.kind != PODSIX_EVENT_MESSAGE)
            continue;
        podsix_message_clear(answer);
        podsix_message_add_value(answer, NULL, ev.message);
        check(host, podsix_send(host, ev.peer, answer, 0), "answer");
    }
    podsix_message_free(answer);
    podsix_host_free(host);
}

/* The client's process: one message out, the same one back, for every line. */
static int replay(FILE *file, const char *address)
{
    static char line[MAX_LINE];
    podsix_host *host = new_host();
    podsix_message *message = podsix_message_new();
    podsix_event ev;
    uint64_t server;
    int lines = 0, equal = 0;
    check(host, podsix_connect(host, address, PODSIX_NUL, NULL, 0, &server), "connect");
    next(host, &ev);
    if (ev.kind != PODSIX_EVENT_CONNECTED) {
        fprintf(stderr, "replay: %.*s\n", (int)ev.text_len, ev.text);
        exit(1);
    }
    while (fgets(line, sizeof line, file) != NULL) {
        const uint8_t *sent, *back;
        size_t sent_len, back_len;
        lines++;
        podsix_message_from_json(message, line, PODSIX_NUL);
        check(host, podsix_send(host, server, message, 0), shown(line));
        next(host, &ev);
        if (ev.kind != PODSIX_EVENT_MESSAGE) {
            fprintf(stderr, "replay: %s\n", podsix_event_name(ev.kind));
            exit(1);
        }
        /* Messages are the same if their MessagePack is, byte for byte. */
        check(host, podsix_message_get_span(message, &sent, &sent_len), "message");
        check(host, podsix_value_get_span(ev.message, &back, &back_len), "answer");
        if (back_len == sent_len && memcmp(back, sent, sent_len) == 0)
            equal++;
        else
            printf("changed on the way: %s\n", shown(line));
    }
    printf("%d of %d recorded game messages came back equal\n", equal, lines);
    podsix_message_free(message);
    podsix_host_free(host);
    return lines > 0 && equal == lines ? 0 : 1;
}

int main(int argc, char **argv)
{
    char command[1024], address[64] = "";
    if (argc == 2 && strcmp(argv[1], "--serve") == 0) {
        serve();
        return 0;
    }
    FILE *file = argc == 2 ? fopen(argv[1], "r") : NULL;
    if (file == NULL) {
        fprintf(stderr, "usage: replay FILE, with one JSON message per line\n");
        return 2;
    }
    snprintf(command, sizeof command, SERVER_COMMAND, argv[0]);
    FILE *server = popen(command, "r");
    if (server == NULL || fgets(address, sizeof address, server) == NULL) {
        fprintf(stderr, "replay: the server did not start: %s\n", command);
        return 1;
    }
    address[strcspn(address, "\r\n")] = 0;
    int result = replay(file, address);
    fclose(file);
    return pclose(server) == 0 ? result : 1;
}
