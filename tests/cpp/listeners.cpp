// Events reach the callables they should, whatever those do meanwhile: end listeners, add others,
// end the host.
#include "check.hpp"

#include <functional>
#include <memory>
#include <optional>

namespace {

/// A host that is connected to itself, and what was called.
struct Game {
    podsix::Host host{podsix::Config(podsix::Mode::inlined)};
    podsix::PeerId peer = 0;
    std::string calls;

    Game() {
        const auto id = CHECK_OK(host.listen("127.0.0.1:0"));
        peer = CHECK_OK(host.connect(CHECK_OK(host.listening_address(id))));
        int connected = 0;
        podsix::Listener opening(host);
        opening.on_connected([&](const podsix::Event&) { ++connected; });
        until(
            "both ends are connected", [&] { return connected == 2; }, host);
    }

    /// Adds to `calls`.
    auto note(std::string what) {
        return [this, what](const podsix::Event&) { calls += what; };
    }

    /// Sends a message, pumps until it has come, and gives what was called.
    std::string hear(const podsix::Sendable& data) {
        calls.clear();
        bool came = false;
        podsix::Listener last(host);
        last.on(podsix::EventKind::message, [&](const podsix::Event&) { came = true; });
        CHECK_OK(host.send(peer, data));
        until(
            "a message has come", [&] { return came; }, host);
        return calls;
    }
};

void by_action() {
    Game game;
    podsix::Listener one(game.host), two(game.host);
    one.on_any(game.note("*")) // the catch-all is called last, wherever it stands
        .on("move", game.note("m"))
        .on("message", game.note("?"))
        .on("move", game.note("M"))
        .on(podsix::EventKind::message, game.note("k"))
        .on("connected", game.note("!"))
        .on_disconnected(game.note("d"));
    two.on("say", game.note("s")).on("move", game.note("2"));
    CHECK_TEXT(game.hear({{"action", "move"}}), "mMk*2");
    CHECK_TEXT(game.hear({{"action", "say"}}), "k*s");
    CHECK_TEXT(game.hear({{"action", "moves"}}), "k*");
    CHECK_TEXT(game.hear({{"action", "mov"}}), "k*");
    CHECK_TEXT(game.hear({{"action", "message"}}), "?k*");
    CHECK_TEXT(game.hear({{"action", 3}}), "k*");
    CHECK_TEXT(game.hear(podsix::List{1, 2}), "k*");
    two.on("", game.note("0")); // without an action
    CHECK_TEXT(game.hear(podsix::List{1, 2}), "k*0");
    CHECK_TEXT(game.hear({{"action", "other"}}), "k*");
    // Kind decides, not the name.
    for (const char* impostor :
         {"connected", "request", "disconnected", "error", "writable", "stalled", "resumed"}) {
        two.on(impostor, game.note("!"));
        CHECK_TEXT(game.hear({{"action", impostor}}), "k*");
    }
    // What an empty callable or listener is told is passed over.
    two.on("say", nullptr);
    podsix::Listener().on("say", game.note("!")).on_any(game.note("!"));
    CHECK_TEXT(game.hear({{"action", "say"}}), "k*s");

    game.calls.clear();
    CHECK_OK(game.host.disconnect(game.peer, 5, "bye"));
    until(
        "both ends are closed", [&] { return game.calls.size() >= 6; }, game.host);
    CHECK_TEXT(game.calls, "d*!d*!");
}

/// Every kind of event, made up, reaches its own callables only.
void by_kind() {
    Game game;
    podsix::Listener listener(game.host);
    listener.on_connected(game.note("connected"))
        .on_request(game.note("request"))
        .on_disconnected(game.note("disconnected"))
        .on_error(game.note("error"))
        .on("writable", game.note("writable"))
        .on(podsix::EventKind::stalled, game.note("stalled"))
        .on("resumed", game.note("resumed"));
    for (const char* name :
         {"connected", "request", "", "disconnected", "error", "writable", "stalled", "resumed"}) {
        podsix::Event event;
        const std::int32_t kinds[] = {PODSIX_EVENT_CONNECTED, PODSIX_EVENT_REQUEST,
                                      PODSIX_EVENT_MESSAGE,   PODSIX_EVENT_DISCONNECTED,
                                      PODSIX_EVENT_ERROR,     PODSIX_EVENT_WRITABLE,
                                      PODSIX_EVENT_STALLED,   PODSIX_EVENT_RESUMED};
        static int at = 0;
        event.get()->kind = kinds[at++];
        event.get()->action = name;
        event.get()->action_len = std::strlen(name);
        game.calls.clear();
        game.host.dispatch(event);
        CHECK_TEXT(game.calls, name);
    }
    podsix::Event later; // of a library that knows more
    later.get()->kind = 99;
    game.calls.clear();
    game.host.dispatch(later);
    CHECK_TEXT(game.calls, "");
    listener.on_any(game.note("any"));
    game.host.dispatch(later);
    CHECK_TEXT(game.calls, "any");
}

void ended_in_their_own_callables() {
    Game game;
    std::optional<podsix::Listener> first(game.host), second(game.host), third(game.host);
    const auto alive = std::make_shared<int>(0);
    second->on("end", [&, alive](const podsix::Event& event) {
        second.reset();
        CHECK(alive.use_count() > 1); // the callable that runs is still there
        game.calls += "end ";
        CHECK_TEXT(event.action(), "end");
    });
    second->on("end", game.note("never"));
    second->on_any(game.note("never"));
    first->on("end", game.note("first "));
    third->on("end", game.note("third "));
    CHECK_TEXT(game.hear({{"action", "end"}}), "first end third ");
    CHECK(alive.use_count() == 1); // and gone when all had returned
    CHECK_TEXT(game.hear({{"action", "end"}}), "first third ");

    // One that ends those before and behind it.
    std::optional<podsix::Listener> killer(game.host), victim(game.host);
    killer->on("kill", [&](const podsix::Event&) {
        first.reset(), third.reset(), victim.reset();
        game.calls += "killed ";
    });
    victim->on("kill", game.note("never"));
    first->on("kill", game.note("first "));
    CHECK_TEXT(game.hear({{"action", "kill"}}), "first killed ");
    CHECK_TEXT(game.hear({{"action", "kill"}}), "killed ");

    // A callable that owns a listener takes it along.
    auto owned = std::make_shared<podsix::Listener>(game.host);
    owned->on("owned", game.note("owned "));
    killer.emplace(game.host);
    killer->on("kill", [&, owned](const podsix::Event&) { killer.reset(); });
    owned.reset();
    CHECK_TEXT(game.hear({{"action", "owned"}}), "owned ");
    game.hear({{"action", "kill"}});
    CHECK_TEXT(game.hear({{"action", "owned"}}), "");
}

void added_in_their_own_callables() {
    Game game;
    std::vector<podsix::Listener> more;
    podsix::Listener first(game.host);
    first.on("add", [&](const podsix::Event&) {
        game.calls += "add ";
        for (int i = 0; i < 100; ++i) // more than any vector has room for
            first.on("add", game.note("."));
        for (int i = 0; i < 100; ++i)
            more.emplace_back(game.host).on("add", game.note(","));
    });
    CHECK_TEXT(game.hear({{"action", "add"}}), "add "); // they begin with the next event
    more.resize(1);
    game.calls.clear();
    CHECK_TEXT(game.hear({{"action", "add"}}), "add " + std::string(100, '.') + ",");

    // A listener moves with what it has, and ends what it is put in the place of.
    podsix::Listener moved = std::move(first);
    first.on("add", game.note("never"));
    moved = podsix::Listener(game.host);
    more.clear();
    CHECK_TEXT(game.hear({{"action", "add"}}), "");
}

/// What nobody is there for is told to whoever wants to know.
void unheard() {
    Game game;
    podsix::Listener one(game.host), two(game.host);
    one.on("move", game.note("m")).on_unheard(game.note("?"));
    two.on("say", game.note("s")).on_unheard([&](const podsix::Event& event) {
        game.calls += event.action();
    });
    const auto hear = [&](const podsix::Sendable& data) { // without a listener of its own
        game.calls.clear();
        CHECK_OK(game.host.send(game.peer, data));
        until(
            "it is heard", [&] { return !game.calls.empty(); }, game.host);
        return game.calls;
    };
    CHECK_TEXT(hear({{"action", "move"}}), "m");
    CHECK_TEXT(hear({{"action", "say"}}), "s");
    CHECK_TEXT(hear({{"action", "mvoe"}}), "?mvoe");
    CHECK_TEXT(hear(podsix::List{1}), "?");
    CHECK_TEXT(hear({{"action", "connected"}}), "?connected");
    {
        podsix::Listener all(game.host);
        all.on_any(game.note("*"));
        CHECK_TEXT(hear({{"action", "mvoe"}}), "*");
    }
    one.on(podsix::EventKind::message, game.note("k"));
    CHECK_TEXT(hear({{"action", "mvoe"}}), "k");
    game.calls.clear();
    podsix::Event stalled;
    stalled.get()->kind = PODSIX_EVENT_STALLED;
    game.host.dispatch(stalled);
    CHECK_TEXT(game.calls, "");
}

int plain_calls = 0;
void plain(const podsix::Event&) { ++plain_calls; }

/// What can be called is called: what only moves, what takes nothing, plain functions.
void callables() {
    Game game;
    podsix::Listener listener(game.host);
    listener.on("go", [&, owned = std::make_unique<std::string>("owned ")](const podsix::Event&) {
        game.calls += *owned;
    });
    listener.on("go", [&, left = 3]() mutable { game.calls += std::to_string(--left) + ' '; });
    listener.on("go", plain).on("go", &plain);
    listener.on("go", [&](const auto& event) { return game.calls += event.action(); });
    const std::function<void(const podsix::Event&)> kept = game.note(".");
    listener.on("go", kept).on("go", std::function<void()>());
    listener.on("go", static_cast<void (*)()>(nullptr)).on("go", nullptr);
    CHECK_TEXT(game.hear({{"action", "go"}}), "owned 2 go.");
    CHECK_TEXT(game.hear({{"action", "go"}}), "owned 1 go.");
    CHECK(plain_calls == 4);
    CHECK(podsix::Listener::Callable(plain) && !podsix::Listener::Callable(nullptr));
}

/// A host may be pumped, dispatched, moved and ended by its own callables.
void hosts_in_callables() {
    auto game = std::make_unique<Game>();
    podsix::Listener listener(game->host), behind(game->host);
    podsix::Code inner = podsix::Code::ok;
    listener.on("pump", [&](const podsix::Event&) { inner = game->host.pump().code(); });
    listener.on("dispatch", [&](const podsix::Event&) {
        podsix::Event event;
        event.get()->kind = PODSIX_EVENT_STALLED;
        game->host.dispatch(event);
    });
    listener.on("stalled", game->note("stalled"));
    game->hear({{"action", "pump"}});
    CHECK(inner == podsix::Code::busy); // the event that is being dispatched would have ended

    // Nor are there any in a loop, however the event was taken.
    int polled = 0;
    const auto poll = [&](const podsix::Event& event) {
        CHECK_OK(game->host.send(game->peer, {{"action", "behind"}}));
        auto loop = game->host.wait(1);
        for (const podsix::Event& other : loop)
            game->calls += other.action();
        CHECK_CODE(loop.result(), podsix::Code::busy);
        CHECK_TEXT(loop.result().words(),
                   "events are being taken: by another thread, or by what called this callable");
        CHECK_TEXT(game->host.pump().words(), loop.result().words());
        CHECK_TEXT(event["text"].as_string(), "lives on");
        ++polled;
    };
    listener.on("poll", poll);
    CHECK_TEXT(game->hear({{"action", "poll"}, {"text", "lives on"}}), "");
    CHECK_OK(game->host.send(game->peer, {{"action", "poll"}, {"text", "lives on"}}));
    for (const Deadline waiting; polled < 2 && !waiting.passed();)
        for (const podsix::Event& event : game->host.wait(10))
            game->host.dispatch(event);
    CHECK(polled == 2);
    CHECK_TEXT(game->hear({{"action", "dispatch"}}), "stalled");

    podsix::Host elsewhere;
    listener.on("move", [&](const podsix::Event&) { std::swap(elsewhere, game->host); });
    CHECK_OK(game->host.send(game->peer, {{"action", "move"}}));
    std::string text;
    behind.on("end", [&](const podsix::Event& event) {
        elsewhere = podsix::Host();
        text = event["text"].as_string(); // the event lives on
    });
    behind.on("end", [&](const podsix::Event& event) { text += event["text"].as_string(); });
    const Deadline deadline;
    while (elsewhere.peers().empty() && !deadline.passed())
        CHECK_OK(game->host.pump(1));
    CHECK_OK(elsewhere.send(game->peer, {{"action", "end"}, {"text", "alive "}}));
    CHECK_OK(elsewhere.send(game->peer, {{"action", "end"}, {"text", "never"}}));
    while (text.empty() && !deadline.passed())
        CHECK_OK(elsewhere.pump(1));
    CHECK_TEXT(text, "alive alive ");

    // Listeners that outlive their host hear nothing and end in peace.
    behind.on_any(game->note("never"));
    game.reset();
    listener.on_any([](const podsix::Event&) {});
}

void no_host() {
    podsix::Host host, taken = std::move(host);
    podsix::Listener listener(host);
    listener.on_any([](const podsix::Event&) { CHECK(!"there is nothing to hear"); });
    host.dispatch(podsix::Event());
    CHECK_CODE(host.pump(), podsix::Code::bad_argument);
    CHECK_CODE(host.pump(1), podsix::Code::bad_argument);
}

} // namespace

int main() {
    by_action();
    by_kind();
    ended_in_their_own_callables();
    added_in_their_own_callables();
    unheard();
    callables();
    hosts_in_callables();
    no_host();
    std::puts("listeners: each event reached the callables it should, whatever they did");
}
