/* The program's signals are its own: no thread of the library runs a handler, and the masks of the program's
 * threads stay as they were. */
#include "check.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>
#ifdef __linux__
#include <dirent.h>
#endif

static pthread_t game;
static volatile sig_atomic_t here, elsewhere;

static void handle(int number)
{
    (void)number;
    if (pthread_equal(pthread_self(), game))
        here = 1;
    else
        elsewhere = 1;
}

#ifdef __linux__
/* How many threads of this name block all signals that they should, and no other. */
static int threads_that_block_all(const char *name)
{
    int found = 0;
    DIR *tasks = opendir("/proc/self/task");
    CHECK(tasks != NULL);
    for (struct dirent *task; (task = readdir(tasks)) != NULL;) {
        char path[300], line[256];
        int ours = 0, as_they_should = 1;
        snprintf(path, sizeof path, "/proc/self/task/%s/status", task->d_name);
        FILE *status = fopen(path, "r");
        if (status == NULL)
            continue;
        while (fgets(line, sizeof line, status) != NULL) {
            unsigned long long blocked = 0;
            if (strncmp(line, "Name:\t", 6) == 0)
                ours = strncmp(line + 6, name, strlen(name)) == 0;
            if (ours && sscanf(line, "SigBlk: %llx", &blocked) == 1) {
                for (int number = 1; number < 32; number++) {
                    int own = number == SIGSEGV || number == SIGBUS || number == SIGFPE ||
                              number == SIGILL || number == SIGTRAP;
                    int never = number == SIGKILL || number == SIGSTOP;
                    if (!never)
                        as_they_should &= (int)(blocked >> (number - 1) & 1) == !own;
                }
                found += as_they_should;
            }
        }
        fclose(status);
    }
    closedir(tasks);
    return found;
}
#endif

static void no_handler_runs_in_the_library(uint32_t mode, int rounds)
{
    sigset_t usr1, before, after;
    podsix_host *host;
    podsix_event event;
    char address[64];
    uint64_t peer = 0;
    here = elsewhere = 0;

    CHECK(pthread_sigmask(SIG_SETMASK, NULL, &before) == 0);
    host = new_host(mode);
    listen_local(host, 0, address, sizeof address);
    CHECK_CODE(podsix_connect(host, address, PODSIX_NUL, NULL, 0, &peer), 0);
    WAIT_FOR(host, PODSIX_EVENT_CONNECTED, &event);
    WAIT_FOR(host, PODSIX_EVENT_CONNECTED, &event);
#ifdef __linux__
    /* Under valgrind a thread's mask is the tool's own for moments. One that is wrong does not become right. */
    for (double deadline = now_ms() + CHECK_PATIENCE_MS;
         threads_that_block_all("podsix\n") != (mode == PODSIX_MODE_THREADED);)
        CHECK(now_ms() < deadline);
#endif
    /* After the library's threads have begun, which would have inherited this. */
    sigemptyset(&usr1);
    sigaddset(&usr1, SIGUSR1);
    CHECK(pthread_sigmask(SIG_BLOCK, &usr1, NULL) == 0);
    for (int i = 0; i < rounds; i++) {
        CHECK(kill(getpid(), SIGUSR1) == 0);
        CHECK_CODE(podsix_send_json(host, peer, "1", PODSIX_NUL, 0), 0);
        if (i % 50 == 0) {
            /* A thread that looks a name up, in inline mode begun by this one, here without the mask. */
            CHECK(pthread_sigmask(SIG_UNBLOCK, &usr1, NULL) == 0);
            here = 0;
            CHECK_CODE(podsix_connect(host, "tcp://localhost:9", PODSIX_NUL, NULL, 0, NULL), 0);
            CHECK(pthread_sigmask(SIG_BLOCK, &usr1, NULL) == 0);
        }
        while (podsix_poll(host, &event) > 0)
            ;
    }
    CHECK(!elsewhere);
    here = 0;
    CHECK(kill(getpid(), SIGUSR1) == 0);
    CHECK(!here && !elsewhere);
    CHECK(pthread_sigmask(SIG_UNBLOCK, &usr1, NULL) == 0);
    CHECK(here && !elsewhere);

    podsix_host_free(host);
    CHECK(pthread_sigmask(SIG_SETMASK, NULL, &after) == 0);
    for (int number = 1; number < 32; number++)
        CHECK_INT(sigismember(&after, number), sigismember(&before, number));
}

int main(int argc, char **argv)
{
    struct sigaction action;
    int rounds = 1000 * percent(argc, argv) / 100;
    memset(&action, 0, sizeof action);
    action.sa_handler = handle;
    CHECK(sigaction(SIGUSR1, &action, NULL) == 0);
    game = pthread_self();
    /* In this order: a thread that is joined is seen for a moment longer, and blocks everything by then. */
    no_handler_runs_in_the_library(PODSIX_MODE_INLINE, rounds);
    no_handler_runs_in_the_library(PODSIX_MODE_THREADED, rounds);
    puts("signals: they reach the program's own threads alone");
    return 0;
}
