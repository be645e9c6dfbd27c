// A game that is a static object says goodbye in its destructor, however its program ends: what the wrapper
// keeps for the thread is gone by then.
#include "check.hpp"

#include <thread>
#ifndef _WIN32
#include <sys/wait.h>
#include <unistd.h>
#endif

namespace {

/// The host of a game that is connected to itself, for all of the program.
class Game {
public:
    static Game& get() {
        static Game game;
        return game;
    }
    Game(const Game&) = delete;
    ~Game() {
        for (int i = 0; i < 3; ++i) {
            CHECK_OK(host.broadcast({{"action", "bye"}, {"i", i}}));
            CHECK_OK(host.send(peer, "bye"));
        }
        CHECK_OK(host.flush(60000));
        CHECK(CHECK_OK(host.peer_stats(peer)).messages_out >= 6);
    }

    podsix::Host host;
    podsix::PeerId peer = 0;
    podsix::Listener listener{host};

private:
    Game() {
        const auto id = CHECK_OK(host.listen("127.0.0.1:0"));
        peer = CHECK_OK(host.connect(CHECK_OK(host.listening_address(id))));
        int opened = 0;
        podsix::Listener opening(host);
        opening.on_connected([&] { ++opened; });
        until(
            "both ends are connected", [&] { return opened == 2; }, host);
    }
};

struct Exits {};
void podsix_write(podsix::Message& message, const Exits&) {
    message.add(1);
    std::exit(0);
}

struct OfThread {
    ~OfThread() { CHECK_OK(Game::get().host.broadcast({{"action", "bye"}})); }
};

const char* const ways[] = {
    "main returns, and has sent",
    "main returns, and has sent nothing",
    "exit in a callable",
    "exit while a message is written",
    "exit in another thread",
    "objects of threads say it too",
    "what is called at exit says it too",
};

void end(const std::string& way) {
    Game& game = Game::get();
    if (way == ways[0])
        CHECK_OK(game.host.send(game.peer, {{"action", "first"}}));
    if (way == ways[2]) {
        game.listener.on("end", [] { std::exit(0); });
        CHECK_OK(game.host.send(game.peer, {{"action", "end"}}));
        until(
            "the program has ended", [] { return false; }, game.host);
    }
    if (way == ways[3])
        CHECK_OK(game.host.send(game.peer, {{"action", "last"}, {"exits", Exits{}}}));
    if (way == ways[4])
        std::thread([&] {
            CHECK_OK(game.host.send(game.peer, {{"action", "first"}}));
            std::exit(0);
        }).join();
    if (way == ways[6])
        CHECK(std::atexit([] { CHECK_OK(Game::get().host.broadcast({{"action", "bye"}})); }) == 0);
    if (way == ways[5]) {
        const auto both = [&] {
            static thread_local OfThread before;
            (void)before;
            CHECK_OK(game.host.send(game.peer, {{"action", "first"}}));
        };
        std::thread(both).join();
        both();
    }
}

constexpr int in_the_process = -77;

/// Starts a process that ends in this way. How it ended, 0 is well; or in_the_process, where it has been forked.
int run([[maybe_unused]] const char* program, [[maybe_unused]] const std::string& way) {
#ifdef _WIN32
    // The program again. The shell takes the outer quotes off.
    return std::system(("\"\"" + std::string(program) + "\" \"" + way + "\"\"").c_str());
#else
    const pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0)
        return in_the_process;
    int status = 0;
    CHECK(waitpid(child, &status, 0) == child);
    return status;
#endif
}

} // namespace

int main(int argc, char** argv) {
    if (argc > 1) {
        end(argv[1]);
        return 0;
    }
    for (const std::string way : ways) {
        const int status = run(argv[0], way);
        if (status == in_the_process) {
            end(way);
            return 0;
        }
        if (status != 0) {
            std::fprintf(stderr, "%s: ended with %d\n", way.c_str(), status);
            return 1;
        }
    }
    std::puts("statics: a static game says goodbye, however its program ends");
}
