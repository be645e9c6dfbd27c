// Where assert is at work, a Value that is used after its event stops the program and says why; also beside
// files of the same program where it is not (stale_unchecked.cpp).
#undef NDEBUG
#include "check.hpp"
#include "stale.hpp"

#include <sys/wait.h>
#include <unistd.h>

namespace {

/// A host that is connected to itself.
struct Game {
    podsix::Host host;
    podsix::Listener listener{host};
    podsix::PeerId peer = 0;
    int came = 0;

    explicit Game(podsix::Host made = podsix::Host(podsix::Config(podsix::Mode::inlined)))
        : host(std::move(made)) {
        const auto id = CHECK_OK(host.listen("127.0.0.1:0"));
        peer = CHECK_OK(host.connect(CHECK_OK(host.listening_address(id))));
        listener.on(podsix::EventKind::message, [this] { ++came; });
    }
    void send_and_pump(const podsix::Sendable& data) {
        const int before = came;
        CHECK_OK(host.send(peer, data));
        until(
            "it has come", [&] { return came > before; }, host);
    }
};

/// What a child says that does something.
template <class Do> std::string said(Do what) {
    int words[2];
    CHECK(pipe(words) == 0);
    const pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        CHECK(dup2(words[1], 2) == 2);
        what();
        _exit(0);
    }
    CHECK(close(words[1]) == 0);
    std::string all;
    char part[512];
    for (ssize_t len; (len = read(words[0], part, sizeof part)) > 0;)
        all.append(part, static_cast<std::size_t>(len));
    int status = 0;
    CHECK(close(words[0]) == 0 && waitpid(child, &status, 0) == child);
    CHECK(all.empty() == (WIFEXITED(status) && WEXITSTATUS(status) == 0));
    return all;
}

/// Keeps what `keep` gives of an event, and uses it when the event is over.
template <class Keep, class Use> void stops(const char* what, Keep keep, Use use) {
    const std::string all = said([&] {
        Game game;
        podsix::Value kept;
        podsix::Host other{podsix::Config(podsix::Mode::inlined)};
        podsix::Listener keeping(game.host);
        keeping.on("keep", [&](const podsix::Event& event) {
            kept = keep(event);
            CHECK_OK(other.pump()); // another host's events are another matter
            use(game, kept);        // here it may be used
        });
        game.send_and_pump({{"action", "keep"}, {"list", {{{"x", 1}}}}});
        use(game, kept);
    });
    if (all.find("a Value was used after its event") == std::string::npos) {
        std::fprintf(stderr, "%s: the program says '%s'\n", what, all.c_str());
        std::exit(1);
    }
}

podsix::Value element(const podsix::Event& event) { return event["list"][0]; }

void every_use() {
    const auto by_field = [](const podsix::Event& event) {
        return event.message().fields("action", "list")[1];
    };
    const auto by_entry = [](const podsix::Event& event) {
        for (const auto [key, value] : event.message().entries())
            if (key == "list")
                return value;
        return podsix::Value();
    };
    const auto by_loop = [](const podsix::Event& event) {
        for (const podsix::Value value : event.message())
            return value;
        return podsix::Value();
    };
    const auto look = [](Game&, podsix::Value kept) { CHECK(kept.exists()); };
    stops("the message", [](const podsix::Event& event) { return event.message(); }, look);
    stops("of fields", by_field, look);
    stops("of entries", by_entry, look);
    stops("of a loop", by_loop, look);
    stops("read", [](const podsix::Event& event) { return *event["list"].read<podsix::Value>(); }, look);
    stops("a look-up", element, [](Game&, podsix::Value kept) { CHECK(kept["x"].as_int() == 1); });
    stops("comparing", element, [](Game&, podsix::Value kept) { CHECK(kept != "x"); });
    stops("equality", element, [](Game&, podsix::Value kept) { CHECK(kept != podsix::Value()); });
    stops("json", element, [](Game&, podsix::Value kept) { CHECK(!kept.json().empty()); });
    stops("printable", element, [](Game&, podsix::Value kept) { CHECK(!kept.printable(9).empty()); });
    stops("in braces", element, [](Game& game, podsix::Value kept) {
        (void)game.host.send(game.peer, {{"kept", kept}});
    });
    stops("a loop", element, [](Game&, podsix::Value kept) {
        for (const podsix::Value item : kept)
            CHECK(item == 1);
    });
    stops("entries", element, [](Game&, podsix::Value kept) {
        for (const auto [key, item] : kept.entries())
            CHECK(key == "x" && item == 1);
    });
}

/// Events end with the next one, in a loop of the program's own too, and with their host.
void ends_of_events() {
    CHECK(said([] {
              Game game;
              CHECK_OK(game.host.send(game.peer, {{"action", "x"}}));
              podsix::Value kept;
              for (const Deadline deadline; !kept.exists() && !deadline.passed();)
                  for (const podsix::Event& event : game.host.wait(100))
                      if (event.kind() == podsix::EventKind::message)
                          kept = event["action"];
          }).find("a Value was used after its event") != std::string::npos);
    CHECK(said([] {
              podsix::Value kept;
              {
                  Game game;
                  CHECK_OK(game.host.send(game.peer, {{"action", "x"}}));
                  for (const Deadline deadline; kept.get() == nullptr && !deadline.passed();)
                      for (const podsix::Event& event : game.host.wait(100)) {
                          if (event.kind() != podsix::EventKind::message)
                              continue;
                          kept = event["action"];
                          break;
                      }
                  CHECK(kept == "x");
              }
              podsix::Host later; // which counts on where that one's events ended
              (void)kept.exists();
          }).find("a Value was used after its event") != std::string::npos);
    // What was copied lives on.
    Game game;
    podsix::Message kept;
    podsix::Listener keeping(game.host);
    keeping.on("keep", [&](const podsix::Event& event) { kept.clear().add(event["x"]); });
    game.send_and_pump({{"action", "keep"}, {"x", 3}});
    CHECK(kept.value() == 3);
}

/// Files of both kinds in one program give each other events, but no values.
void beside_unchecked_files() {
    Game game;
    CHECK_OK(game.host.send(game.peer, {{"action", "x"}, {"x", 3}, {"list", {1, 2}}}));
    CHECK(unchecked::pump(game.host) == 9);
    std::int64_t there = 0, here = 0;
    game.listener.on("x", [&](const podsix::Event& event) {
        there = unchecked::x_of(event);
        const auto [value, list] = event.message().fields("x", "list");
        for (const podsix::Value item : list)
            here += item.as_int() + value.as_int();
        for (const auto [key, item] : event.message().entries())
            here += key == "list" ? item[0].as_int() : 0;
        here += event["list"].read_or(std::vector<int>()).at(1);
    });
    game.send_and_pump({{"action", "x"}, {"x", 4}, {"list", {10, 20}}});
    CHECK(there == 34 && here == 68);
    CHECK_OK(game.host.send(game.peer, {{"action", "x"}, {"x", 4}, {"list", {10, 20}}}));
    CHECK(unchecked::pump(game.host) == 38); // our callable is called from there
    CHECK(there == 34 && here == 2 * 68);

    // A value that was read here is looked after, wherever its host was made.
    CHECK(said([] {
              Game other(unchecked::host());
              podsix::Value kept;
              other.listener.on("keep", [&](const podsix::Event& event) { kept = event["x"]; });
              other.send_and_pump({{"action", "keep"}, {"x", 3}});
              (void)kept.exists();
          }).find("a Value was used after its event") != std::string::npos);
}

/// Codecs take values, of the kind of the file that set them.
void codecs_of_both() {
    podsix::Host here{podsix::Config(podsix::Mode::inlined)}, there = unchecked::host();
    unchecked::set_codec(there);
    CHECK_OK(here.set_codec(
        [](podsix::Value value, std::vector<std::uint8_t>& payload) {
            const podsix::Value x = value["x"];
            payload.assign(1, static_cast<std::uint8_t>(x.as_int()));
            return true;
        },
        [](podsix::Bytes payload, podsix::Message& message) {
            message.clear().add({{"action", "x"}, {"x", *payload.begin()}});
            return payload.size == 1;
        }));
    const auto id = CHECK_OK(there.listen("podsixnet+custom://127.0.0.1:0"));
    const auto peer = CHECK_OK(here.connect("podsixnet+custom://" + CHECK_OK(there.listening_address(id))));
    std::int64_t sum = 0;
    podsix::Listener ours(here), theirs(there);
    theirs.on("x", [&](const podsix::Event& event) {
        sum += event["x"].as_int();
        CHECK_OK(there.send(event.peer(), {{"x", 30}}));
    });
    ours.on("x", [&](const podsix::Event& event) { sum += event["x"].as_int(); });
    CHECK_OK(here.send(peer, {{"x", 4}}));
    until(
        "both have heard", [&] { return sum == 34; }, here, there);
}

} // namespace

int main() {
    every_use();
    ends_of_events();
    beside_unchecked_files();
    codecs_of_both();
    std::puts("stale: values that were used after their events said so");
}
