// What nobody looks at, the compiler warns of: once for each line that says so. scripts/test-cpp counts.
#include <podsix.hpp>

void ignore(podsix::Host& host, podsix::Value value, podsix::Message& message);

void ignore(podsix::Host& host, podsix::Value value, podsix::Message& message) {
    host.listen("*");                     // ignored
    host.listen_with_approval("*");       // ignored
    host.stop_listening(1);               // ignored
    host.connect("localhost");            // ignored
    host.accept(1);                       // ignored
    host.refuse(1);                       // ignored
    host.disconnect(1);                   // ignored
    host.kick(1);                         // ignored
    host.drop(1);                         // ignored
    host.set_user_data(1, nullptr);       // ignored
    host.send(1, {{"action", "a"}});      // ignored
    host.send(1, 1).unless_gone();        // ignored
    host.send_json(1, "1");               // ignored
    host.broadcast(1);                    // ignored
    host.send_many(host.peers(), 1);      // ignored
    host.ask(1, {{"action", "a"}}, {});   // ignored
    host.answer({}, {{"x", 1}});          // ignored
    host.pump();                          // ignored
    host.pump(1);                         // ignored
    host.poll();                          // ignored
    host.flush(1);                        // ignored
    host.close(1);                        // ignored
    host.peers();                         // ignored
    host.peer_address(1);                 // ignored
    message.messagepack();                // ignored
    message.error();                      // ignored
    value["x"];                           // ignored
    value.read<int>();                    // ignored
    value.as_int();                       // ignored
    podsix::Listener(host).on_any({});    // a listener may be told things in a row
    host.connect("localhost").or_throw(); // it throws, and the id may be of no interest
    message.clear().add(1);
}
