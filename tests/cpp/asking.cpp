// Questions and answers: who is asked, who hears, and how a question ends (docs/protocol.md).
#include "check.hpp"

#include <algorithm>
#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <thread>

namespace {

constexpr std::uint32_t long_ms = 600000; // never in a test that passes

/// A server with two clients; each end writes down what its listeners hear.
struct Ends {
    podsix::Host server, client, other;
    podsix::Listener of_server{server}, of_client{client};
    podsix::PeerId at_server = 0, other_at_server = 0, to_server = 0, other_to_server = 0;
    std::string heard; // by the client's listeners

    explicit Ends(podsix::Mode mode = podsix::Mode::inlined, const std::string& scheme = "tcp")
        : server(podsix::Config(mode)), client(podsix::Config(mode)), other(podsix::Config(mode)) {
        const auto id = CHECK_OK(server.listen(scheme + "://127.0.0.1:0"));
        const auto address = scheme + "://127.0.0.1:" + std::to_string(CHECK_OK(server.listening_port(id)));
        podsix::Listener opening(server);
        opening.on_connected([&](const podsix::Event& event) {
            (at_server == 0 ? at_server : other_at_server) = event.peer();
        });
        to_server = CHECK_OK(client.connect(address));
        wait("the client is in", [&] { return at_server != 0 && !client.peers().empty(); });
        other_to_server = CHECK_OK(other.connect(address));
        wait("the other is in", [&] { return other_at_server != 0 && !other.peers().empty(); });
        of_client.on_any([this](const podsix::Event& event) {
            heard += event.kind() == podsix::EventKind::message
                         ? event.message().json()
                         : std::string(event.kind() == podsix::EventKind::disconnected ? "end" : "?");
        });
    }
    template <class Done> void wait(const char* what, Done done) {
        until(what, done, server, client, other);
    }
    /// What becomes of a question, as text.
    auto note(std::string& what) {
        return [&what](const podsix::Answer& answer) {
            CHECK(what.empty()); // once
            what = answer ? answer.message().json() : podsix::name(answer.code());
        };
    }
};

void asked_and_answered(podsix::Mode mode, const char* scheme) {
    Ends ends(mode, scheme);
    std::string asked, first, second;
    ends.of_server.on("buy", [&](const podsix::Event& event) {
        asked += event.message().json();
        const podsix::Question question = event;
        CHECK(question && question.peer == ends.at_server);
        CHECK_OK(ends.server.answer(event, {{"gold", 12}, {"action", "x"}, {"answer", 99}}));
    });
    CHECK_OK(ends.client.ask(ends.to_server, {{"action", "buy"}, {"item", "sword"}}, ends.note(first)));
    ends.wait("it is answered", [&] { return !first.empty(); });
    podsix::Message again;
    again.begin("buy").set("ask", "whatever");
    CHECK_OK(ends.client.ask(ends.to_server, again, ends.note(second), long_ms));
    ends.wait("it is answered again", [&] { return !second.empty(); });
    CHECK_TEXT(asked, R"({"action":"buy","item":"sword","ask":1}{"action":"buy","ask":2})");
    CHECK_TEXT(first, R"({"action":"answer","answer":1,"gold":12})");
    CHECK_TEXT(second, R"({"action":"answer","answer":2,"gold":12})");
    CHECK_TEXT(ends.heard, ""); // by who has asked alone

    // The other direction counts by itself.
    std::string third;
    ends.of_client.on("who", [&](const podsix::Event& event) {
        CHECK_OK(ends.client.answer(event, {{"name", "ada"}}));
    });
    CHECK_OK(ends.server.ask(ends.at_server, {{"action", "who"}}, ends.note(third)));
    ends.wait("the client has answered", [&] { return !third.empty(); });
    CHECK_TEXT(third, R"({"action":"answer","answer":1,"name":"ada"})");
    CHECK_TEXT(ends.heard, R"({"action":"who","ask":1})");
}

void answered_later() {
    Ends ends;
    std::vector<podsix::Question> kept;
    std::string one, two, three;
    ends.of_server.on("slow", [&](const podsix::Event& event) { kept.emplace_back(event); });
    CHECK_OK(ends.client.ask(ends.to_server, {{"action", "slow"}}, ends.note(one)));
    CHECK_OK(ends.client.ask(ends.to_server, {{"action", "slow"}}, ends.note(two)));
    CHECK_OK(ends.other.ask(ends.other_to_server, {{"action", "slow"}}, ends.note(three)));
    ends.wait("all have asked", [&] { return kept.size() == 3; });
    for (const podsix::Question& question : kept) {
        const bool from_client = question.peer == ends.at_server;
        CHECK_OK(ends.server.answer(question, {{"to", from_client ? "client" : "other"}}));
    }
    ends.wait("all are answered", [&] { return !one.empty() && !two.empty() && !three.empty(); });
    CHECK_TEXT(one + two + three, R"({"action":"answer","answer":1,"to":"client"})"
                                  R"({"action":"answer","answer":2,"to":"client"})"
                                  R"({"action":"answer","answer":1,"to":"other"})");
}

/// Whoever calls what he sends an answer: only the asked one is heard, once.
void false_answers() {
    Ends ends;
    std::string answered, heard;
    podsix::Listener listening(ends.server);
    listening.on("answer", [&](const podsix::Event& event) { heard += event.message().json(); });
    CHECK_OK(ends.server.ask(ends.at_server, {{"action", "who"}}, ends.note(answered), long_ms));
    CHECK_OK(ends.other.send(ends.other_to_server, {{"action", "answer"}, {"answer", 1}, {"name", "eve"}}));
    ends.wait("eve has answered", [&] { return !heard.empty(); });
    CHECK_TEXT(heard, R"({"action":"answer","answer":1,"name":"eve"})");
    for (const char* other : {R"({"action":"answer"})", R"({"action":"answer","answer":2})",
                              R"({"action":"answer","answer":0})", R"({"action":"answer","answer":-1})",
                              R"({"action":"answer","answer":"1"})", R"({"action":"answer","answer":[1]})",
                              R"({"action":"other","answer":1})", R"({"answer":1})", R"([1])"})
        CHECK_OK(ends.client.send_json(ends.to_server, other));
    CHECK_OK(ends.client.send(ends.to_server, {{"action", "answer"}, {"answer", 1}, {"name", "ada"}}));
    CHECK_OK(ends.client.send(ends.to_server, {{"action", "answer"}, {"answer", 1}, {"name", "bob"}}));
    ends.wait("the second one has come", [&] { return heard.find("bob") != std::string::npos; });
    CHECK_TEXT(answered, R"({"action":"answer","answer":1,"name":"ada"})");
    CHECK(heard.find("ada") == std::string::npos);
    CHECK(std::count(heard.begin(), heard.end(), '{') == 8); // all but other actions
}

/// What a stranger's question may look like, and what asks nothing.
void false_questions() {
    Ends ends;
    std::string numbers;
    int answers = 0;
    ends.of_server.on("buy", [&](const podsix::Event& event) {
        numbers += std::to_string(podsix::Question(event).number) + " ";
        CHECK_OK(ends.server.answer(event, {{"gold", 1}}));
    });
    ends.of_client.on("answer", [&] { ++answers; });
    for (const char* asks : {"null", "0", "-1", "\"1\"", "true", "1.5", "[1]", "7.0", "18446744073709551615"})
        CHECK_OK(ends.client.send_json(ends.to_server,
                                       std::string(R"({"action":"buy","ask":)") + asks + "}"));
    CHECK_OK(ends.client.send(ends.to_server, {{"action", "buy"}}));
    ends.wait("two are answered", [&] { return answers == 2; });
    CHECK_TEXT(numbers, "0 0 0 0 0 0 0 7 18446744073709551615 0 ");
    CHECK(!podsix::Question());
    CHECK_OK(ends.server.answer(podsix::Question(), {{"gold", 1}}));
    CHECK(!podsix::Question(podsix::Event()));
}

void over_time() {
    Ends ends;
    std::string none, late, answered;
    const auto begun = std::chrono::steady_clock::now();
    CHECK_OK(ends.client.ask(ends.to_server, {{"action", "x"}}, ends.note(answered), long_ms));
    CHECK_OK(ends.client.ask(ends.to_server, {{"action", "slow"}},
                             [&](const podsix::Answer& answer) {
                                 CHECK(!answer && answer.code() == podsix::Code::timeout);
                                 CHECK(answer.peer() == ends.to_server && !answer["x"].exists());
                                 CHECK(answer.reason() == podsix::Reason::none);
                                 CHECK_TEXT(answer.text(), "no answer came in time");
                                 none = "over";
                             },
                             100));
    // Whoever waits for an event is woken for it, and it counts.
    while (none.empty())
        CHECK_OK(ends.client.pump(long_ms));
    const auto took = std::chrono::steady_clock::now() - begun;
    CHECK(took >= std::chrono::milliseconds(100) && took < std::chrono::milliseconds(long_ms));
    // An answer that comes now is an ordinary message.
    CHECK_OK(ends.server.send(ends.at_server, {{"action", "answer"}, {"answer", 2}}));
    ends.wait("it is heard", [&] { return !ends.heard.empty(); });
    CHECK_TEXT(ends.heard, R"({"action":"answer","answer":2})");
    // One that was here in time is an answer, however late the game pumps.
    CHECK_OK(ends.client.ask(ends.to_server, {{"action", "x"}}, ends.note(late), 50));
    CHECK_OK(ends.server.send(ends.at_server, {{"action", "answer"}, {"answer", 3}}));
    CHECK_OK(ends.server.flush(60000));
    const auto over = std::chrono::steady_clock::now() + std::chrono::milliseconds(60);
    while (std::chrono::steady_clock::now() < over)
        CHECK_OK(ends.server.pump(1)); // its own frames, while the client loads a level
    for (const Deadline deadline; late.empty() && !deadline.passed();)
        CHECK_OK(ends.client.pump());
    CHECK_TEXT(late, R"({"action":"answer","answer":3})");
    // The first one waits on, and its time is not the others'.
    CHECK_TEXT(answered, "");
    CHECK_OK(ends.server.send(ends.at_server, {{"action", "answer"}, {"answer", 1}}));
    ends.wait("the first is answered", [&] { return !answered.empty(); });
}

void many_over_time() {
    Ends ends;
    int over = 0;
    for (int i = 0; i < 5000; ++i)
        CHECK_OK(ends.client.ask(ends.to_server, {{"action", "slow"}}, [&] { ++over; }, 1));
    std::size_t counted = 0;
    for (const Deadline deadline; over < 5000 && !deadline.passed();)
        counted += CHECK_OK(ends.client.pump(10));
    CHECK(over == 5000 && counted == 5000);
}

void ended_with_the_peer() {
    Ends ends;
    std::string told;
    const auto gone = [&](const podsix::Answer& answer) {
        CHECK(!answer && answer.code() == podsix::Code::not_connected && !answer.message().exists());
        CHECK(answer.reason() == podsix::Reason::closed && answer.peer() == ends.to_server);
        told += answer.text();
        CHECK_TEXT(ends.heard, ""); // the peer's end is the last that is heard of it
        // It has gone: what is asked now fails, and is not told of again.
        CHECK(!ends.client.ask(ends.to_server, {{"action", "x"}}, [&] { told += "?"; }));
    };
    CHECK_OK(ends.client.ask(ends.to_server, {{"action", "x"}}, gone, long_ms));
    CHECK_OK(ends.client.ask(ends.to_server, {{"action", "x"}}, gone, long_ms));
    CHECK_OK(ends.server.disconnect(ends.at_server, 1, "good night. "));
    ends.wait("the end is heard", [&] { return !ends.heard.empty(); });
    CHECK_TEXT(told, "good night. good night. ");
    CHECK_TEXT(ends.heard, "end");

    // A question may be on its way before the connection is open, which may never be.
    std::string never;
    const auto nobody = CHECK_OK(ends.client.connect("127.0.0.1:1"));
    CHECK_OK(ends.client.ask(nobody, {{"action", "x"}}, ends.note(never), long_ms));
    ends.wait("nobody is there", [&] { return !never.empty(); });
    CHECK_TEXT(never, "PODSIX_ERR_NOT_CONNECTED");
}

/// With the host the callables end, and are not called: what they would touch may be gone by then.
void ended_with_the_host() {
    auto ends = std::make_unique<Ends>();
    const auto alive = std::make_shared<int>(0);
    bool called = false;
    CHECK_OK(ends->client.ask(ends->to_server, {{"action", "x"}}, [&, alive] { called = true; }, long_ms));
    CHECK(alive.use_count() == 2);
    ends->client = podsix::Host();
    CHECK(alive.use_count() == 1 && !called);

    // It may end inside of a callable.
    ends = std::make_unique<Ends>();
    std::string after;
    CHECK_OK(ends->client.ask(ends->to_server, {{"action", "x"}},
                              [&, alive](const podsix::Answer& answer) {
                                  ends->client = podsix::Host();
                                  CHECK(answer["x"] == 3 && alive.use_count() > 1);
                                  called = true;
                              }));
    ends->of_client.on("after", [&] { after = "never"; });
    CHECK_OK(ends->server.send(ends->at_server, {{"action", "answer"}, {"answer", 1}, {"x", 3}}));
    CHECK_OK(ends->server.send(ends->at_server, {{"action", "after"}}));
    CHECK_OK(ends->server.flush(60000));
    ends->wait("the host has ended", [&] { return called; });
    CHECK(alive.use_count() == 1 && after.empty());
}

/// With a listener end the callables of what it has asked.
void ended_with_the_listener() {
    Ends ends;
    const auto alive = std::make_shared<int>(0);
    std::optional<podsix::Listener> shop(ends.client), inn(ends.client);
    std::string heard;
    CHECK_OK(shop->ask(ends.to_server, {{"action", "a"}}, [&, alive] { heard += "shop "; }, long_ms));
    CHECK_OK(shop->ask(ends.to_server, {{"action", "b"}}, [&, alive] { heard += "never "; }, long_ms));
    CHECK_OK(inn->ask(ends.to_server, {{"action", "c"}}, [&] {
        heard += "inn ";
        shop.reset();
        inn.reset(); // and itself
        heard += "alone ";
    }, long_ms));
    const auto answer = [&](int number) {
        CHECK_OK(ends.server.send(ends.at_server, {{"action", "answer"}, {"answer", number}}));
    };
    answer(1);
    answer(3);
    answer(2);
    ends.wait("the last is heard as a message", [&] { return !ends.heard.empty(); });
    CHECK_TEXT(heard, "shop inn alone ");
    CHECK(alive.use_count() == 1);
    // All that end at once, too, one of which ends the others.
    for (int i = 0; i < 3; ++i) {
        if (!shop)
            shop.emplace(ends.client);
        CHECK_OK(shop->ask(ends.to_server, {{"action", "d"}}, [&] { heard += "over ", shop.reset(); }, 0));
    }
    for (const Deadline deadline; heard.find("over") == std::string::npos && !deadline.passed();)
        CHECK_OK(ends.client.pump(1));
    CHECK_TEXT(heard, "shop inn alone over ");
    CHECK_CODE(podsix::Listener().ask(1, {{"action", "x"}}, [] {}), podsix::Code::bad_argument);
}

void refused() {
    Ends ends;
    bool called = false;
    const auto alive = std::make_shared<int>(0);
    const auto never = [&, alive] { called = true; };
    const auto ask = [&](podsix::PeerId peer, const podsix::Sendable& data) {
        return ends.client.ask(peer, data, never);
    };
    CHECK_CODE(ask(1, {{"action", "x"}}), podsix::Code::unknown_peer);
    CHECK_CODE(ask(ends.to_server, {{"text", "\xff"}}), podsix::Code::bad_utf8);
    CHECK_CODE(ask(ends.to_server, {{"text", std::string(2 << 20, 'x')}}), podsix::Code::too_large);
    CHECK_CODE(ask(ends.to_server, "x"), podsix::Code::bad_message);
    CHECK_TEXT(ask(ends.to_server, 3).words(), "a question is a map: {{\"action\", \"buy\"}, ...}");
    CHECK_CODE(ends.client.ask(ends.to_server, {{"action", "x"}}, nullptr), podsix::Code::bad_argument);
    CHECK_CODE(podsix::Host(std::move(ends.other)).ask(1, {{"action", "x"}}, never), podsix::Code::unknown_peer);
    CHECK_CODE(ends.other.ask(1, {{"action", "x"}}, never), podsix::Code::bad_argument);
    CHECK_CODE(ends.other.answer({}, {{"x", 1}}), podsix::Code::bad_argument);
    CHECK_CODE(ends.client.answer({}, "x"), podsix::Code::bad_message);
    podsix::Question unknown;
    unknown.peer = unknown.number = 1;
    CHECK_CODE(ends.client.answer(unknown, {{"x", 1}}), podsix::Code::unknown_peer);
    CHECK_CODE(ends.client.answer(unknown, {{"text", "\xff"}}), podsix::Code::bad_utf8);
    CHECK(alive.use_count() == 2 && !called); // nothing is kept of what could not be asked, but `never`
    // Nor have they used up numbers.
    std::string asked;
    ends.of_server.on("x", [&](const podsix::Event& event) { asked = event["ask"].json(); });
    CHECK_OK(ask(ends.to_server, {{"action", "x"}}));
    until(
        "it is asked", [&] { return !asked.empty(); }, ends.server, ends.client);
    CHECK_TEXT(asked, "1");
}

/// In a loop of the program's own answers go to who has asked as well; and askers may ask again.
void polled() {
    Ends ends;
    ends.of_server.on("more", [&](const podsix::Event& event) {
        CHECK_OK(ends.server.answer(event, {{"i", event["i"]}}));
    });
    std::int64_t rounds = 0;
    podsix::Code inside = podsix::Code::ok;
    std::function<void(const podsix::Answer&)> again = [&](const podsix::Answer& answer) {
        CHECK(answer && answer["i"] == rounds);
        inside = ends.client.pump().code();
        if (++rounds < 100)
            CHECK_OK(ends.client.ask(ends.to_server, {{"action", "more"}, {"i", rounds}}, again));
    };
    CHECK_OK(ends.client.ask(ends.to_server, {{"action", "more"}, {"i", 0}}, again));
    for (const Deadline deadline; rounds < 100 && !deadline.passed();) {
        CHECK_OK(ends.server.pump());
        for (const podsix::Event& event : ends.client.poll())
            CHECK(event.kind() != podsix::EventKind::message);
    }
    CHECK(rounds == 100 && inside == podsix::Code::busy);
}

void of_many_threads() {
    Ends ends(podsix::Mode::threaded);
    ends.of_server.on("add", [&](const podsix::Event& event) {
        CHECK_OK(ends.server.answer(event, {{"sum", event["x"].as_int() + 1}}));
    });
    constexpr int threads = 4, each = 200;
    std::atomic<int> answered{0};
    std::vector<std::thread> asking;
    for (int t = 0; t < threads; ++t)
        asking.emplace_back([&, t] {
            for (int i = 0; i < each; ++i) {
                const int x = t * each + i;
                CHECK_OK(ends.client.ask(ends.to_server, {{"action", "add"}, {"x", x}},
                                         [&, x](const podsix::Answer& answer) {
                                             CHECK(answer && answer["sum"] == x + 1);
                                             ++answered;
                                         },
                                         long_ms));
            }
        });
    ends.wait("all are answered", [&] { return answered == threads * each; });
    for (std::thread& thread : asking)
        thread.join();
}

} // namespace

int main() {
    for (const char* scheme : {"tcp", "podsixnet"}) {
        asked_and_answered(podsix::Mode::inlined, scheme);
        asked_and_answered(podsix::Mode::threaded, scheme);
    }
    answered_later();
    false_answers();
    false_questions();
    over_time();
    many_over_time();
    ended_with_the_peer();
    ended_with_the_host();
    ended_with_the_listener();
    refused();
    polled();
    of_many_threads();
    std::puts("asking: every question ended once, and its asker heard how");
}
