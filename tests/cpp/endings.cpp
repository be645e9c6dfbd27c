// Destructors of objects of a thread and of the program call as anywhere, and nothing is printed there.
#include "check.hpp"

#include "../c/quiet.h"

#include <thread>

namespace {

/// A host that talks to itself, in both protocols.
struct Both {
    podsix::Host host;
    podsix::PeerId plain = 0, original = 0;
    int opened = 0, received = 0, sent = 0;

    explicit Both(podsix::Mode mode) : host(podsix::Config(mode)) {
        CHECK(host);
        plain = connect("tcp");
        original = connect("podsixnet");
    }
    podsix::PeerId connect(const std::string& scheme) {
        const auto id = CHECK_OK(host.listen(scheme + "://127.0.0.1:0"));
        const auto address = scheme + "://127.0.0.1:" + std::to_string(CHECK_OK(host.listening_port(id)));
        const auto peer = CHECK_OK(host.connect(address));
        wait_for(opened, opened + 2);
        return peer;
    }
    void wait_for(const int& count, int wanted) {
        const Deadline deadline;
        while (count < wanted) {
            podsix_event event;
            const std::int32_t got = podsix_wait(host.get(), 100, &event);
            CHECK(got >= 0 && !deadline.passed());
            opened += got > 0 && event.kind == PODSIX_EVENT_CONNECTED;
            received += got > 0 && event.kind == PODSIX_EVENT_MESSAGE;
        }
    }
    void everything() {
        podsix::Message message;
        message.begin("many");
        for (int i = 0; i < 40; ++i)
            message.set("key" + std::to_string(i), i);
        CHECK_OK(host.send(plain, message));
        CHECK_OK(host.send(original, message));
        message.from_json("{\"action\":\"\\u0041\",\"a\":[1,2.5]}");
        CHECK_TEXT(message.value().json(), "{\"action\":\"A\",\"a\":[1,2.5]}");
        CHECK_OK(host.broadcast(message));
        CHECK_OK(host.send(original, {{"action", "last"}}));
        sent += 7; // the broadcast goes four ways: both ends of both connections are here
    }
};

/// What a game might keep where it ends by itself.
struct Keeper {
    Both* both;
    ~Keeper() {
        if (both != nullptr)
            both->everything();
    }
};
thread_local Keeper of_thread{nullptr};

struct Game {
    Both inlined{podsix::Mode::inlined}, threaded{podsix::Mode::threaded};
    ~Game() {
        for (Both* both : {&inlined, &threaded}) {
            both->everything();
            both->wait_for(both->received, both->sent);
        }
        podsix::Host another;
        CHECK(another && another.listen("127.0.0.1:0"));
        std::puts("endings: objects of threads and of the program call until their end");
    }
};
struct Global {
    Game* game = nullptr;
    ~Global() { delete game; }
} global;

} // namespace

int main() {
    quietly();
    global.game = new Game;
    for (Both* both : {&global.game->inlined, &global.game->threaded}) {
        // Before the library has anything for this thread, which is then gone first, and after it.
        std::thread([&] { of_thread.both = both, both->everything(); }).join();
        std::thread([&] { both->everything(), of_thread.both = both; }).join();
        std::thread([&] { of_thread.both = both; }).join();
    }
    of_thread.both = &global.game->inlined;
    global.game->inlined.everything();
}
