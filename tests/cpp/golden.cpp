// The golden session (tests/golden/session.txt) played through podsix.hpp: golden FILE. Its
// transcript goes to the standard output and must be the file.
#include "check.hpp"

#include <cstring>
#include <deque>
#include <fstream>
#include <map>

namespace {

// ---- values as words

/// Writes the value that words stand for into a message, and takes them away.
class Reader {
public:
    explicit Reader(std::string_view words) : rest_(words) {}

    std::string_view word() {
        const std::string_view word = rest_.substr(0, rest_.find(' '));
        rest_.remove_prefix(std::min(rest_.size(), word.size() + 1));
        return word;
    }

    std::string text() {
        std::string text;
        std::size_t at = 1;
        for (; rest_[at] != '"'; ++at) {
            if (rest_[at] != '\\') {
                text += rest_[at];
            } else if (rest_[++at] == 'u') {
                text +=
                    static_cast<char>(std::stoi(std::string(rest_.substr(at + 3, 2)), nullptr, 16));
                at += 4;
            } else {
                text += rest_[at];
            }
        }
        rest_.remove_prefix(std::min(rest_.size(), at + 2));
        return text;
    }

    std::string_view rest() const { return rest_; }

    void value(podsix::Message& message) {
        if (rest_[0] == '"') {
            message.add(text());
            return;
        }
        const std::string word(this->word());
        const std::string_view digits = std::string_view(word).substr(1);
        switch (word[0]) {
        case 'n':
            if (word == "nil")
                message.add(nullptr);
            else
                message.add(podsix::BigInteger{digits});
            break;
        case 't':
        case 'f':
            message.add(word == "true");
            break;
        case 'i':
            message.add(static_cast<std::int64_t>(std::strtoll(word.c_str() + 1, nullptr, 10)));
            break;
        case 'u':
            message.add(static_cast<std::uint64_t>(std::strtoull(word.c_str() + 1, nullptr, 10)));
            break;
        case 'd': {
            const std::uint64_t bits = std::strtoull(word.c_str() + 1, nullptr, 16);
            double real;
            std::memcpy(&real, &bits, sizeof real);
            message.add(real);
            break;
        }
        case 'b':
            message.add(unhex(digits));
            break;
        case 'x': {
            const std::vector<std::uint8_t> bytes = unhex(digits.substr(digits.find(':') + 1));
            message.add(
                podsix::Extension{std::atoi(word.c_str() + 1), {bytes.data(), bytes.size()}});
            break;
        }
        case '[':
            message.open_list();
            items(message, ']');
            break;
        case '(':
            message.open_tuple();
            items(message, ')');
            break;
        case '{':
            message.open_map();
            while (rest_[0] != '}') {
                if (rest_[0] == '"')
                    message.key(text());
                else
                    message.key(static_cast<std::int64_t>(
                        std::strtoll(std::string(this->word()).c_str() + 1, nullptr, 10)));
                value(message);
            }
            this->word();
            message.close();
            break;
        default:
            std::fprintf(stderr, "no value: %s\n", word.c_str());
            std::exit(1);
        }
    }

    static std::vector<std::uint8_t> unhex(std::string_view digits) {
        std::vector<std::uint8_t> bytes;
        for (std::size_t at = 0; at < digits.size(); at += 2)
            bytes.push_back(static_cast<std::uint8_t>(
                std::stoi(std::string(digits.substr(at, 2)), nullptr, 16)));
        return bytes;
    }

private:
    void items(podsix::Message& message, char end) {
        while (rest_[0] != end)
            value(message);
        word();
        message.close();
    }

    std::string_view rest_;
};

std::string quoted(std::string_view text) {
    std::string words = "\"";
    for (const char c : text) {
        char escaped[8];
        if (c == '"' || c == '\\')
            words += '\\';
        if (static_cast<unsigned char>(c) < ' ' || c == 127) {
            std::snprintf(escaped, sizeof escaped, "\\u%04x", static_cast<unsigned>(c));
            words += escaped;
        } else {
            words += c;
        }
    }
    return words + '"';
}

std::string hex(podsix::Bytes bytes) {
    std::string digits;
    for (const std::uint8_t byte : bytes) {
        char two[3];
        std::snprintf(two, sizeof two, "%02x", static_cast<unsigned>(byte));
        digits += two;
    }
    return digits;
}

std::string words(podsix::Value value) {
    switch (value.type()) {
    case podsix::Type::none:
        return "-";
    case podsix::Type::null:
        return "nil";
    case podsix::Type::boolean:
        return *value.read<bool>() ? "true" : "false";
    case podsix::Type::integer:
        return "i" + std::to_string(*value.read<std::int64_t>());
    case podsix::Type::unsigned_integer:
        return "u" + std::to_string(*value.read<std::uint64_t>());
    case podsix::Type::real: {
        const double real = *value.read<double>();
        std::uint64_t bits;
        std::memcpy(&bits, &real, sizeof bits);
        char digits[17];
        std::snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(bits));
        return std::string("d") + digits;
    }
    case podsix::Type::string:
        return quoted(*value.read<std::string_view>());
    case podsix::Type::bytes:
        return "b" + hex(*value.read<podsix::Bytes>());
    case podsix::Type::extension: {
        const auto [type, bytes] = *value.read<podsix::Extension>();
        if (type == 1)
            return "n" + std::string(bytes.begin(), bytes.end());
        return "x" + std::to_string(type) + ":" + hex(bytes);
    }
    case podsix::Type::list: {
        std::string all = value.is_tuple() ? "(" : "[";
        for (const podsix::Value item : value)
            all += " " + words(item);
        return all + (value.is_tuple() ? " )" : " ]");
    }
    case podsix::Type::map: {
        std::string all = "{";
        for (const auto [key, item] : value.entries())
            all += " " + words(key) + " " + words(item);
        return all + " }";
    }
    }
    return "of a type nobody knows";
}

// ---- the session

/// "CLOSED" of "PODSIX_REASON_CLOSED".
std::string brief(const char* name) {
    const char* const from = std::strchr(std::strchr(name, '_') + 1, '_') + 1;
    return from;
}

struct End {
    podsix::Host host;
    std::map<std::string, podsix::PeerId, std::less<>> peers;
    std::map<podsix::PeerId, std::string> names;
    std::deque<std::string> seen;
};

class Session {
public:
    explicit Session(podsix::Mode mode) : mode_(mode) {}

    /// Plays a line and gives the transcript's.
    std::string play(const std::string& line) {
        Reader reader(line);
        const std::string_view what = reader.word();
        if (what == ">") {
            const std::string host(reader.word());
            result_ = step(host, reader);
            return line;
        }
        if (what == "=")
            return std::string("= ") + podsix::name(result_);
        if (what == "<") {
            const std::string host(reader.word());
            return "< " + host + " " + next(host);
        }
        return line;
    }

    /// Everything that was seen was asked for.
    bool over() {
        for (const auto& [name, end] : ends_)
            for (const std::string& seen : end.seen)
                std::fprintf(stderr, "nobody asked for: %s %s\n", name.c_str(), seen.c_str());
        return ends_.empty();
    }

private:
    podsix::Code step(const std::string& name, Reader& words) {
        const std::string verb(words.word());
        if (verb == "new") {
            podsix::Config config(mode_);
            while (!words.rest().empty()) {
                const std::string_view setting = words.word();
                const auto value =
                    static_cast<std::uint32_t>(std::stoul(std::string(words.word())));
                (setting == "max_message" ? config.max_message
                 : setting == "max_depth" ? config.max_depth
                                          : config.max_values) = value;
            }
            return ends_.emplace(name, End{podsix::Host(config), {}, {}, {}})
                .first->second.host.code();
        }
        End& end = ends_.at(name);
        podsix::Host& host = end.host;
        if (verb == "free") {
            ends_.erase(name);
            return podsix::Code::ok;
        }
        if (verb == "listen") {
            const auto id = words.word() == "approval" ? host.listen_with_approval("127.0.0.1:0")
                                                       : host.listen("127.0.0.1:0");
            address_ = *host.listening_address(*id);
            return id.code();
        }
        if (verb == "connect") {
            const auto peer = words.rest() == "-" ? host.connect(address_)
                                                  : host.connect(address_, message(words));
            meet(end, *peer, "server");
            newcomer_ = name;
            return peer.code();
        }
        if (verb == "many")
            return host.send_many(host.peers(), message(words)).code();

        const std::string other(words.word());
        const podsix::PeerId peer = other == "-" ? 0 : end.peers[other];
        if (verb == "broadcast")
            return host.broadcast(message(words), peer).code();
        if (verb == "accept")
            return (words.rest() == "-" ? host.accept(peer) : host.accept(peer, message(words)))
                .code();
        if (verb == "send")
            return host.send(peer, message(words)).code();
        if (verb == "json")
            return host.send_json(peer, words.rest()).code();
        if (verb == "msgpack") {
            const std::vector<std::uint8_t> bytes = Reader::unhex(words.rest());
            return host.send_messagepack(peer, {bytes.data(), bytes.size()}).code();
        }
        if (verb == "drop")
            return host.drop(peer).code();
        const std::int32_t code = std::stoi(std::string(words.word()));
        const std::string text = words.text();
        return verb == "refuse" ? host.refuse(peer, code, text).code()
                                : host.disconnect(peer, code, text).code();
    }

    const podsix::Message& message(Reader& words) {
        message_.clear();
        words.value(message_);
        return message_;
    }

    static void meet(End& end, podsix::PeerId peer, const std::string& name) {
        end.peers[name] = peer;
        end.names[peer] = name;
    }

    std::string next(const std::string& name) {
        std::deque<std::string>& seen = ends_.at(name).seen;
        for (const Deadline deadline; seen.empty();) {
            if (deadline.passed())
                return "nothing";
            for (auto& [of, end] : ends_)
                turn(end);
        }
        std::string next = std::move(seen.front());
        seen.pop_front();
        return next;
    }

    void turn(End& end) {
        auto events = end.host.wait(1);
        for (const podsix::Event& event : events) {
            if (event.kind() == podsix::EventKind::stalled ||
                event.kind() == podsix::EventKind::resumed)
                continue;
            if (end.names.count(event.peer()) == 0)
                meet(end, event.peer(), newcomer_);
            end.seen.push_back(
                brief(podsix::name(event.kind())) + " " + end.names[event.peer()] +
                (event.direction() == podsix::Direction::inbound ? " inbound " : " outbound ") +
                brief(podsix::name(event.reason())) + " " + std::to_string(event.code()) + " " +
                quoted(event.text()) + " " + quoted(event.action()) + " " + words(event.message()));
        }
        CHECK_OK(events.result());
    }

    podsix::Mode mode_;
    podsix::Code result_ = podsix::Code::ok;
    podsix::Message message_;
    std::string address_, newcomer_;
    std::map<std::string, End> ends_;
};

bool play(const char* path, podsix::Mode mode) {
    std::ifstream file(path);
    CHECK(file);
    Session session(mode);
    int number = 0, wrong = 0;
    for (std::string line; std::getline(file, line);) {
        const std::string now = session.play(line);
        std::printf("%s\n", now.c_str());
        ++number;
        if (now != line && ++wrong > 0)
            std::fprintf(stderr, "%s:%d: %s\n     is not %s\n", path, number, now.c_str(),
                         line.c_str());
    }
    CHECK(number > 100);
    return session.over() && wrong == 0;
}

} // namespace

int main(int argc, char** argv) {
    CHECK(argc == 2);
    const bool threaded = play(argv[1], podsix::Mode::threaded);
    const bool inlined = play(argv[1], podsix::Mode::inlined);
    return threaded && inlined ? 0 : 1;
}
