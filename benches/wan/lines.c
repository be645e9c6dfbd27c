/*
 * What a game sees of a bad line, over the network of wan.c; scripts/bench-wan runs it.
 *
 *   lines server behind|gone|flood ADDRESS SECONDS [threaded|inline]
 *   lines client behind|gone|flood ADDRESS SECONDS [threaded|inline]
 *
 * behind: a server streams a level of chunks of 8 KiB, politely: none while 32 KiB of its own wait; 20 times a second
 * it says something small, and the client tells how late that is.
 * gone: both ends say something 20 times a second; the client tells the longest silence between two messages.
 * flood: the server sends chunks of 8 KiB whenever they are taken; the client tells how much arrives.
 *
 * In inline mode the server is a game at 60 Hz. The client prints one line of JSON; a connection that ends is
 * told there too.
 */
#define _GNU_SOURCE
#include <podsix.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { CHUNK = 8 << 10, POLITE = 32 << 10, MOST = 1 << 16 };

static podsix_host *host;
static podsix_message *message;
static uint64_t peer;
static char ended[256];
static int64_t late[MOST], at, bulk, waited, looks, most_waiting;
static long count;
static uint8_t chunk[CHUNK];

static int64_t now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Takes what there is, waiting for at most so many milliseconds. */
static void take(uint32_t ms)
{
    podsix_event event;
    int more = ms ? podsix_wait(host, ms, &event) : podsix_poll(host, &event);
    for (; more > 0; more = podsix_poll(host, &event)) {
        int64_t said = podsix_value_as_int(event.message, 0), t = now();
        switch (event.kind) {
        case PODSIX_EVENT_CONNECTED:
            peer = event.peer;
            at = t;
            break;
        case PODSIX_EVENT_MESSAGE:
            if (said == 0) bulk += CHUNK;
            else if (count < MOST) late[count++] = t - said;
            at = t;
            break;
        case PODSIX_EVENT_DISCONNECTED:
        case PODSIX_EVENT_ERROR:
            snprintf(ended, sizeof ended, "%.*s", (int)event.text_len, event.text);
            break;
        }
    }
}

static int send_small(void)
{
    podsix_message_clear(message);
    podsix_message_add_int(message, NULL, now());
    return podsix_send(host, peer, message, 0);
}

static int send_chunk(void)
{
    podsix_message_clear(message);
    podsix_message_add_bytes(message, NULL, chunk, sizeof chunk);
    return podsix_send(host, peer, message, 0);
}

static int64_t waiting(void)
{
    podsix_peer_stats stats = { 0 };
    podsix_peer_copy_stats(host, peer, &stats, sizeof stats);
    return (int64_t)stats.bytes_waiting;
}

int main(int argc, char **argv)
{
    if (argc < 5) return 2;
    int server = argv[1][0] == 's', streams = argv[2][0] != 'g', flood = argv[2][0] == 'f';
    int is_inline = argc > 5 && argv[5][0] == 'i';
    char error[256];
    podsix_config config;
    podsix_config_init(&config, sizeof config);
    if (is_inline) config.mode = PODSIX_MODE_INLINE;
    if (podsix_host_new(&config, &host, error, sizeof error) < 0) return fprintf(stderr, "%s\n", error), 1;
    message = podsix_message_new();
    int result = server ? podsix_listen(host, argv[3], PODSIX_NUL, 0, NULL)
                        : podsix_connect(host, argv[3], PODSIX_NUL, NULL, 0, &peer);
    if (result < 0) return podsix_host_copy_error(host, error, sizeof error), fprintf(stderr, "%s\n", error), 1;
    if (server) puts("READY"), fflush(stdout);
    for (int64_t end = now() + 20000000000; !at && !*ended && now() < end;) take(5);
    if (!at) return fprintf(stderr, "no connection: %s\n", ended), 1;

    int64_t start = now(), end = start + (int64_t)(atof(argv[4]) * 1e9), say = start, heard = start, gap = 0, frame = start;
    while (now() < end && !*ended) {
        if (server && is_inline) {
            struct timespec due = { (frame += 16666667) / 1000000000, frame % 1000000000 };
            clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL);
            take(0);
        } else take(1);
        /* From the second second on: the line has been measured, and outages come later. */
        if (!server && now() < start + 2000000000) count = 0, bulk = 0;
        if (at > heard) {
            if (at - heard > gap) gap = at - heard;
            heard = at;
        }
        if (server && streams)
            while (flood ? send_chunk() >= 0 : waiting() < POLITE && send_chunk() >= 0) {}
        if (!flood && (server || !streams) && now() >= say) {
            if (server && streams) {
                int64_t w = waiting();
                waited += w, looks++;
                if (w > most_waiting) most_waiting = w;
            }
            send_small();
            say += 50000000;
        }
    }
    if (server) {
        if (streams && !flood && looks)
            fprintf(stderr, "{\"bytes_waiting_mean\":%lld,\"bytes_waiting_most\":%lld}\n", (long long)(waited / looks), (long long)most_waiting);
        for (int64_t t = now() + 1000000000; !*ended && now() < t;) take(5);
        podsix_host_free(host);
        return 0;
    }
    double seconds = (double)(now() - start) / 1e9 - 2;
    qsort(late, (size_t)count, sizeof *late, compare);
    printf("{\"what\":\"%s\"", argv[2]);
    if (streams) printf(",\"bulk_kB_per_s\":%.0f", (double)bulk / 1000 / seconds);
    if (count && !flood) printf(",\"small\":%ld,\"late_ms_p50\":%.0f,\"late_ms_p95\":%.0f,\"late_ms_max\":%.0f", count,
           (double)late[count / 2] / 1e6, (double)late[count * 95 / 100] / 1e6, (double)late[count - 1] / 1e6);
    printf(",\"longest_silence_s\":%.2f,\"ended\":\"%s\"}\n", (double)gap / 1e9, ended);
    podsix_host_free(host);
    return 0;
}
