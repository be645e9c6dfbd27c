// Macros of other headers and of games do the header no harm, and are as they were behind it.
#define log(...) a macro of the game
#define error(...) a macro of the game
#define warning(...) a macro of the game
#define info(...) a macro of the game
#define debug(...) a macro of the game
#define check(...) a macro of the game
#define verify(...) a macro of the game
#define ensure(...) a macro of the game
// windows.h, and what it includes
#define min(a, b) (((a) < (b)) ? (a) : (b))
#define max(a, b) (((a) > (b)) ? (a) : (b))
#define small char
#define hyper 64
#define interface struct
#define near
#define far
#define pascal __stdcall
#define ERROR 0
#define DELETE 0x10000
#define IN
#define OUT
#define OPTIONAL
#define CONST const
#define VOID void
#define STRICT 1
#define NO_ERROR 0
#define GetMessage GetMessageW
#define SendMessage SendMessageW
#define PostMessage PostMessageW
#define DOMAIN 1
#define OVERFLOW 3
// X11, Objective-C, Qt, glog
#define None 0L
#define Bool int
#define Status int
#define True 1
#define False 0
#define Success 0
#define Always 2
#define nil nullptr
#define Nil nullptr
#define YES 1
#define NO 0
#define signals public
#define slots
#define emit
#define foreach(a, b) for (a : b)
#define LOG(x) x
#define INFO 1
#define WARNING 2
#define FATAL 3

#include <podsix.hpp>

#define TEXT_OF(what) #what
#define TEXT(what) TEXT_OF(what)
constexpr bool same(const char* a, const char* b) { return *a == *b && (*a == 0 || same(a + 1, b + 1)); }
static_assert(same(TEXT(log(1)), "a macro of the game") && same(TEXT(error(1)), "a macro of the game") &&
              same(TEXT(warning(1)), "a macro of the game") && same(TEXT(info(1)), "a macro of the game") &&
              same(TEXT(debug(1)), "a macro of the game") && min(1, 2) == 1 && max(1, 2) == 2);

int main() {
    podsix::Host host;
    for (const podsix::LogRecord& record : host.log_records())
        (void)record;
    return host ? 0 : 1;
}
