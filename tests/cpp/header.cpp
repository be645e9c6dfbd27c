// The headers as C++17: they may be included twice, by several files of a program, the structs lie as the
// library's do, and an exception may leave a handler.

#include <podsix.h>
#include <podsix.h>

#include <podsix.hpp>
#include <podsix.hpp>

#define HOLDS(name, condition) static_assert(condition, #name);
#include "../c/layout.h"

uint32_t abi_as_the_other_file_sees_it();

static void throws(void *, const podsix_event *event) {
    throw event->code;
}

static int what_dispatch_lets_out() {
    const podsix_handler handlers[] = {{"boom", throws}, {nullptr, throws}};
    podsix_event event = {};
    event.kind = PODSIX_EVENT_MESSAGE;
    event.action = "boom";
    event.action_len = 4;
    event.code = 7;
    try {
        podsix_dispatch(&event, handlers, 2, nullptr);
    } catch (int32_t code) {
        return code;
    }
    return 0;
}

int main() {
    return podsix_abi_version() == PODSIX_ABI_VERSION &&
                   abi_as_the_other_file_sees_it() == PODSIX_ABI_VERSION &&
                   what_dispatch_lets_out() == 7
               ? 0
               : 1;
}
