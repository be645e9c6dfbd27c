// podsix as an installed library in C++: a host that sends itself a message.
#include <podsix.hpp>

#include <iostream>

int main() {
    podsix::Host host;
    host.or_throw();
    const auto address = host.listening_address(host.listen("127.0.0.1:0").or_throw()).or_throw();
    const podsix::PeerId peer = host.connect(address).or_throw();
    std::int64_t x = 0;
    podsix::Listener game(host);
    game.on("move", [&](const podsix::Event& event) { x = event["x"].as_int(); });
    host.send(peer, {{"action", "move"}, {"x", 3}}).or_throw();
    while (x == 0)
        host.pump(10000).or_throw();
    std::cout << podsix::version_text() << " says " << x << '\n';
}
