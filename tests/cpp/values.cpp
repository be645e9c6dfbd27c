// What is written in braces, by a Message and from C++ types arrives, and is read as what it is.
#include "check.hpp"

#include <cmath>
#include <deque>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <tuple>
#include <unordered_map>

namespace game {

struct Place {
    float x = 0, y = 0;
    bool operator==(const Place& other) const { return x == other.x && y == other.y; }
};
template <class Each> void podsix_fields(Each& each, Place& place) {
    each("x", place.x);
    each("y", place.y);
}

struct Player {
    std::string name;
    std::vector<Place> path;
    std::optional<int> score;
    std::map<std::string, std::uint8_t> items;
};
template <class Each> void podsix_fields(Each& each, Player& player) {
    each("name", player.name);
    each("path", player.path);
    each("score", player.score);
    each("items", player.items);
}

/// A type that is no map: #rrggbb.
struct Colour {
    std::uint8_t red = 0, green = 0, blue = 0;
};
void podsix_write(podsix::Message& message, const Colour& colour) {
    char text[8];
    std::snprintf(text, sizeof text, "#%02x%02x%02x", unsigned{colour.red}, unsigned{colour.green},
                  unsigned{colour.blue});
    message.add(text);
}
bool podsix_read(podsix::Value value, Colour& colour) {
    unsigned rgb = 0;
    const std::string text(value.as_string());
    if (text.size() != 7 || std::sscanf(text.c_str(), "#%6x", &rgb) != 1)
        return false;
    colour = {static_cast<std::uint8_t>(rgb >> 16), static_cast<std::uint8_t>(rgb >> 8),
              static_cast<std::uint8_t>(rgb)};
    return true;
}

enum class Colours : std::uint8_t { red = 1, blue = 200 };
enum Direction : int { north = -1, south = 7 };
enum class Letter : char { a = 'a', last = '\x7f' };
enum Plain { first, second }; // written, but not read

struct Room {
    std::string name;
    std::unique_ptr<Room> behind;
    std::shared_ptr<const int> key;
};
template <class Each> void podsix_fields(Each& each, Room& room) {
    each("name", room.name);
    each("behind", room.behind);
    each("key", room.key);
}
struct Circle {
    std::shared_ptr<Circle> left, right;
};
template <class Each> void podsix_fields(Each& each, Circle& circle) {
    each("left", circle.left);
    each("right", circle.right);
}

} // namespace game

namespace {

/// A host that sends to itself.
class Wire {
public:
    Wire() {
        const auto id = CHECK_OK(host_.listen("127.0.0.1:0"));
        peer_ = CHECK_OK(host_.connect(CHECK_OK(host_.listening_address(id))));
        game_.on_connected([this](const podsix::Event&) { ++connected_; });
        until(
            "both ends are connected", [this] { return connected_ == 2; }, host_);
    }

    /// Sends something, and looks at it where it arrives.
    template <class Look> void carry(const podsix::Sendable& data, Look look) {
        CHECK_OK(host_.send(peer_, data));
        bool came = false;
        for (const Deadline deadline; !came;) {
            CHECK(!deadline.passed());
            for (const podsix::Event& event : host_.wait(100)) {
                CHECK(event.kind() == podsix::EventKind::message);
                look(event.message());
                came = true;
            }
        }
    }
    std::string json(const podsix::Sendable& data) {
        std::string json;
        carry(data, [&](podsix::Value value) { json = value.json(); });
        return json;
    }
    podsix::Result<> refused(const podsix::Sendable& data) { return host_.send(peer_, data); }

private:
    podsix::Host host_{podsix::Config(podsix::Mode::inlined)};
    podsix::Listener game_{host_};
    podsix::PeerId peer_ = 0;
    int connected_ = 0;
};

void braces(Wire& wire) {
    const std::string name = "ada", key = "who";
    const std::string_view part = std::string_view("partly").substr(0, 4);
    const char* const pointer = "there";
    char buffer[16] = "buffered";
    CHECK_TEXT(wire.json({{"action", "move"}, {"x", 3}, {"things", {3, 4, 7}}}),
               R"({"action":"move","x":3,"things":[3,4,7]})");
    CHECK_TEXT(wire.json({{"nil", nullptr}, {"yes", true}, {"real", 0.5}, {"small", 0.25f}}),
               R"({"nil":null,"yes":true,"real":0.5,"small":0.25})");
    CHECK_TEXT(
        wire.json({{key, name}, {part, part}, {"p", pointer}, {"b", buffer}, {"+", name + "!"}}),
        R"({"who":"ada","part":"part","p":"there","b":"buffered","+":"ada!"})");
    CHECK_TEXT(
        wire.json({{"map", {{"a", 1}, {"b", {{"c", {}}}}}}, {"one", {5}}, {"text", {"a", "b"}}}),
        R"({"map":{"a":1,"b":{"c":{}}},"one":[5],"text":["a","b"]})");
    // Pairs of numbers are points, not entries, whatever they begin with.
    CHECK_TEXT(wire.json({{"points", {{0, 0}, {0, 1}}}, {"mixed", {1, "a", nullptr, {2.5}}}}),
               R"({"points":[[0,0],[0,1]],"mixed":[1,"a",null,[2.5]]})");
    CHECK_TEXT(
        wire.json({{"pairs", podsix::List{{"a", "b"}, {"c", "d"}}}, {"none", podsix::List{}}}),
        R"({"pairs":[["a","b"],["c","d"]],"none":[]})");
    CHECK_TEXT(wire.json(podsix::Map{{"t", podsix::Tuple{1, "x"}}, {"m", podsix::Map{}}}),
               R"({"t":[1,"x"],"m":{}})");
    // An action that is no literal, or not the first, is an action all the same.
    CHECK_TEXT(wire.json({{"action", name}, {"x", 1}}), R"({"action":"ada","x":1})");
    CHECK_TEXT(wire.json({{"x", 1}, {"action", "late"}}), R"({"x":1,"action":"late"})");
    CHECK_TEXT(wire.json({{"action", "quit"}}), R"({"action":"quit"})");
    CHECK_TEXT(wire.json({{"action", 7}}), R"({"action":7})");
    // Values that are no map.
    CHECK_TEXT(wire.json({}), "{}");
    CHECK_TEXT(wire.json(podsix::List{1, 2, 3}), "[1,2,3]");
    CHECK_TEXT(wire.json(podsix::List{{1, 2}, {3, 4}}), "[[1,2],[3,4]]");
    CHECK_TEXT(wire.json("text"), "\"text\"");
    CHECK_TEXT(wire.json(nullptr), "null");
    CHECK_TEXT(wire.json(7u), "7");
    CHECK_TEXT(wire.json({{"json", podsix::Json{"{\"a\":[1]}"}},
                          {"big", podsix::BigInteger{"-99999999999999999999"}}}),
               R"({"json":{"a":[1]},"big":-99999999999999999999})");
}

void types(Wire& wire) {
    const std::uint8_t raw[] = {0, 1, 255};
    podsix::Message message;
    CHECK(!message.error().empty()); // nothing is in it
    message.begin("all")
        .set("least", std::numeric_limits<std::int64_t>::min())
        .set("most", std::numeric_limits<std::uint64_t>::max())
        .set("short", static_cast<short>(-5))
        .set("real", -0.5)
        .set("nan", std::nan(""))
        .set("text", "grüß")
        .set("raw", podsix::Bytes{raw, sizeof raw})
        .set("ext", podsix::Extension{-5, {raw, 2}})
        .set("packed", podsix::MessagePack{{raw + 1, 1}});
    message.open_map("keys").key(42).add("answer").key("a\0b").add(true).close();
    message.open_list("list").add(1).add({2, 3}).open_tuple().add(1.5).close().close();
    CHECK_TEXT(message.error(), "");
    CHECK(CHECK_OK(message.messagepack()).size > 100);
    wire.carry(message, [&](podsix::Value value) {
        CHECK(value.type() == podsix::Type::map && value.size() == 12);
        CHECK(value["least"].type() == podsix::Type::integer);
        CHECK(*value["least"].read<std::int64_t>() == std::numeric_limits<std::int64_t>::min());
        CHECK(value["most"].type() == podsix::Type::unsigned_integer);
        CHECK(value["most"].as_uint() == std::numeric_limits<std::uint64_t>::max());
        CHECK(value["most"].as_int(-1) == -1);
        CHECK_CODE(value["most"].read<std::int64_t>(), podsix::Code::out_of_range);
        CHECK(*value["short"].read<short>() == -5);
        CHECK(*value["short"].read<signed char>() == -5);
        CHECK_CODE(value["short"].read<unsigned>(), podsix::Code::out_of_range);
        CHECK(value["real"].as_double() == -0.5);
        CHECK(*value["real"].read<float>() == -0.5f);
        CHECK_CODE(value["real"].read<int>(), podsix::Code::wrong_type);
        CHECK(value["real"].read_or<int>(9) == 9);
        const auto half = value["real"].read<double>();
        CHECK(half.value_or(0) == -0.5 && half.value_or(1) == *half);
        CHECK(std::isnan(*value["nan"].read<float>()));
        CHECK_TEXT(value["text"].as_string(), "grüß");
        CHECK_TEXT(*value["text"].read<std::string>(), "grüß");
        CHECK_CODE(value["text"].read<bool>(), podsix::Code::wrong_type);
        CHECK_TEXT(value["text"].read<bool>().words(), "there is no value, or one of another type");
        CHECK(value["raw"].type() == podsix::Type::bytes);
        CHECK(*value["raw"].read<std::vector<std::uint8_t>>() ==
              std::vector<std::uint8_t>(raw, raw + sizeof raw));
        CHECK(value["raw"].as_bytes().size == 3 && value["raw"].as_string("none") == "none");
        CHECK(*value["ext"].extension_type() == -5);
        CHECK(value["ext"].read<podsix::Extension>()->bytes.size == 2);
        CHECK_CODE(value["raw"].extension_type(), podsix::Code::wrong_type);
        CHECK(value["packed"].as_int() == 1);
        CHECK_TEXT(value["keys"].find(42).as_string(), "answer");
        CHECK_TEXT(value["keys"][42].as_string(), "answer");
        CHECK(!value["keys"][0].exists()); // that map has no places
        CHECK(value["keys"]["a"].as_bool()); // the literal ends at its first NUL
        CHECK(value["list"][1][1].as_int() == 3 && value["list"][2].is_tuple());
        CHECK(!value["list"].is_tuple() && !value["list"][3].exists());
        CHECK(!value["list"][-1].exists());

        // What is missing is none, and look-ups chain.
        CHECK(value["no"]["such"][3].type() == podsix::Type::none);
        CHECK(value["no"].as_int(9) == 9 && value["no"].as_string("?") == "?");
        CHECK(value["no"].json().empty() && value["no"].messagepack().size == 0);
        CHECK_CODE(value["no"].read<podsix::Value>(), podsix::Code::wrong_type);
        CHECK(!podsix::Value().exists() && podsix::Value().size() == 0);

        // Many in one pass; equality; a copy of a part.
        const auto [least, none, real] = value.fields("least", "none", std::string("real"));
        CHECK(least == value["least"] && !none.exists() && real != value["nan"]);
        CHECK(value["list"] == value["list"] && value["list"] != value["keys"]);
        podsix::Message copy;
        copy.begin("copy")
            .set("list", value["list"])
            .set("whole", message)
            .key(value["real"])
            .add(1);
        CHECK_TEXT(copy.error(), "");
    });
    const std::string bytes(1000, 'x');
    wire.carry({{"long", bytes}}, [&](podsix::Value value) {
        CHECK(value.json().size() == bytes.size() + 11); // longer than any buffer on the stack
    });
}

void iteration(Wire& wire) {
    wire.carry({{"a", 1}, {"b", 2}, {"list", {10, 20}}}, [](podsix::Value value) {
        std::string keys;
        std::int64_t sum = 0;
        for (const auto [key, item] : value.entries()) {
            keys += key.as_string();
            sum += item.as_int();
        }
        CHECK_TEXT(keys, "ablist");
        CHECK(sum == 3);
        for (const podsix::Value item : value["list"])
            sum += item.as_int();
        CHECK(sum == 33);
        for (const podsix::Value item : value) // the values of a map
            sum += item.as_int();
        CHECK(sum == 36);
        for (const podsix::Value item : value["a"]) {
            (void)item;
            CHECK(!"a number has no elements");
        }
    });
}

void conversions(Wire& wire) {
    const game::Player ada{"ada", {{1, 2}, {3, 4}}, 7, {{"sword", 1}, {"potion", 255}}};
    CHECK_TEXT(wire.json(ada),
               R"({"name":"ada","path":[{"x":1.0,"y":2.0},{"x":3.0,"y":4.0}],"score":7,)"
               R"("items":{"potion":255,"sword":1}})");
    const game::Player bob{"bob", {}, std::nullopt, {}};
    wire.carry(
        {{"action", "joined"}, {"players", {ada, bob}}, {"colour", game::Colour{255, 0, 16}}},
        [&](podsix::Value value) {
            const auto read = *value["players"][0].read<game::Player>();
            CHECK(read.name == ada.name && read.path == ada.path);
            CHECK(read.score == ada.score && read.items == ada.items);
            CHECK(!value["players"][1].read<game::Player>()->score);
            CHECK(value["players"].read<std::vector<game::Player>>()->size() == 2);
            CHECK_TEXT(value["colour"].as_string(), "#ff0010");
            CHECK(value["colour"].read<game::Colour>()->blue == 16);
            CHECK(value.read<game::Place>().code() == podsix::Code::wrong_type);
            CHECK(value["colour"].read_or(game::Place{5, 6}) == (game::Place{5, 6}));
            CHECK_CODE(value["players"][0]["path"].read<std::vector<int>>(),
                       podsix::Code::wrong_type);
            CHECK_CODE(value["players"][0].read<game::Colour>(), podsix::Code::wrong_type);
        });

    const int numbers[] = {1, 2};
    const std::set<std::string> names{"x", "y"};
    const std::map<int, std::string> by_number{{-1, "minus"}, {7, "seven"}};
    const std::optional<std::string> nothing;
    wire.carry(
        {{"array", numbers},
         {"set", names},
         {"map", by_number},
         {"flags", std::vector<bool>{true, false}},
         {"none", nothing},
         {"some", std::optional<int>(3)},
         {"pairs", std::vector<std::pair<std::string, double>>{{"pi", 3.5}}},
         {"deep", std::deque<std::array<int, 2>>{{1, 2}, {3, 4}}},
         {"e", 1e300},
         {"300", 300}},
        [&](podsix::Value value) {
            CHECK_TEXT(value.json(),
                       R"({"array":[1,2],"set":["x","y"],"map":{"-1":"minus","7":"seven"},)"
                       R"("flags":[true,false],"none":null,"some":3,"pairs":{"pi":3.5},)"
                       R"("deep":[[1,2],[3,4]],"e":1e300,"300":300})");
            CHECK(*(value["map"].read<std::map<int, std::string>>()) == by_number);
            CHECK((*value["array"].read<std::array<int, 2>>() == std::array<int, 2>{1, 2}));
            CHECK_CODE((value["array"].read<std::array<int, 3>>()), podsix::Code::wrong_type);
            CHECK(*value["set"].read<std::set<std::string>>() == names);
            CHECK_CODE(value["set"].read<std::set<int>>(), podsix::Code::wrong_type);
            CHECK((value["deep"].read<std::deque<std::array<int, 2>>>()->at(1)[1] == 4));
            CHECK(
                (value["pairs"].read<std::unordered_map<std::string, double>>()->at("pi") == 3.5));
            CHECK(!*value["none"].read<std::optional<int>>() &&
                  !*value["missing"].read<std::optional<int>>());
            CHECK(*value["some"].read<std::optional<int>>() == 3);
            CHECK_CODE(value["set"].read<std::optional<int>>(), podsix::Code::wrong_type);
            CHECK_CODE(value["array"].read<std::string>(), podsix::Code::wrong_type);
            CHECK_CODE(value["e"].read<float>(), podsix::Code::out_of_range);
            CHECK_CODE(value["300"].read<std::uint8_t>(), podsix::Code::out_of_range);
            CHECK_CODE((value["map"].read<std::map<std::string, int>>()), podsix::Code::wrong_type);
            CHECK(value["some"].read<podsix::Value>()->as_int() == 3);
        });
    // Of equal keys the first counts, for look-ups and containers.
    wire.carry({{"k", 1}, {"k", 2}}, [](podsix::Value value) {
        CHECK(value["k"].as_int() == 1);
        CHECK((value.read<std::map<std::string, int>>()->at("k") == 1));
    });
}

/// What a newcomer has at hand is a value.
void enums_and_characters(Wire& wire) {
    using game::Colours;
    wire.carry({{"colour", Colours::blue},
                {"to", game::north},
                {"letter", game::Letter::a},
                {"plain", game::second},
                {"x", 'x'},
                {"ten", std::array<Colours, 2>{Colours::red, Colours::blue}},
                {"at", std::tuple(Colours::red, 'y', 2)},
                {"300", 300},
                {"mixed", {game::south, 'z'}}},
               [](podsix::Value value) {
                   CHECK_TEXT(value.json(),
                              R"({"colour":200,"to":-1,"letter":97,"plain":1,"x":"x","ten":[1,200],)"
                              R"("at":[1,"y",2],"300":300,"mixed":[7,"z"]})");
                   CHECK(*value["colour"].read<Colours>() == Colours::blue);
                   CHECK(*value["to"].read<game::Direction>() == game::north);
                   CHECK(*value["letter"].read<game::Letter>() == game::Letter::a);
                   CHECK(value["ten"].read<std::vector<Colours>>()->at(1) == Colours::blue);
                   CHECK((value["at"].read<std::tuple<Colours, char, int>>().value_or({}) ==
                          std::tuple(Colours::red, 'y', 2)));
                   CHECK_CODE(value["300"].read<Colours>(), podsix::Code::out_of_range);
                   CHECK_CODE(value["300"].read<game::Letter>(), podsix::Code::out_of_range);
                   CHECK_CODE(value["x"].read<Colours>(), podsix::Code::wrong_type);
                   CHECK(value["300"].read_or(Colours::red) == Colours::red);
                   CHECK(*value["x"].read<char>() == 'x');
                   CHECK_CODE(value["300"].read<char>(), podsix::Code::wrong_type);
                   CHECK(value["colour"] == Colours::blue && value["colour"] != Colours::red);
               });
    CHECK_CODE(wire.refused({{"half", '\xc3'}}), podsix::Code::bad_utf8);
#ifdef __cpp_char8_t
    CHECK_TEXT(wire.json({{"text", u8"gr\u00fc\u00df"}, {"more", std::u8string(u8"!")}}),
               R"({"text":"grüß","more":"!"})");
#endif
}

void keys(Wire& wire) {
    constexpr auto most = std::numeric_limits<std::uint64_t>::max();
    const std::map<std::uint64_t, int> large{{1, 10}, {1ull << 63, 20}, {most, 30}};
    const std::map<game::Colours, char> colours{{game::Colours::blue, 'b'}};
    wire.carry({{"large", large},
                {"colours", colours},
                {"letters", std::map<char, int>{{'q', 1}}},
                {"halves", std::map<double, int>{{0.5, 2}}},
                {"least", std::map<std::int64_t, int>{{std::numeric_limits<std::int64_t>::min(), 3}}}},
               [&](podsix::Value value) {
                   CHECK_TEXT(value["large"].json(), R"({"1":10,"9223372036854775808":20,)"
                                                     R"("18446744073709551615":30})");
                   CHECK((*value["large"].read<std::map<std::uint64_t, int>>() == large));
                   CHECK(value["large"].find(most) == 30 && value["large"].find(1ull << 63) == 20);
                   CHECK(value["large"].find(1u) == 10 && !value["large"].find(-1).exists());
                   CHECK(!value["large"].find(most - 1).exists());
                   CHECK((*value["colours"].read<std::map<game::Colours, char>>() == colours));
                   CHECK(value["colours"].find(game::Colours::blue) == 'b');
                   CHECK(value["colours"][game::Colours::blue] == 'b');
                   CHECK(value["large"][most] == 30 && value["large"][1u] == 10);
                   CHECK(value["letters"]["q"] == 1);
                   CHECK((value["halves"].read<std::map<double, int>>()->at(0.5) == 2));
                   CHECK(value["least"].find(std::numeric_limits<std::int64_t>::min()) == 3);
               });
    podsix::Message message;
    message.clear().open_map().key(most).add(1).key(-1).add(2).key('c').add(3);
    message.key(game::Colours::red).add(4).key(std::string("text")).add(5).close();
    CHECK_TEXT(wire.json(message), R"({"18446744073709551615":1,"-1":2,"c":3,"1":4,"text":5})");
}

void pairs(Wire& wire) {
    using Path = std::vector<std::pair<int, int>>;
    using Prices = std::vector<std::pair<std::string, double>>;
    const Path path{{1, 2}, {1, 3}};
    const Prices prices{{"sword", 2.5}, {"sword", 3}};
    wire.carry({{"path", path}, {"prices", prices}}, [&](podsix::Value value) {
        // As between braces: pairs are a map if they begin with a text.
        CHECK_TEXT(value.json(),
                   R"({"path":[[1,2],[1,3]],"prices":{"sword":2.5,"sword":3.0}})");
        CHECK(*value["path"].read<Path>() == path && *value["prices"].read<Prices>() == prices);
        CHECK_CODE(value["path"].read<Prices>(), podsix::Code::wrong_type);
    });
}

void pointers(Wire& wire) {
    game::Room hall{"hall", std::make_unique<game::Room>(), std::make_shared<const int>(7)};
    hall.behind->name = "cellar";
    const std::unique_ptr<int> nothing;
    const std::vector<std::unique_ptr<int>> none(1);
    wire.carry({{"hall", hall}, {"nothing", nothing}, {"none", none}}, [](podsix::Value value) {
        CHECK_TEXT(value.json(),
                   R"({"hall":{"name":"hall","behind":{"name":"cellar","behind":null,"key":null},)"
                   R"("key":7},"nothing":null,"none":[null]})");
        const auto read = value["hall"].read<game::Room>();
        CHECK(read->behind->name == "cellar" && !read->behind->behind && *read->key == 7);
        CHECK(!*value["missing"].read<std::shared_ptr<int>>());
        CHECK_CODE(value["hall"].read<std::unique_ptr<int>>(), podsix::Code::wrong_type);
    });
    const auto circle = std::make_shared<game::Circle>();
    circle->left = circle->right = circle; // without an end, and twice that at each step
    CHECK_CODE(wire.refused({{"circle", circle}}), podsix::Code::too_deep);
    circle->left = circle->right = nullptr;
}

void bytes(Wire& wire) {
    const std::uint8_t raw[] = {0, 255};
    const std::vector<std::byte> some{std::byte{1}, std::byte{2}};
    wire.carry({{"raw", raw}, {"some", some}, {"four", std::array<std::uint8_t, 4>{1, 2, 3, 4}}},
               [&](podsix::Value value) {
                   for (const podsix::Value each : value)
                       CHECK(each.type() == podsix::Type::bytes);
                   CHECK(*value["some"].read<std::vector<std::byte>>() == some);
                   CHECK((value["four"].read<std::array<std::byte, 4>>()->at(3) == std::byte{4}));
                   CHECK_CODE((value["four"].read<std::array<std::uint8_t, 3>>()),
                              podsix::Code::wrong_type);
               });
}

void comparing(Wire& wire) {
    const std::string move = "move";
    wire.carry({{"text", move},
                {"three", 3},
                {"real", 3.0},
                {"tenth", 0.1f},
                {"yes", true},
                {"nil", nullptr},
                {"huge", 1e300},
                {"most", std::numeric_limits<std::uint64_t>::max()},
                {"nan", std::nan("")},
                {"infinite", std::numeric_limits<double>::infinity()}},
               [&](podsix::Value value) {
                   CHECK(value["text"] == "move" && move == value["text"] && "x" != value["text"]);
                   CHECK(value["text"] == std::string_view("move") && value["text"] != "mov");
                   CHECK(value["three"] == 3 && 3.0 == value["three"] && value["real"] == 3u);
                   CHECK(value["three"] != 4 && value["three"] != "3" && value["three"] != true);
                   CHECK(value["tenth"] == 0.1f && value["tenth"] != 0.1);
                   CHECK(value["yes"] == true && value["yes"] != 1 && value["nil"] == nullptr);
                   CHECK(value["most"] == std::numeric_limits<std::uint64_t>::max());
                   CHECK(value["most"] != -1 && value["none"] != 0 && value["none"] != nullptr);
                   CHECK(value["none"] != "" && value["none"] != false && value["none"] != 0.0);
                   CHECK(value["nan"] != std::nan(""));
                   const char* const no_text = nullptr;
                   CHECK(value["text"] != no_text && value["nil"] != no_text);
                   CHECK(value["tenth"].as_float() == 0.1f && value["three"].as_float() == 3);
                   CHECK(value["huge"].as_float(7) == 7 && value["text"].as_float(-1) == -1);
                   CHECK(std::isinf(value["infinite"].as_float()));
                   CHECK(std::isnan(value["nan"].as_float()));
               });
}

/// Sends another message while it is itself being written.
struct Chatty {
    Wire& wire;
};
void podsix_write(podsix::Message& message, const Chatty& chatty) {
    CHECK_TEXT(chatty.wire.json({{"action", "meanwhile"}}), R"({"action":"meanwhile"})");
    message.add("written");
}

void mistakes(Wire& wire) {
    CHECK_CODE(wire.refused({{"text", "\xff"}}), podsix::Code::bad_utf8);
    CHECK_CODE(wire.refused({{"none", podsix::Value()}}), podsix::Code::bad_message);
    const char* const no_text = nullptr;
    CHECK_CODE(wire.refused({{"none", no_text}}), podsix::Code::bad_argument);
    CHECK_CODE(wire.refused(no_text), podsix::Code::bad_argument);
    CHECK_CODE(wire.refused({{"json", podsix::Json{"{"}}}), podsix::Code::bad_json);
    podsix::Message open;
    open.begin("open").open_list("list");
    CHECK_CODE(wire.refused(open), podsix::Code::bad_message);
    CHECK_CODE(wire.refused({{"open", open}}), podsix::Code::bad_message);
    CHECK_CODE(open.messagepack(), podsix::Code::bad_message);
    CHECK(open.error().find("open") != std::string::npos);
    CHECK(!open.value().exists());
    CHECK_TEXT(open.clear().add(1).error(), "");
    // The first mistake sticks; another message begins anew.
    open.from_json("[1,").add(2);
    CHECK(open.error().find("line 1") != std::string::npos);
    CHECK_TEXT(wire.json(open.from_json("[1]")), "[1]");
    // A mistake in what was sent last is forgotten.
    CHECK_TEXT(wire.json({{"outer", Chatty{wire}}, {"x", 1}}), R"({"outer":"written","x":1})");
    podsix::Message moved = std::move(open);
    CHECK_TEXT(wire.json(moved), "[1]");
    CHECK_TEXT(moved.value()[0].json(), "1");
    CHECK_CODE(open.messagepack(), podsix::Code::bad_argument);
    CHECK(!open.value().exists());
}

void tuples_as_keys(Wire& wire) {
    using Walls = std::map<std::tuple<int, int>, std::string>;
    using Cell = std::pair<int, int>;
    using Edges = std::map<std::pair<Cell, Cell>, bool>;
    const Walls walls{{{1, 2}, "wall"}, {{1, 3}, "door"}};
    const std::map<std::array<int, 2>, int> heights{{{0, 1}, 7}};
    wire.carry({{"walls", walls}, {"heights", heights}, {"at", std::tuple(1, "x", 0.5)}},
               [&](podsix::Value value) {
                   CHECK_TEXT(value.json(), R"({"walls":{"[1,2]":"wall","[1,3]":"door"},)"
                                            R"("heights":{"[0,1]":7},"at":[1,"x",0.5]})");
                   for (const auto [key, wall] : value["walls"].entries())
                       CHECK(key.is_tuple() && key[0].as_int() == 1 && wall.exists());
                   CHECK(*value["walls"].read<Walls>() == walls);
                   CHECK((*value["heights"].read<std::map<std::array<int, 2>, int>>() == heights));
                   CHECK_CODE((value["walls"].read<std::map<std::string, std::string>>()),
                              podsix::Code::wrong_type);
                   CHECK_CODE((value["walls"].read<std::map<std::tuple<int>, std::string>>()),
                              podsix::Code::wrong_type);
                   CHECK(value["at"].is_tuple());
                   const auto at = value["at"].read<std::tuple<int, std::string, double>>();
                   CHECK((*at == std::tuple<int, std::string, double>(1, "x", 0.5)));
                   CHECK_CODE((value["at"].read<std::pair<int, std::string>>()),
                              podsix::Code::wrong_type);
               });

    podsix::Message message;
    message.begin("map").open_map("walls").key(podsix::Tuple{1, 2}).add("wall");
    message.key(podsix::Tuple{podsix::Tuple{1, 2}, podsix::Tuple{1, 3}}).add(true).close();
    CHECK_TEXT(wire.json(message),
               R"({"action":"map","walls":{"[1,2]":"wall","[[1,2],[1,3]]":true}})");
    wire.carry({{"edges", Edges{{{{1, 2}, {1, 3}}, true}}}}, [](podsix::Value value) {
        CHECK(value["edges"].read<Edges>()->size() == 1);
    });
    message.begin("map").open_map("walls").key(podsix::Tuple{podsix::Map{}});
    CHECK_TEXT(message.error(), "a key cannot be a map");
}

} // namespace

/// What somebody else wrote, for people.
void printable(Wire& wire) {
    const std::string hostile = "a\n\x1b[2J\xc2\x9b";
    CHECK_TEXT(podsix::printable(hostile, 32), "a \xef\xbf\xbd[2J\xef\xbf\xbd");
    CHECK_TEXT(podsix::printable(std::string(100000, 'x'), 3), "xx\xe2\x80\xa6");
    CHECK(podsix::printable(std::string(5000, '\x1b'), 1000).size() == 3 * 1000);
    CHECK_TEXT(podsix::printable({}, 32), "");
    CHECK_TEXT(podsix::printable("ann", 0), "");
    wire.carry({{"text", hostile}, {"list", {1, "\xe2\x80\xae"}}}, [](podsix::Value value) {
        CHECK_TEXT(value["text"].printable(32), "a \xef\xbf\xbd[2J\xef\xbf\xbd");
        CHECK_TEXT(value["text"].printable(3), "a \xe2\x80\xa6");
        CHECK_TEXT(value["list"].printable(32), "[1,\"\\u202e\"]");
        CHECK_TEXT(value["text"].json(), "\"a\\n\\u001b[2J\\u009b\"");
        CHECK_TEXT(value["none"].printable(32), "");
    });
}

int main() {
    Wire wire;
    braces(wire);
    types(wire);
    iteration(wire);
    conversions(wire);
    tuples_as_keys(wire);
    enums_and_characters(wire);
    keys(wire);
    pairs(wire);
    pointers(wire);
    bytes(wire);
    comparing(wire);
    mistakes(wire);
    printable(wire);
    std::puts("values: everything came over as it was written");
}
