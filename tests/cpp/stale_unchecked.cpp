// A file of stale.cpp's program that is compiled as releases are. The linker must not mix up the two.
#ifndef NDEBUG
#define NDEBUG
#endif
#include "stale.hpp"

static_assert(sizeof(podsix::Value) == sizeof(void*) && std::is_trivially_copyable_v<podsix::Value>);

namespace unchecked {

std::int64_t pump(podsix::Host& host) {
    std::int64_t x = 0;
    podsix::Listener game(host);
    game.on("x", [&](const podsix::Event& event) {
        const auto [value, list] = event.message().fields("x", "list");
        for (const podsix::Value item : list)
            x += item.as_int() + value.as_int();
    });
    while (x == 0 && host.pump(100)) {
    }
    return x;
}

std::int64_t x_of(const podsix::Event& event) {
    std::int64_t sum = event["x"] == 4 ? event["x"].as_int() : 0;
    for (const auto [key, value] : event.message().entries())
        sum += key == "list" ? value[0].as_int() : 0;
    return sum + event["list"].read_or(std::vector<int>()).at(1);
}

podsix::Host host() { return podsix::Host(podsix::Config(podsix::Mode::inlined)); }

void set_codec(podsix::Host& host) {
    (void)host.set_codec(
        [](podsix::Value value, std::vector<std::uint8_t>& payload) {
            payload.assign(1, static_cast<std::uint8_t>(value["x"].as_int()));
            return true;
        },
        [](podsix::Bytes payload, podsix::Message& message) {
            message.clear().add({{"action", "x"}, {"x", *payload.begin()}});
            return payload.size == 1;
        });
}

} // namespace unchecked
