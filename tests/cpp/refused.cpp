// What would do something else than it seems to does not compile, and the compiler says why. scripts/test-cpp
// compiles it with each CASE, and without any.
#include <podsix.hpp>

#include <filesystem>

enum Colour { red, green };
struct Close {
    void operator()(int*) const {}
    void heard(const podsix::Event&) {}
};

void refused(podsix::Host& host, podsix::Listener& game, podsix::Value value);

void refused(podsix::Host& host, podsix::Listener& game, podsix::Value value) {
    const std::string name = "ada";
#if CASE == 1 // a message is a map, with braces around all and around each entry
    host.broadcast({"action", "x"}).or_throw();
#elif CASE == 2 // a message is a map, with braces around all and around each entry
    host.send(1, {"action", name}).or_throw();
#elif CASE == 3 // a message is a map, with braces around all and around each entry
    host.connect("localhost", {"name", "ada"}).or_throw();
#elif CASE == 4 // a message is a map, with braces around all and around each entry
    host.broadcast({"action", "move", {"x", 3}}, 1).or_throw();
#elif CASE == 5 // podsix calls this with a const reference
    game.on("x", [](podsix::Event) {});
#elif CASE == 6 // podsix calls this with a const reference
    game.on("x", [](podsix::Event&) {});
#elif CASE == 7 // podsix takes texts as UTF-8
    host.broadcast({{"action", "say"}, {"text", std::wstring(L"ada")}}).or_throw();
#elif CASE == 8 // podsix takes texts as UTF-8
    host.broadcast({{"action", "say"}, {"text", std::vector<char>{'a'}}}).or_throw();
#elif CASE == 9 // podsix takes texts as UTF-8
    host.broadcast({{"action", "say"}, {"text", L'a'}}).or_throw();
#elif CASE == 10 // podsix reads an enum whose numbers have a type
    static_cast<void>(value.read<Colour>());
#elif CASE == 11 // podsix cannot write this type: convert it
    host.broadcast({{"action", "say"}, {"text", std::filesystem::path("ada")}}).or_throw();
#elif CASE == 12 // podsix cannot write this type
    host.broadcast({{"action", "say"}, {"text", &host}}).or_throw();
#elif CASE == 13 // podsix cannot read this type
    static_cast<void>(value.read<podsix::Host>());
#elif CASE == 14 // deleted function
    podsix::Map named{{"action", "x"}};
    host.broadcast(named).or_throw();
#elif CASE == 15 // deleted function
    podsix::List named{1, 2};
    host.broadcast({{"action", "x"}, {"list", named}}).or_throw();
#elif CASE == 16 // podsix reads a unique_ptr only if it deletes by delete
    static_cast<void>(value.read<std::unique_ptr<int, Close>>());
#elif CASE == 17 // podsix has no object for this member
    game.on("x", &Close::heard);
#elif CASE == 18 // in ask const podsix::Answer&
    host.ask(1, {{"action", "x"}}, [](const podsix::Event&) {}).or_throw();
#elif CASE == 19 // operator[]
    static_cast<void>(value['x'].exists());
#else
    host.broadcast({{"action", "x"}, {"colour", green}, {"list", {"action", "x"}}}).or_throw();
    host.broadcast(podsix::List{"action", name}).or_throw();
    game.on("x", [](const podsix::Event&) {});
    static_cast<void>(value.read<std::string>());
#endif
}
