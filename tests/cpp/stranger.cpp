// Comes to the server of docs/cpp.md and sends what no player would.
#include "check.hpp"

int main() {
    podsix::Host host;
    int came = 0;
    podsix::Listener listener(host);
    listener.on_connected([&] { ++came; });
    for (const char* hello : {R"([1,"x"])", R"({"name":null})", R"({"name":{"a":[1]}})",
                              R"({"name":"\u001b[2J\u0007eve\nbob has come\u202e"})"}) {
        podsix::Message message;
        const auto peer = CHECK_OK(host.connect("127.0.0.1", message.from_json(hello)));
        for (const char* json :
             {R"({"action":"move"})", R"({"action":"move","to":"x"})", R"({"action":"move","to":[1e300,2]})",
              R"({"action":"move","to":[1,2,3]})", R"({"action":"move","to":[1,9223372036854775807]})",
              R"({"action":"move","to":{"to":[1,2]}})", R"({"action":"connected"})", R"({"action":"answer","answer":1})",
              R"({"action":"move","ask":1})", R"({"action":"moved","who":"bob","to":[9,9]})", "[1]", "null"})
            CHECK_OK(host.send_json(peer, json));
    }
    until(
        "all have come", [&] { return came == 4; }, host);
    CHECK_OK(host.close(60000));
}
