// chat: everybody reads what anybody writes, under a nickname. The same program as chat.c, which it
// talks to.
//
//     chat server [address...]          default: tcp at port 31425 and podsixnet at port 31426, of
//                                       every address of this machine
//     chat client [address] [nickname]  default: localhost, and "anonymous"
//
// A server listens at all its addresses at once, so that programs that speak podsix (tcp://) and
// programs of PodSixNet (podsixnet://) meet in one chat.
//
// The client sends   nickname {nickname}   and   message {message};
// the server sends   players {players}     and   message {message, who}   to all.

#include "../console.h"

#include <podsix.hpp>

#include <csignal>
#include <iostream>
#include <list>

namespace {

constexpr std::uint32_t frame_ms = 16, server_wait_ms = 100, close_ms = 5000;
constexpr std::size_t max_nickname = 32, max_line = 1000, max_shown = 100;

/// Set by Ctrl-C, or by who ends the program otherwise.
volatile std::sig_atomic_t interrupted = 0;

void on_interrupt(int) { interrupted = 1; }

class Server {
public:
    Server() {
        host_.or_throw();
        game_.on_connected([this](const podsix::Event& event) {
            std::string& nickname = players_.emplace_back("anonymous");
            host_.set_user_data(event.peer(), &nickname).or_throw();
            send_players();
        });
        game_.on_disconnected([this](const podsix::Event& event) {
            if (event.reason() == podsix::Reason::wrong_protocol)
                std::cerr << "chat: " << event.text() << '\n';
            players_.remove_if([&](const std::string& nickname) {
                return &nickname == event.user_data<std::string>();
            });
            send_players();
        });
        game_.on("nickname", [this](const podsix::Event& event) {
            if (!believable(event["nickname"], max_nickname))
                return;
            *event.user_data<std::string>() = event["nickname"].as_string();
            send_players();
        });
        game_.on("message", [this](const podsix::Event& event) {
            const podsix::Value message = event["message"];
            if (!believable(message, max_line))
                return;
            host_
                .broadcast({{"action", "message"},
                            {"message", message},
                            {"who", *event.user_data<std::string>()}})
                .or_throw();
        });
        game_.on_error(
            [](const podsix::Event& event) { // a program of another kind has knocked, say
                std::cerr << "chat: " << event.text() << '\n';
            });
    }

    /// Listens, and tells where: the port may have been left to the system (":0").
    void listen(const std::string& address) {
        const auto end = address.find("://");
        const auto id = host_.listen(address).or_throw();
        std::cout << "server launched at "
                  << (end == std::string::npos ? "tcp" : address.substr(0, end)) << "://"
                  << host_.listening_address(id).or_throw() << std::endl;
    }

    /// Until it is interrupted.
    void run() {
        std::signal(SIGINT, on_interrupt);
        std::signal(SIGTERM, on_interrupt);
        while (interrupted == 0)
            host_.pump(server_wait_ms).or_throw();
        // Nobody misses a word. Who is too slow for it is left behind.
        (void)host_.close(close_ms, 0, "the server is closing");
    }

private:
    /// A client decides what it sends, the server what it believes: text, not too long, without the
    /// NULs that could spell the end of a message to PodSixNet.
    static bool believable(podsix::Value value, std::size_t max) {
        const std::string_view text = value.as_string();
        return value.type() == podsix::Type::string && text.size() <= max &&
               text.find('\0') == std::string_view::npos;
    }

    void send_players() {
        host_.broadcast({{"action", "players"}, {"players", players_}}).or_throw();
    }

    podsix::Host host_;
    podsix::Listener game_{host_};
    std::list<std::string> players_; // their nicknames, in the order in which they came
};

class Client {
public:
    Client(const std::string& address, std::string nickname) : nickname_(std::move(nickname)) {
        console_start();
        host_.or_throw();
        server_ = host_.connect(address).or_throw();
        game_.on_connected([this](const podsix::Event&) {
            connected_ = true;
            std::cout << "*** connected to the server" << std::endl;
            if (!nickname_.empty())
                send("nickname", nickname_);
        });
        game_.on("players", [](const podsix::Event& event) {
            std::cout << "*** players: ";
            std::size_t shown = 0;
            for (const podsix::Value nickname : event["players"]) {
                if (shown == max_shown)
                    break;
                std::cout << (shown++ > 0 ? ", " : "") << nickname.printable(max_nickname);
            }
            std::cout << std::endl;
        });
        game_.on("message", [](const podsix::Event& event) {
            // What strangers wrote moves no cursor.
            std::cout << event["who"].printable(max_nickname) << ": "
                      << event["message"].printable(max_line) << std::endl;
        });
        const auto ended = [this](const podsix::Event& event) {
            done_ = true;
            failed_ = event.reason() != podsix::Reason::local;
            std::cout << "*** disconnected: " << podsix::name(event.reason()) << ' ' << event.text()
                      << std::endl;
        };
        game_.on_disconnected(ended).on_error(ended);
    }

    /// Until it has left; whether something went wrong.
    bool run() {
        while (!done_) {
            if (connected_ && !leaving_)
                read_keyboard();
            host_.pump(frame_ms).or_throw();
        }
        return failed_;
    }

private:
    void send(const char* action, std::string_view text) {
        const auto result = host_.send(server_, {{"action", action}, {action, text}});
        if (result.code() == podsix::Code::bad_utf8)
            std::cerr << "chat: not sent, it is not UTF-8\n";
        else if (result.code() == podsix::Code::terminator)
            std::cerr << "chat: not sent, it ends messages of PodSixNet\n";
        else
            result.unless_gone().or_throw();
    }

    /// Takes what has been typed, without ever waiting for it; each whole line is a message.
    void read_keyboard() {
        char typed[max_line];
        const int got = console_read(typed, sizeof typed);
        if (got < 0) {
            leaving_ = true; // all that was typed arrives before the goodbye
            (void)host_.close(close_ms, 0, "bye"); // what became of it, `ended` hears
            return;
        }
        line_.append(typed, static_cast<std::size_t>(got));
        for (auto end = line_.find('\n'); end != std::string::npos; end = line_.find('\n')) {
            send("message", std::string_view(line_).substr(0, end));
            line_.erase(0, end + 1);
        }
        if (line_.size() >= max_line) {
            std::cerr << "chat: the line is too long\n";
            line_.clear();
        }
    }

    podsix::Host host_;
    podsix::Listener game_{host_};
    podsix::PeerId server_ = 0;
    std::string nickname_, line_; // line_: what has been typed of the next message
    bool connected_ = false, leaving_ = false, done_ = false, failed_ = false;
};

} // namespace

int main(int argc, char** argv) try {
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    const std::string role = arguments.empty() ? "" : arguments[0];
    if (role == "server") {
        Server server;
        for (std::size_t at = 1; at < arguments.size(); ++at)
            server.listen(arguments[at]);
        if (arguments.size() == 1) {
            server.listen("*");
            server.listen("podsixnet://*:31426");
        }
        server.run();
        return 0;
    }
    if (role == "client" && arguments.size() <= 3)
        return Client(arguments.size() > 1 ? arguments[1] : "localhost",
                      arguments.size() > 2 ? arguments[2] : "")
            .run();
    std::cerr << "usage: chat server [address...]\n"
                 "       chat client [address] [nickname]\n"
                 "an address is tcp://host:port, where tcp:// and :port may be left out,\n"
                 "or, for programs of PodSixNet, podsixnet://host:port\n";
    return 2;
} catch (const podsix::Error& error) {
    std::cerr << "chat: " << error.what() << " (" << podsix::name(error.code()) << ")\n";
    return 1;
}
