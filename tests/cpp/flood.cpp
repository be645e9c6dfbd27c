// flood.c in C++; with BUILT defined, messages are built by a Message instead of braces.
#include <podsix.hpp>

#include <cstdio>
#include <cstdlib>

int main(int argc, char** argv) {
    constexpr int burst = 100;
    const long wanted = argc > 1 ? std::atol(argv[1]) : 1000000;
    long messages = 0;
    double sum = 0;
    podsix::Host host{podsix::Config(podsix::Mode::inlined)};
    podsix::Listener game(host);
    const auto listening = host.listen("127.0.0.1:0");
    const auto peer = host.connect(*host.listening_address(*listening));
    if (!peer)
        return 1;
    game.on("move", [&](const podsix::Event& event) {
        const auto [id, x, y, t] = event.message().fields("id", "x", "y", "t");
        sum += static_cast<double>(id.as_uint()) + x.as_double() + y.as_double() +
               static_cast<double>(t.as_uint());
        ++messages;
    });
    for (std::size_t connected = 0; connected < 2;)
        connected += *host.pump(1000);
    podsix::Message message;
    for (long sent = 0; sent < wanted;) {
        for (int i = 0; i < burst; ++i, ++sent) {
            const auto id = static_cast<unsigned>(sent % 1000);
            const auto x = static_cast<double>(sent) * 0.5;
            const auto t = static_cast<unsigned long>(sent);
#ifdef BUILT
            message.begin("move").set("id", id).set("x", x).set("y", 20.25).set("t", t);
            const auto result = host.send(*peer, message);
#else
            const auto result = host.send(
                *peer, {{"action", "move"}, {"id", id}, {"x", x}, {"y", 20.25}, {"t", t}});
#endif
            if (!result)
                return 1;
        }
        while (messages < sent)
            if (!host.pump())
                return 1;
    }
    std::printf("%ld messages, %.2f\n", messages, sum);
}
