// whiteboard: everybody draws on one board, each in a colour of their own. The same program as
// whiteboard.c, which it talks to, but without a window.
//
//     whiteboard server [address...]       default: tcp at port 31425 and podsixnet at port 31426,
//                                          of every address of this machine
//     whiteboard client address --headless
//
// The client reads lines, of which each draws a point: "line X Y" where a new line starts, "point X
// Y" where it goes on. It prints what arrives, and leaves at the end of its input.
//
// The client sends   startline {point}   and   drawpoint {point},   a point being a tuple (x, y).
// The server passes both on to all, the sender too, with the player's   id,   its number as a
// string; it sends   initial {lines: {id: {color, lines: [[point, ...], ...]}}}   to who is new,
// and players {players: {id: color}}   to all on every change, a color being a list [red, green,
// blue].

#include "../console.h"

#include <podsix.hpp>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <deque>
#include <iostream>
#include <list>
#include <sstream>

namespace {

constexpr std::uint32_t frame_ms = 16, server_wait_ms = 100, close_ms = 5000;
constexpr std::size_t max_line = 1000;
// What a stranger sends cannot make the board grow: old ink fades. If each point is a line of its
// own, these are 64,000 values: one message may have 65,536 (Config::max_values).
constexpr std::uint32_t max_players = 16;
constexpr std::size_t max_points = 1000, max_id = 15;

/// Set by Ctrl-C, or by who ends the program otherwise.
volatile std::sig_atomic_t interrupted = 0;

void on_interrupt(int) { interrupted = 1; }

// ---- what is drawn

struct Point {
    std::int16_t x = 0, y = 0;
};

void podsix_write(podsix::Message& message, const Point& point) {
    message.add(podsix::Tuple{point.x, point.y});
}

bool podsix_read(podsix::Value value, Point& point) {
    const std::int64_t x = value[0].as_int(INT64_MAX), y = value[1].as_int(INT64_MAX);
    point = {static_cast<std::int16_t>(x), static_cast<std::int16_t>(y)};
    return value.type() == podsix::Type::list && value.size() == 2 && point.x == x && point.y == y;
}

struct Color {
    std::uint8_t red = 0, green = 0, blue = 0;
};

void podsix_write(podsix::Message& message, const Color& color) {
    message.add({color.red, color.green, color.blue});
}

bool podsix_read(podsix::Value value, Color& color) {
    std::uint8_t* const parts[] = {&color.red, &color.green, &color.blue};
    for (std::size_t at = 0; at < std::size(parts); ++at) {
        const std::int64_t part = value[at].as_int(-1);
        if (part < 0 || part > 255)
            return false;
        *parts[at] = static_cast<std::uint8_t>(part);
    }
    return value.size() == std::size(parts);
}

struct Ink {
    Point point;
    bool starts_line;
};

class Player {
public:
    explicit Player(std::string id_) : id(std::move(id_)) {}

    /// Adds a point; without any before it, a line cannot lead to it, and nothing happens.
    bool draw(Point point, bool starts_line) {
        if (ink_.empty() && !starts_line)
            return false;
        ink_.push_back({point, starts_line});
        if (ink_.size() > max_points)
            ink_.pop_front();
        ink_.front().starts_line = true; // what led here may have faded
        return true;
    }

    std::vector<std::vector<Point>> lines() const {
        std::vector<std::vector<Point>> lines;
        for (const Ink& ink : ink_) {
            if (ink.starts_line)
                lines.emplace_back();
            lines.back().push_back(ink.point);
        }
        return lines;
    }

    std::string id;
    Color color;

private:
    std::deque<Ink> ink_;
};

/// Who plays, in the order in which they came.
class Board {
public:
    Player* find(std::string_view id) {
        const auto found = std::find_if(players.begin(), players.end(),
                                        [&](const Player& player) { return player.id == id; });
        return found != players.end() ? &*found : nullptr;
    }

    /// Null if the board is full, or the id is none.
    Player* add(std::string_view id) {
        const auto visible = [](char c) { return c > ' ' && c <= '~'; };
        if (players.size() == max_players || id.empty() || id.size() > max_id ||
            !std::all_of(id.begin(), id.end(), visible))
            return nullptr;
        return &players.emplace_back(std::string(id));
    }

    std::list<Player> players;
};

podsix::Config settings(std::uint32_t max_peers) {
    podsix::Config config;
    config.max_peers = max_peers;
    return config;
}

// ---- the server

class Server {
public:
    Server() {
        host_.or_throw();
        game_.on_connected([this](const podsix::Event& event) { connected(event.peer()); });
        game_.on_disconnected([this](const podsix::Event& event) {
            const auto* gone = event.user_data<Player>();
            if (gone == nullptr)
                return;
            board_.players.remove_if([&](const Player& player) { return &player == gone; });
            send_players();
        });
        game_.on("startline", [this](const podsix::Event& event) { draw(event, true); });
        game_.on("drawpoint", [this](const podsix::Event& event) { draw(event, false); });
        game_.on_error(
            [](const podsix::Event& event) { // a program of another kind has knocked, say
                std::cerr << "whiteboard: " << event.text() << '\n';
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
    void connected(podsix::PeerId peer) {
        const unsigned long n = ++numbered_;
        Player* const player = board_.add(std::to_string(n));
        if (player == nullptr) { // one who left is still on the board: its end is on the way
            host_.disconnect(peer, 0, "the board is full").unless_gone().or_throw();
            return;
        }
        const auto part = [n](unsigned long i) {
            return static_cast<std::uint8_t>((n + i) % 3 * 84);
        };
        player->color = {part(1), part(2), part(3)};
        host_.set_user_data(peer, player).or_throw();
        send_initial(peer);
        send_players();
    }

    void send_initial(podsix::PeerId peer) {
        out_.begin("initial").open_map("lines");
        for (const Player& player : board_.players)
            out_.set(player.id, {{"color", player.color}, {"lines", player.lines()}});
        host_.send(peer, out_.close()).unless_gone().or_throw();
    }

    void send_players() {
        out_.begin("players").open_map("players");
        for (const Player& player : board_.players)
            out_.set(player.id, player.color);
        host_.broadcast(out_.close()).or_throw();
    }

    /// A client decides what it sends, the server what it believes and passes on.
    void draw(const podsix::Event& event, bool starts_line) {
        auto* const player = event.user_data<Player>();
        const auto point = event["point"].read<Point>();
        if (player == nullptr || !point || !player->draw(*point, starts_line))
            return;
        host_
            .broadcast({{"action", starts_line ? "startline" : "drawpoint"},
                        {"point", *point},
                        {"id", player->id}})
            .or_throw();
    }

    podsix::Host host_{settings(max_players)};
    podsix::Listener game_{host_};
    podsix::Message out_; // what is sent is built in loops; a message keeps its memory
    Board board_;
    unsigned long numbered_ = 0; // players so far; the newest one's id
};

// ---- the client

class Client {
public:
    explicit Client(const std::string& address) {
        console_start();
        host_.or_throw();
        server_ = host_.connect(address).or_throw();
        game_.on_connected([this](const podsix::Event&) {
            connected_ = true;
            std::cout << "*** connected to the server" << std::endl;
        });
        game_.on("initial", [this](const podsix::Event& event) { initial(event["lines"]); });
        game_.on("players", [this](const podsix::Event& event) { players(event["players"]); });
        game_.on("startline", [this](const podsix::Event& event) { draw(event, true); });
        game_.on("drawpoint", [this](const podsix::Event& event) { draw(event, false); });
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
                read_input();
            host_.pump(frame_ms).or_throw();
        }
        return failed_;
    }

private:
    /// The player with this id, who may be new, in this colour. Null if the board has no room.
    Player* enter(podsix::Value id, podsix::Value color) {
        Player* player = board_.find(id.as_string());
        if (player == nullptr)
            player = board_.add(id.as_string());
        if (player != nullptr)
            player->color = color.read_or(player->color);
        return player;
    }

    void initial(podsix::Value all) {
        board_.players.clear();
        for (const auto [id, about] : all.entries()) {
            Player* const player = enter(id, about["color"]);
            if (player == nullptr)
                continue;
            for (const podsix::Value line : about["lines"]) {
                bool starts_line = true;
                for (const podsix::Value point : line) {
                    if (const auto read = point.read<Point>())
                        player->draw(*read, starts_line);
                    starts_line = false;
                }
            }
        }
        std::cout << "*** initial:";
        print_players(true);
    }

    /// Who is not among them has left, and its lines with it.
    void players(podsix::Value playing) {
        board_.players.remove_if(
            [&](const Player& player) { return !playing[player.id].exists(); });
        for (const auto [id, color] : playing.entries())
            enter(id, color);
        std::cout << "*** players:";
        print_players(false);
    }

    void draw(const podsix::Event& event, bool starts_line) {
        Player* const player = board_.find(event["id"].as_string());
        const auto point = event["point"].read<Point>();
        if (player != nullptr && point && player->draw(*point, starts_line))
            std::cout << player->id << (starts_line ? ": startline " : ": drawpoint ") << point->x
                      << ',' << point->y << std::endl;
    }

    void print_players(bool with_lines) {
        const char* between = " ";
        for (const Player& player : board_.players) {
            const auto [red, green, blue] = player.color;
            std::cout << between << player.id << " (" << +red << ", " << +green << ", " << +blue
                      << ')';
            between = ", ";
            if (!with_lines)
                continue;
            for (const std::vector<Point>& line : player.lines()) {
                const char* lead = " / ";
                for (const Point point : line) {
                    std::cout << lead << point.x << ',' << point.y;
                    lead = " - ";
                }
            }
        }
        std::cout << std::endl;
    }

    /// Takes what has been written, without ever waiting for it.
    void read_input() {
        char text[max_line];
        const int got = console_read(text, sizeof text);
        if (got < 0) {
            leaving_ = true; // all that was drawn arrives before the goodbye
            (void)host_.close(close_ms, 0, "bye"); // what became of it, `ended` hears
            return;
        }
        input_.append(text, static_cast<std::size_t>(got));
        for (auto end = input_.find('\n'); end != std::string::npos; end = input_.find('\n')) {
            obey(input_.substr(0, end));
            input_.erase(0, end + 1);
        }
        if (input_.size() >= max_line) {
            std::cerr << "whiteboard: the line is too long\n";
            input_.clear();
        }
    }

    void obey(const std::string& command) {
        std::istringstream words(command);
        std::string word, more;
        int x = 0, y = 0;
        if (!(words >> word >> x >> y) || words >> more || (word != "line" && word != "point")) {
            std::cerr << "whiteboard: '" << command << "' is neither 'line X Y' nor 'point X Y'\n";
            return;
        }
        const Point point = {static_cast<std::int16_t>(x), static_cast<std::int16_t>(y)};
        if (point.x != x || point.y != y) {
            std::cerr << "whiteboard: '" << command << "' lies beyond 32767\n";
            return;
        }
        const char* const action = word == "line" ? "startline" : "drawpoint";
        host_.send(server_, {{"action", action}, {"point", point}}).unless_gone().or_throw();
    }

    podsix::Host host_{settings(1)};
    podsix::Listener game_{host_};
    podsix::PeerId server_ = 0;
    Board board_;
    std::string input_; // what has been read of the next line
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
    if (role == "client" && arguments.size() == 3 && arguments[2] == "--headless")
        return Client(arguments[1]).run();
    if (role == "client" && arguments.size() <= 2) {
        std::cerr
            << "whiteboard: this program in C++ has no window: use --headless, or the one in C,\n"
               "            which has one where SDL2 is installed (on Debian: libsdl2-dev)\n";
        return 2;
    }
    std::cerr << "usage: whiteboard server [address...]\n"
                 "       whiteboard client address --headless\n"
                 "an address is tcp://host:port, where tcp:// and :port may be left out,\n"
                 "or, for programs of PodSixNet, podsixnet://host:port\n";
    return 2;
} catch (const podsix::Error& error) {
    std::cerr << "whiteboard: " << error.what() << " (" << podsix::name(error.code()) << ")\n";
    return 1;
}
