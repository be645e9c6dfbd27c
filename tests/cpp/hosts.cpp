// Every function of a Host: what it does, and what it answers when that cannot be.
#include "check.hpp"

#include <cstring>
#include <map>

namespace {

template <class T>
constexpr bool moves_only =
    std::is_nothrow_move_constructible_v<T> && std::is_nothrow_move_assignable_v<T> &&
    !std::is_copy_constructible_v<T> && !std::is_copy_assignable_v<T>;
static_assert(moves_only<podsix::Host> && moves_only<podsix::Message> &&
              moves_only<podsix::Listener>);
static_assert(!std::is_copy_constructible_v<podsix::Event>); // a copy would outlive what it tells

struct Ends {
    podsix::Host server, client;
    podsix::Listener of_server{server}, of_client{client};
    podsix::ListeningId listening = 0;
    std::string address;
    podsix::PeerId at_server = 0, at_client = 0;
    int opened = 0;

    explicit Ends(podsix::Mode mode, bool approval = false)
        : Ends(podsix::Config(mode), podsix::Config(mode), approval) {}
    Ends(const podsix::Config& servers, const podsix::Config& clients, bool approval)
        : server(servers), client(clients) {
        CHECK(server && client);
        listening = approval ? CHECK_OK(server.listen_with_approval("tcp://127.0.0.1:0"))
                             : CHECK_OK(server.listen("127.0.0.1:0"));
        address = CHECK_OK(server.listening_address(listening));
        of_server.on_connected([this](const podsix::Event& event) {
            CHECK(event.direction() == podsix::Direction::inbound);
            CHECK(event.listening() == listening && event.reason() == podsix::Reason::none);
            at_server = event.peer();
            ++opened;
        });
        of_client.on_connected([this](const podsix::Event& event) {
            CHECK(event.direction() == podsix::Direction::outbound && event.listening() == 0);
            CHECK(event.peer() == at_client);
            ++opened;
        });
    }

    template <class Done> void wait(const char* what, Done done) {
        until(what, done, server, client);
    }
    void connect() {
        at_client = CHECK_OK(client.connect(address));
        wait("both are connected", [this] { return opened == 2; });
    }
};

void opening(podsix::Mode mode) {
    Ends ends(mode, true);
    std::string hello, reply, refusal;
    ends.of_server.on_request([&](const podsix::Event& event) {
        hello = event["name"].as_string();
        if (hello == "eve")
            CHECK_OK(ends.server.refuse(event.peer(), 42, "not you"));
        else
            CHECK_OK(ends.server.accept(event.peer(), {{"seat", 3}}));
        CHECK_CODE(ends.server.accept(event.peer()), podsix::Code::not_requested);
    });
    ends.of_client.on_connected(
        [&](const podsix::Event& event) { reply = event.message().json(); });
    ends.of_client.on_error([&](const podsix::Event& event) {
        CHECK(event.reason() == podsix::Reason::refused && event.code() == 42);
        refusal = event.text();
    });
    ends.at_client = CHECK_OK(ends.client.connect(ends.address, {{"name", "ada"}}));
    ends.wait("ada is in", [&] { return ends.opened == 2; });
    CHECK_TEXT(hello, "ada");
    CHECK_TEXT(reply, "{\"seat\":3}");
    podsix::Message eve;
    eve.clear().open_map().set("name", "eve").close();
    CHECK_OK(ends.client.connect(ends.address, eve));
    ends.wait("eve is out", [&] { return !refusal.empty(); });
    CHECK_TEXT(refusal, "not you");
    CHECK(ends.server.stats().refused == 1);

    CHECK(CHECK_OK(ends.server.listening_port(ends.listening)) != 0);
    CHECK_OK(ends.server.stop_listening(ends.listening));
    CHECK_CODE(ends.server.stop_listening(ends.listening), podsix::Code::unknown_listener);
    CHECK_CODE(ends.server.listening_port(ends.listening), podsix::Code::unknown_listener);
    CHECK_CODE(ends.server.listening_address(ends.listening), podsix::Code::unknown_listener);
    CHECK_CODE(ends.server.listen("nowhere:x"), podsix::Code::bad_address);
    CHECK(ends.server.error().find("nowhere") != std::string::npos);
    CHECK_CODE(ends.client.connect("a b"), podsix::Code::bad_address);
    CHECK_CODE(ends.client.connect("127.0.0.1:1", std::string(5000, 'x')),
               podsix::Code::too_large);
    CHECK(ends.client.peers().size() == 1 && ends.client.all_peers() == ends.client.peers());

    bool lost = false;
    ends.of_client.on_disconnected(
        [&](const podsix::Event& event) { lost = event.reason() == podsix::Reason::shutdown; });
    ends.server = podsix::Host(podsix::Config(mode));
    ends.wait("the client hears of the server's end", [&] { return lost; });
}

void peers_and_sending(podsix::Mode mode) {
    Ends ends(mode);
    ends.connect();
    CHECK(ends.server.peers() == std::vector<podsix::PeerId>{ends.at_server});
    CHECK_TEXT(CHECK_OK(ends.client.peer_address(ends.at_client)), ends.address);
    CHECK_CODE(ends.client.peer_address(1), podsix::Code::unknown_peer);
    int data = 7;
    CHECK(CHECK_OK(ends.server.user_data<int>(ends.at_server)) == nullptr);
    CHECK_OK(ends.server.set_user_data(ends.at_server, &data));
    CHECK(CHECK_OK(ends.server.user_data<int>(ends.at_server)) == &data);
    CHECK_CODE(ends.server.user_data<int>(1), podsix::Code::unknown_peer);

    std::string heard;
    ends.of_client.on_any([&](const podsix::Event& event) {
        if (event.kind() == podsix::EventKind::message)
            heard += event.message().json() + " ";
    });
    podsix::Message message;
    CHECK_OK(ends.server.send(ends.at_server, {{"action", "a"}}));
    CHECK_OK(ends.server.send(ends.at_server, message.begin("b")));
    CHECK_OK(ends.server.send_json(ends.at_server, "[1]"));
    CHECK_OK(ends.server.send_messagepack(ends.at_server, *message.messagepack()));
    CHECK_OK(ends.server.broadcast(podsix::List{2}));
    CHECK_OK(ends.server.broadcast("not for you", ends.at_server));
    std::vector<podsix::Code> codes;
    const std::vector<podsix::PeerId> two = {ends.at_server, 1};
    CHECK(CHECK_OK(ends.server.send_many(two, "many", &codes)) == 1);
    CHECK(codes == (std::vector<podsix::Code>{podsix::Code::ok, podsix::Code::unknown_peer}));
    CHECK(CHECK_OK(ends.server.send_many(std::array<podsix::PeerId, 0>{}, "nobody")) == 0);
    CHECK_CODE(ends.server.send_many(two, message.clear(), &codes), podsix::Code::bad_message);
    CHECK(codes == std::vector<podsix::Code>(2, podsix::Code::bad_message));
    CHECK_OK(ends.server.flush(10000));
    const char* const all = R"({"action":"a"} {"action":"b"} [1] {"action":"b"} [2] "many" )";
    ends.wait("all has come", [&] { return heard.size() >= std::strlen(all); });
    CHECK_TEXT(heard, all);

    CHECK(CHECK_OK(ends.server.peer_stats(ends.at_server)).messages_out == 6);
    CHECK_CODE(ends.server.peer_stats(1), podsix::Code::unknown_peer);
    CHECK(ends.client.stats().messages_in == 6 && ends.client.stats().peers == 1);
    const auto descriptor = ends.client.descriptor(); // on Windows of threaded hosts alone
    CHECK(descriptor ? *descriptor == CHECK_OK(ends.client.descriptor())
                     : descriptor.code() == podsix::Code::os);

    // Refusals, in codes and words, and what may be passed over.
    const auto nobody = ends.server.send(1, {{"action", "a"}});
    CHECK_CODE(nobody, podsix::Code::unknown_peer);
    CHECK(!nobody && !nobody.words().empty() && nobody.words() == ends.server.error());
    CHECK_OK(nobody.unless_gone());
    CHECK_TEXT(nobody.unless_gone().words(), "");
    const auto large = ends.server.send(ends.at_server, std::string(2 << 20, 'x'));
    CHECK_CODE(large.unless_gone(), podsix::Code::too_large);
    CHECK(large.words().find("max_message") != std::string::npos);
    CHECK_TEXT(podsix::name(large.code()), "PODSIX_ERR_TOO_LARGE");
    CHECK_CODE(ends.server.accept(ends.at_server), podsix::Code::not_requested);
    CHECK_CODE(ends.server.refuse(ends.at_server), podsix::Code::not_requested);

    int ended = 0;
    const auto goodbye = [&](podsix::Reason reason, std::int32_t code, const char* text) {
        return [=, &ended](const podsix::Event& event) {
            CHECK(event.reason() == reason && event.code() == code && event.os_error() == 0);
            CHECK_TEXT(event.text(), text);
            ++ended;
        };
    };
    ends.of_server.on_disconnected(goodbye(podsix::Reason::local, -1, "goodbye"));
    ends.of_server.on_disconnected(
        [&](const podsix::Event& event) { CHECK(event.user_data<int>() == &data); });
    ends.of_client.on_disconnected(goodbye(podsix::Reason::closed, -1, "goodbye"));
    CHECK_OK(ends.server.disconnect(ends.at_server, -1, "goodbye"));
    CHECK_CODE(ends.server.disconnect(ends.at_server), podsix::Code::not_connected);
    ends.wait("both have ended", [&] { return ended == 2; });

    Ends others(mode);
    others.connect();
    bool dropped = false;
    others.of_client.on_disconnected([&](const podsix::Event&) { dropped = true; });
    CHECK_OK(others.server.drop(others.at_server));
    others.wait("it was dropped", [&] { return dropped; });
    CHECK_CODE(others.server.drop(1), podsix::Code::unknown_peer);
}

/// A broadcast is for those whose event was taken: "joined" never comes before "welcome".
void meeting() {
    Ends ends(podsix::Mode::threaded);
    ends.connect();
    podsix::Host late;
    podsix::Listener of_late(late);
    bool open = false;
    std::string heard;
    of_late.on_connected([&](const podsix::Event&) { open = true; });
    of_late.on_any([&](const podsix::Event& event) {
        if (event.kind() == podsix::EventKind::message)
            heard += std::string(event.message().as_string()) + " ";
    });
    CHECK_OK(late.connect(ends.address));
    until("it is let in, which the server has not polled", [&] { return open; }, late);
    CHECK(ends.server.peers() == std::vector<podsix::PeerId>{ends.at_server});
    CHECK(ends.server.all_peers().size() == 2);
    CHECK_OK(ends.server.broadcast("joined"));
    ends.of_server.on_connected([&](const podsix::Event& event) {
        CHECK_OK(ends.server.send(event.peer(), "welcome"));
        CHECK_OK(ends.server.broadcast("all"));
    });
    until("it has heard", [&] { return heard.size() >= 12; }, ends.server, late);
    CHECK_TEXT(heard, "welcome all ");
    CHECK(ends.server.peers().size() == 2);
}

/// The words come, however much waits before them.
void kicking(podsix::Mode mode) {
    podsix::Config patient(mode);
    patient.linger_ms = 600000;
    // A client without a thread takes nothing before it polls.
    Ends ends(patient, podsix::Config(podsix::Mode::inlined), false);
    ends.connect();
    bool gone = false;
    ends.of_server.on_disconnected([&](const podsix::Event& event) {
        CHECK(event.reason() == podsix::Reason::local && event.code() == 9);
        CHECK_TEXT(event.text(), "cheating");
        gone = true;
    });
    std::string words;
    ends.of_client.on_disconnected([&](const podsix::Event& event) {
        CHECK(event.reason() == podsix::Reason::closed && event.code() == 9);
        words = event.text();
    });
    const std::string much(200000, 'x');
    do { // until neither the system nor the out-buffer takes more
        while (ends.server.send(ends.at_server, much)) {
        }
    } while (ends.server.flush(100));
    CHECK_OK(ends.server.disconnect(ends.at_server, 1, "after everything"));
    CHECK_OK(ends.server.kick(ends.at_server, 9, "cheating"));
    CHECK_CODE(ends.server.kick(ends.at_server), podsix::Code::not_connected);
    until("its end is told, whatever waits", [&] { return gone; }, ends.server);
    ends.wait("the words come", [&] { return !words.empty(); });
    CHECK_TEXT(words, "cheating");
    CHECK_CODE(ends.server.kick(1), podsix::Code::unknown_peer);
}

/// Whoever is there gets all that was sent, then the words; and nothing new begins.
void closing(podsix::Mode mode) {
    Ends ends(mode);
    ends.connect();
    int got = 0;
    std::string words;
    ends.of_client.on("count", [&](const podsix::Event& event) {
        CHECK(event["i"].as_int() == got++);
    });
    ends.of_client.on_disconnected([&](const podsix::Event& event) {
        CHECK(event.reason() == podsix::Reason::closed && event.code() == 7);
        words = event.text();
    });
    const std::string much(5000, 'x');
    for (int i = 0; i < 100; ++i)
        CHECK_OK(ends.server.send(ends.at_server, {{"action", "count"}, {"i", i}, {"much", much}}));
    const podsix::PeerId on_its_way = CHECK_OK(ends.server.connect("127.0.0.1:1"));
    std::map<podsix::PeerId, podsix::EventKind> ended;
    ends.of_server.on_any([&](const podsix::Event& event) { ended[event.peer()] = event.kind(); });

    // A client without a thread has not closed before it polls.
    const bool at_once = static_cast<bool>(ends.server.close(0, 7, "that was all"));
    CHECK(!at_once || mode == podsix::Mode::threaded);
    CHECK_CODE(ends.server.send(ends.at_server, 1), podsix::Code::not_connected);
    CHECK_CODE(ends.server.broadcast(1), podsix::Code::closing);
    CHECK_OK(ends.server.broadcast(1).unless_gone());
    CHECK_CODE(ends.server.listen("127.0.0.1:0"), podsix::Code::closing);
    CHECK_CODE(ends.server.connect(ends.address), podsix::Code::closing);
    CHECK_TEXT(podsix::name(podsix::Code::closing), "PODSIX_ERR_CLOSING");

    // The game goes on drawing meanwhile.
    ends.wait("nobody is left", [&] { return ends.server.all_peers().empty(); });
    CHECK_OK(ends.server.close(10000, 7, "that was all"));
    CHECK(ended.size() == 2 && ended[ends.at_server] == podsix::EventKind::disconnected);
    CHECK(ended[on_its_way] == podsix::EventKind::error);
    until("the client has heard all", [&] { return !words.empty(); }, ends.client);
    CHECK(got == 100);
    CHECK_TEXT(words, "that was all");
}

/// The loops, beside pump.
void loops(podsix::Mode mode) {
    Ends ends(mode);
    ends.connect();
    for (int i = 0; i < 10; ++i)
        CHECK_OK(ends.server.send(ends.at_server, {{"action", "count"}, {"i", i}}));
    int seen = 0;
    for (const Deadline deadline; seen < 10 && !deadline.passed();) {
        auto events = ends.client.wait(10);
        for (const podsix::Event& event : events) {
            CHECK(event["i"].as_int() == seen++);
            ends.client.dispatch(event);
        }
        CHECK_OK(events.result());
        for (const podsix::Event& event : ends.server.poll())
            CHECK(event.kind() != podsix::EventKind::message);
    }
    CHECK(seen == 10);
    bool came = false; // a loop may end its host, and goes on to its own end
    CHECK_OK(ends.client.send(ends.at_client, {{"action", "end"}}));
    for (const Deadline deadline; !came && !deadline.passed();) {
        for (const podsix::Event& event : ends.server.wait(10)) {
            ends.server = podsix::Host(podsix::Config(mode));
            CHECK_TEXT(event.action(), "end");
            came = true;
        }
        CHECK_OK(ends.client.pump());
    }
    CHECK(came);

    // What has happened stands in the log.
    CHECK_OK(ends.client.connect("127.0.0.1:1"));
    int records = 0;
    until(
        "something is in the log",
        [&] {
            auto log = ends.client.log_records();
            for (const podsix::LogRecord& record : log) {
                CHECK(record.level() <= podsix::LogLevel::debug && !record.text().empty());
                CHECK(record.at_ms() < 1000000);
                ++records;
            }
            CHECK_OK(log.result());
            return records > 0;
        },
        ends.client);
}

void settings() {
    podsix::Config config(podsix::Mode::inlined);
    CHECK(config.struct_size == sizeof(podsix_config) && config.max_message == 1 << 20);
    CHECK(config.slow_peer_ms == 5'000 && config.slow_peer_bytes == 8 << 20);
    CHECK_OK(config.set_largest(10 << 20));
    CHECK(config.out_buffer == 10 << 20 && config.queue_bytes == 10 << 20);
    CHECK(podsix::Host(config));
    CHECK_CODE(config.set_largest(1 << 24), podsix::Code::bad_config);
    CHECK(config.send_mode == PODSIX_SEND_AT_ONCE);
    const podsix::Config gathers(podsix::Mode::inlined, podsix::SendMode::gathered);
    CHECK(gathers.mode == PODSIX_MODE_INLINE && gathers.send_mode == PODSIX_SEND_GATHERED);
    Ends ends(gathers, gathers, false);
    int heard = 0;
    ends.of_client.on("said", [&](const podsix::Event&) { ++heard; });
    ends.connect();
    for (int i = 0; i < 10; ++i)
        CHECK_OK(ends.server.send(ends.at_server, {{"action", "said"}}));
    CHECK_OK(ends.server.flush(10000));
    until(
        "what was gathered came", [&] { return heard == 10; }, ends.client);
    config.max_message = 0;
    const podsix::Host refused(config);
    CHECK(!refused && refused.code() == podsix::Code::bad_config);
    CHECK(refused.error().find("max_message") != std::string::npos);
    CHECK(podsix::abi_matches() && std::strlen(podsix::version_text()) >= 5);
    CHECK(podsix::version() != 0);
    CHECK_TEXT(podsix::name(podsix::Code::ok), "PODSIX_OK");
    CHECK_TEXT(podsix::name(podsix::Reason::shutdown), "PODSIX_REASON_SHUTDOWN");
    CHECK_TEXT(podsix::name(podsix::EventKind::resumed), "PODSIX_EVENT_RESUMED");

    // Without a host everything answers, and nothing happens.
    podsix::Host host, other = std::move(host);
    CHECK(!host && other && host.code() == podsix::Code::bad_argument);
    CHECK_TEXT(host.error(), "the host was moved from");
    CHECK_CODE(host.listen("*:0"), podsix::Code::bad_argument);
    CHECK_CODE(host.connect("localhost", {{"name", "ada"}}), podsix::Code::bad_argument);
    CHECK_CODE(host.send(1, {{"action", "a"}}), podsix::Code::bad_argument);
    CHECK_TEXT(host.send(1, 1).words(),
               "there is no host: it was moved from, or could not be made, and error() says why");
    CHECK_CODE(host.broadcast(1), podsix::Code::bad_argument);
    CHECK_CODE(host.kick(1), podsix::Code::bad_argument);
    CHECK_CODE(host.flush(1), podsix::Code::bad_argument);
    CHECK_CODE(host.close(1), podsix::Code::bad_argument);
    CHECK_CODE(host.peer_address(1), podsix::Code::bad_argument);
    CHECK(host.peers().empty() && host.stats().peers == 0);
    for (const podsix::Event& event : host.poll())
        CHECK(event.get() == nullptr);
    CHECK_CODE(host.log_records().result(), podsix::Code::ok);
    CHECK_CODE(host.set_codec([](podsix::Value, std::vector<std::uint8_t>&) { return false; },
                              [](podsix::Bytes, podsix::Message&) { return false; }),
               podsix::Code::bad_argument);
}

/// Game messages of a codec of the game's own: JSON backwards.
void codec(podsix::Mode mode) {
    Ends ends(mode);
    const auto dumps = [](podsix::Value value, std::vector<std::uint8_t>& payload) {
        const std::string json = value.json();
        payload.assign(json.rbegin(), json.rend());
        return !value["secret"].exists();
    };
    const auto loads = [](podsix::Bytes payload, podsix::Message& message) {
        const std::string json(std::reverse_iterator(payload.end()),
                               std::reverse_iterator(payload.begin()));
        return message.from_json(json).error().empty();
    };
    CHECK_OK(ends.server.set_codec(dumps, loads));
    CHECK_CODE(ends.server.set_codec(dumps, loads), podsix::Code::bad_argument); // once
    CHECK_OK(ends.client.set_codec(dumps, loads));
    const auto id = CHECK_OK(ends.server.listen("podsixnet+custom://127.0.0.1:0"));
    ends.listening = id;
    ends.address = "podsixnet+custom://" + CHECK_OK(ends.server.listening_address(id));
    ends.connect();
    std::string said;
    ends.of_server.on("say", [&](const podsix::Event& event) { said = event["text"].as_string(); });
    const std::string text(5000, 'x'); // longer than the room the library offers first
    CHECK_OK(ends.client.send(ends.at_client, {{"action", "say"}, {"text", text}}));
    ends.wait("it was said", [&] { return !said.empty(); });
    CHECK_TEXT(said, text);
    CHECK_CODE(ends.client.send(ends.at_client, {{"secret", 1}}), podsix::Code::unsendable);
}

} // namespace

int main() {
    for (const podsix::Mode mode : {podsix::Mode::threaded, podsix::Mode::inlined}) {
        opening(mode);
        peers_and_sending(mode);
        kicking(mode);
        closing(mode);
        loops(mode);
        codec(mode);
    }
    meeting();
    settings();
    std::puts("hosts: every function did what it says");
}
