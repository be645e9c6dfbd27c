// Where exceptions are on: or_throw, and callables and types that throw.
#include "check.hpp"

#include <optional>
#include <stdexcept>

namespace {

template <class Call> podsix::Code thrown(Call call, const char* words) {
    try {
        call();
    } catch (const podsix::Error& error) {
        if (std::string(error.what()).find(words) != std::string::npos)
            return error.code();
        std::fprintf(stderr, "'%s' does not say '%s'\n", error.what(), words);
    }
    return podsix::Code::ok;
}

struct Faulty {};
void podsix_write(podsix::Message& message, const Faulty&) {
    message.open_list().add(1);
    throw std::runtime_error("written by half");
}
bool podsix_read(podsix::Value, Faulty&) { throw std::runtime_error("read by half"); }

/// A host that is connected to itself.
struct Game {
    podsix::Host host{podsix::Config(podsix::Mode::inlined)};
    podsix::PeerId peer = 0;
    std::string heard;

    Game() {
        const auto id = host.listen("127.0.0.1:0").or_throw();
        peer = host.connect(host.listening_address(id).or_throw()).or_throw();
        int opened = 0;
        podsix::Listener opening(host);
        opening.on_connected([&] { ++opened; });
        until(
            "both ends are connected", [&] { return opened == 2; }, host);
    }
    auto note(std::string what) {
        return [this, what] { heard += what; };
    }
    auto fault(std::string what) {
        return [this, what] {
            heard += what + "! ";
            throw std::runtime_error(what);
        };
    }
    /// Pumps until something was heard, and gives what was thrown on then.
    std::string pump() {
        heard.clear();
        for (const Deadline deadline; heard.empty();) {
            CHECK(!deadline.passed());
            try {
                host.pump(100).or_throw();
            } catch (const std::runtime_error& error) {
                return error.what();
            }
        }
        return "nothing";
    }
};

/// What one callable throws keeps an event from nobody.
void all_hear() {
    Game game;
    std::optional<podsix::Listener> bad(game.host), good(game.host), worse(game.host);
    bad->on("move", game.fault("bad")).on("move", game.note("behind it, ")).on_any(game.note("any, "));
    good->on("move", game.note("good, "));
    worse->on("move", game.fault("worse"));
    good->on_any(game.note("last"));
    game.host.send(game.peer, {{"action", "move"}}).or_throw();
    CHECK_TEXT(game.pump(), "bad"); // the first, and nothing of it comes again
    CHECK_TEXT(game.heard, "bad! behind it, any, good, lastworse! ");
    game.host.send(game.peer, {{"action", "quiet"}}).or_throw();
    CHECK_TEXT(game.pump(), "nothing");

    // What is dispatched inside a callable throws there.
    good.reset();
    bad.emplace(game.host);
    bad->on("outer", [&] {
        podsix::Event inner;
        inner.get()->kind = PODSIX_EVENT_STALLED;
        try {
            game.host.dispatch(inner);
        } catch (const std::runtime_error& error) {
            game.heard += std::string(error.what()) + " was caught";
        }
    });
    worse->on("stalled", game.fault("inner"));
    game.host.send(game.peer, {{"action", "outer"}}).or_throw();
    CHECK_TEXT(game.pump(), "nothing");
    CHECK_TEXT(game.heard, "inner! inner was caught");

    // The end of a peer, too, is heard by all.
    bad->on_disconnected(game.fault("end"));
    std::optional<podsix::Listener> score(game.host);
    int ends = 0;
    score->on_disconnected([&] { ++ends; });
    game.host.disconnect(game.peer).or_throw();
    CHECK_TEXT(game.pump(), "end");
    CHECK(ends == 1);
    CHECK_TEXT(game.pump(), "end");
    CHECK(ends == 2);
}

/// With somebody who hears of exceptions, pump goes on.
void told() {
    Game game;
    podsix::Listener bad(game.host), good(game.host);
    std::string told;
    int events = 0;
    game.host.on_exception([&](const podsix::Thrown& thrown) {
        CHECK(thrown.peer() != 0 && thrown.exception());
        told += thrown.what() + ", ";
    });
    bad.on("move", game.fault("one")).on("move", [] { throw 3; });
    good.on("move", [&] { ++events; });
    for (int i = 0; i < 3; ++i)
        game.host.send(game.peer, {{"action", "move"}}).or_throw();
    until(
        "all three came", [&] { return events == 3; }, game.host);
    const std::string each = "one, an exception that is no std::exception, ";
    CHECK_TEXT(told, each + each + each);

    // What it throws itself is thrown on; it may be set anew meanwhile.
    game.host.on_exception([&, alive = std::make_unique<int>(7)](const podsix::Thrown& thrown) {
        game.host.on_exception(nullptr);
        CHECK(*alive == 7);
        throw std::runtime_error("told of " + thrown.what());
    });
    game.host.send(game.peer, {{"action", "move"}}).or_throw();
    CHECK_TEXT(game.pump(), "told of one");
    game.host.send(game.peer, {{"action", "move"}}).or_throw();
    CHECK_TEXT(game.pump(), "one");
}

/// What is thrown by who has asked leaves pump as well, and hides no end of a peer.
void askers() {
    Game game;
    int ends = 0;
    podsix::Listener listener(game.host);
    listener.on("ask", [&](const podsix::Event& event) {
        game.host.answer(event, {{"x", 1}}).or_throw();
    });
    listener.on_disconnected([&] { ++ends; });
    game.host.ask(game.peer, {{"action", "ask"}}, game.fault("answered")).or_throw();
    CHECK_TEXT(game.pump(), "answered");
    game.host.ask(game.peer, {{"action", "x"}}, game.fault("late"), 0).or_throw();
    game.host.ask(game.peer, {{"action", "x"}}, game.fault("later"), 0).or_throw();
    CHECK_TEXT(game.pump(), "late");
    CHECK_TEXT(game.heard, "late! later! ");
    game.host.ask(game.peer, {{"action", "x"}}, game.fault("gone")).or_throw();
    listener.on_disconnected(game.fault("end"));
    game.host.drop(game.peer).or_throw();
    CHECK_TEXT(game.pump(), "gone");
    CHECK_TEXT(game.heard, "gone! end! ");
    CHECK(ends == 1);

    // A loop of the program's own sees the end first.
    Game polled;
    polled.host.ask(polled.peer, {{"action", "x"}}, polled.fault("gone")).or_throw();
    polled.host.drop(polled.peer).or_throw();
    std::string seen;
    for (const Deadline deadline; seen.find("gone") == std::string::npos && !deadline.passed();) {
        try {
            for (const podsix::Event& event : polled.host.wait(100))
                if (event.peer() == polled.peer && event.kind() == podsix::EventKind::disconnected)
                    seen += "end ";
        } catch (const std::runtime_error& error) {
            seen += error.what();
        }
    }
    CHECK_TEXT(seen, "end gone");
    std::string told;
    polled.host.on_exception([&](const podsix::Thrown& thrown) { told += thrown.what(); });
    const auto nobody = polled.host.connect("127.0.0.1:1").or_throw();
    polled.host.ask(nobody, {{"action", "x"}}, polled.fault("nobody")).or_throw();
    until(
        "it is told", [&] { return told == "nobody"; }, polled.host);
}

} // namespace

int main() {
    all_hear();
    told();
    askers();
    podsix::Host host{podsix::Config(podsix::Mode::inlined)};
    host.or_throw();
    const auto id = host.listen("127.0.0.1:0").or_throw();
    const std::string address = host.listening_address(id).or_throw();
    const podsix::PeerId peer = host.connect(address).or_throw();
    const auto named = host.listening_port(id);
    CHECK(named.or_throw() != 0);

    podsix::Config config;
    config.max_depth = 1000;
    CHECK(thrown([&] { podsix::Host(config).or_throw(); }, "max_depth") ==
          podsix::Code::bad_config);
    CHECK(thrown([&] { host.listen("x:y").or_throw(); }, "x:y") == podsix::Code::bad_address);
    CHECK(thrown([&] { host.send(1, 1).or_throw(); }, "1") == podsix::Code::unknown_peer);
    host.send(1, 1).unless_gone().or_throw();

    // A callable's exception leaves pump, and everything is as it was.
    std::optional<podsix::Listener> game(host);
    int opened = 0, heard = 0;
    game->on_connected([&](const podsix::Event&) { ++opened; });
    game->on("boom", [&](const podsix::Event&) {
        ++heard;
        game.reset();
        throw std::runtime_error("boom");
    });
    until(
        "both ends are connected", [&] { return opened == 2; }, host);
    host.send(peer, {{"action", "boom"}}).or_throw();
    host.send(peer, {{"action", "after"}}).or_throw();
    bool caught = false;
    for (const Deadline deadline; !caught && !deadline.passed();) {
        try {
            host.pump(100).or_throw();
        } catch (const std::runtime_error& error) {
            CHECK_TEXT(error.what(), "boom");
            caught = true;
        }
    }
    CHECK(caught && heard == 1);
    podsix::Listener after(host);
    int afterwards = 0;
    after.on("after", [&](const podsix::Event&) { ++afterwards; });
    until(
        "the message behind it came", [&] { return afterwards == 1; }, host);

    // So does that of a type that is being written; the next message is whole.
    bool half = false;
    try {
        host.send(peer, {{"action", "faulty"}, {"faulty", Faulty{}}}).or_throw();
    } catch (const std::runtime_error& error) {
        half = std::string(error.what()) == "written by half";
    }
    CHECK(half);
    host.send(peer, {{"action", "whole"}}).or_throw();
    after.on("whole", [&](const podsix::Event& event) {
        CHECK_TEXT(event.message().json(), "{\"action\":\"whole\"}");
        try {
            (void)event.message().read<Faulty>();
        } catch (const std::runtime_error&) {
            ++afterwards;
        }
        CHECK(thrown([&] { (void)event["action"].read<int>().or_throw(); },
                     "there is no value, or one of another type") == podsix::Code::wrong_type);
    });
    until(
        "the whole message came", [&] { return afterwards == 2; }, host);

    // What a codec throws refuses what it was thrown for: here, the greeting of a listener.
    podsix::Host other{podsix::Config(podsix::Mode::inlined)};
    other
        .set_codec([](podsix::Value, std::vector<std::uint8_t>&) -> bool { throw 1; },
                   [](podsix::Bytes, podsix::Message&) -> bool { throw 2; })
        .or_throw();
    CHECK_CODE(other.listen("podsixnet+custom://127.0.0.1:0"), podsix::Code::unsendable);
    std::puts("throwing: what was thrown was caught where it should be");
}
