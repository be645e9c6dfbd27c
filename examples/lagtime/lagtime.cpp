// lagtime: how long a message takes there and back. The same program as lagtime.c, which it talks
// to.
//
// The server pings each client, the client sends every ping back as it came, and the server prints
// the round trips and, when the client leaves, how they spread.
//
//     lagtime server [address...]          default: tcp at port 31425 and podsixnet at port 31426,
//                                          of every address of this machine
//     lagtime client [address]             default: localhost
//     lagtime demo [--count N] [--inline]  both in one process
//
// Both send   ping {count},   which the server counts from 0; the client leaves at 10.

#include <podsix.hpp>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <list>
#include <thread>

namespace {

constexpr std::uint32_t frame_ms = 100, close_ms = 5000;
constexpr std::int64_t round_trips = 10, demo_round_trips = 1000, demo_printed = 10;

/// Upper ends of the histogram's bars, in microseconds; the last bar has none.
constexpr double bar_ends[] = {5,    10,   20,  50,  100, 200, 500, 1000,
                               2000, 5000, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5};
constexpr std::size_t last_bar = std::size(bar_ends);

/// Set by Ctrl-C, or by who ends the program otherwise.
volatile std::sig_atomic_t interrupted = 0;

void on_interrupt(int) { interrupted = 1; }

using Clock = std::chrono::steady_clock;

/// One client as the server knows it.
struct Player {
    std::string address;
    std::int64_t count = 0; // of the ping under way
    Clock::time_point sent;
    std::array<long, last_bar + 1> bars{};

    void print_histogram() const {
        const auto is_some = [](long bar) { return bar > 0; };
        const long most = *std::max_element(bars.begin(), bars.end());
        const auto first = std::find_if(bars.begin(), bars.end(), is_some);
        const auto end = std::find_if(bars.rbegin(), bars.rend(), is_some).base();
        std::printf("%s: %lld round trips\n", address.c_str(), static_cast<long long>(count));
        for (auto bar = first; bar < end; ++bar) {
            const auto at = static_cast<std::size_t>(bar - bars.begin());
            if (at < last_bar)
                std::printf("  to %7.0f us %6ld ", bar_ends[at], *bar);
            else
                std::printf("  beyond     us %6ld ", *bar);
            const long stars = (*bar * 50 + most - 1) / most;
            std::printf("%s\n", std::string(static_cast<std::size_t>(stars), '*').c_str());
        }
    }
};

class Server {
public:
    /// printed: how many round trips of each client are printed.
    Server(podsix::Mode mode, std::int64_t printed)
        : host_(podsix::Config(mode)), printed_(printed) {
        host_.or_throw();
        game_.on_connected([this](const podsix::Event& event) {
            Player& player = players_.emplace_back();
            player.address = *host_.peer_address(event.peer());
            host_.set_user_data(event.peer(), &player).or_throw();
            std::printf("%s connected\n", player.address.c_str());
            ping(event.peer(), player);
        });
        game_.on("ping", [this](const podsix::Event& event) { pong(event); });
        game_.on_disconnected([this](const podsix::Event& event) {
            const auto* player = event.user_data<Player>();
            std::printf("%s disconnected\n", player->address.c_str());
            player->print_histogram();
            players_.remove_if([&](const Player& other) { return &other == player; });
        });
        game_.on_error(
            [](const podsix::Event& event) { // a program of another kind has knocked, say
                std::fprintf(stderr, "lagtime: %s\n", std::string(event.text()).c_str());
            });
    }

    /// Listens, and tells where: the port may have been left to the system (":0").
    std::string listen(const std::string& address) {
        const auto end = address.find("://");
        const std::string scheme = end == std::string::npos ? "tcp" : address.substr(0, end);
        const auto id = host_.listen(address).or_throw();
        const std::string bound = scheme + "://" + host_.listening_address(id).or_throw();
        std::printf("server launched at %s\n", bound.c_str());
        std::fflush(stdout);
        return bound;
    }

    void frame(std::uint32_t timeout_ms) {
        host_.pump(timeout_ms).or_throw();
        std::fflush(stdout); // what was printed, also into a pipe
    }
    /// Nobody misses a word, but who is too slow for it. The last frame prints their round trips.
    void close() {
        (void)host_.close(close_ms, 0, "the server is closing");
        frame(0);
    }
    bool has_players() const { return !host_.peers().empty(); }

private:
    void ping(podsix::PeerId peer, Player& player) {
        player.sent = Clock::now();
        host_.send(peer, {{"action", "ping"}, {"count", player.count}}).unless_gone().or_throw();
    }

    void pong(const podsix::Event& event) {
        Player& player = *event.user_data<Player>();
        if (event["count"].as_int(-1) != player.count)
            return; // not an answer to the ping under way
        const double took = std::chrono::duration<double>(Clock::now() - player.sent).count();
        const auto* const bar =
            std::lower_bound(std::begin(bar_ends), std::end(bar_ends), took * 1e6);
        ++player.bars[static_cast<std::size_t>(bar - bar_ends)];
        if (player.count < printed_)
            std::printf("%s: ping %lld round trip time was %f\n", player.address.c_str(),
                        static_cast<long long>(player.count), took);
        ++player.count;
        ping(event.peer(), player);
    }

    podsix::Host host_;
    podsix::Listener game_{host_};
    std::int64_t printed_;
    std::list<Player> players_;
};

class Client {
public:
    /// last: the ping at which to leave.
    Client(const std::string& address, podsix::Mode mode, std::int64_t last)
        : host_(podsix::Config(mode)) {
        host_.or_throw();
        host_.connect(address).or_throw();
        game_.on_connected([](const podsix::Event&) { std::puts("connected to the server"); });
        game_.on("ping", [this, last](const podsix::Event& event) {
            const auto answered = event["count"].as_int() >= last
                                      ? host_.disconnect(event.peer())
                                      : host_.send(event.peer(), event.message());
            answered.unless_gone().or_throw();
        });
        game_.on_disconnected([this](const podsix::Event& event) {
            done_ = true;
            failed_ = event.reason() != podsix::Reason::local;
            std::printf("disconnected (%s)\n", podsix::name(event.reason()));
        });
        game_.on_error([this](const podsix::Event& event) {
            done_ = failed_ = true;
            std::fprintf(stderr, "lagtime: %s (%s)\n", std::string(event.text()).c_str(),
                         podsix::name(event.reason()));
        });
    }

    void frame(std::uint32_t timeout_ms) {
        host_.pump(timeout_ms).or_throw();
        std::fflush(stdout); // what was printed, also into a pipe
    }
    bool done() const { return done_; }
    bool failed() const { return failed_; }

private:
    podsix::Host host_;
    podsix::Listener game_{host_};
    bool done_ = false, failed_ = false;
};

int run_server(const std::vector<std::string>& addresses) {
    Server server(podsix::Mode::threaded, std::numeric_limits<std::int64_t>::max());
    for (const std::string& address : addresses)
        server.listen(address);
    if (addresses.empty()) {
        server.listen("*");
        server.listen("podsixnet://*:31426");
    }
    std::signal(SIGINT, on_interrupt);
    std::signal(SIGTERM, on_interrupt);
    while (interrupted == 0)
        server.frame(frame_ms);
    server.close();
    return 0;
}

int run_client(const std::string& address) {
    Client client(address, podsix::Mode::threaded, round_trips);
    while (!client.done())
        client.frame(frame_ms);
    return client.failed();
}

int run_demo(std::int64_t count, podsix::Mode mode) {
    Server server(mode, demo_printed);
    Client client(server.listen("127.0.0.1:0"), mode, count);
    // Two hosts in one loop: neither may wait while the other has something to do. The server's
    // last event is its peer's goodbye, after which it has no peers.
    while (!client.done() || server.has_players()) {
        server.frame(0);
        client.frame(0);
        std::this_thread::yield(); // this loop never sleeps: let the hosts' own threads run
    }
    server.frame(0);
    return client.failed();
}

/// The demo's options; 0 round trips if they are none.
std::pair<std::int64_t, podsix::Mode> demo_options(const std::vector<std::string>& arguments) {
    std::pair<std::int64_t, podsix::Mode> options(demo_round_trips, podsix::Mode::threaded);
    for (std::size_t at = 1; at < arguments.size(); ++at) {
        if (arguments[at] == "--inline")
            options.second = podsix::Mode::inlined;
        else if (arguments[at] == "--count" && at + 1 < arguments.size())
            options.first = std::strtoll(arguments[++at].c_str(), nullptr, 10);
        else
            options.first = 0;
    }
    return options;
}

} // namespace

int main(int argc, char** argv) try {
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    const std::string role = arguments.empty() ? "" : arguments[0];
    if (role == "server")
        return run_server({arguments.begin() + 1, arguments.end()});
    if (role == "client" && arguments.size() <= 2)
        return run_client(arguments.size() > 1 ? arguments[1] : "localhost");
    if (role == "demo")
        if (const auto [count, mode] = demo_options(arguments); count > 0)
            return run_demo(count, mode);
    std::fputs("usage: lagtime server [address...]\n"
               "       lagtime client [address]\n"
               "       lagtime demo [--count N] [--inline]\n"
               "an address is tcp://host:port, where tcp:// and :port may be left out,\n"
               "or, for programs of PodSixNet, podsixnet://host:port\n",
               stderr);
    return 2;
} catch (const podsix::Error& error) {
    std::fprintf(stderr, "lagtime: %s (%s)\n", error.what(), podsix::name(error.code()));
    return 1;
}
