/* The header as C99: it may be included twice, by several files of a program, and its structs lie as the
 * library's do. */

#include <podsix.h>
#include <podsix.h>

#define HOLDS(name, condition) typedef char name##_holds[(condition) ? 1 : -1];
#include "layout.h"

uint32_t abi_as_the_other_file_sees_it(void);

int main(void) {
    return podsix_abi_version() == PODSIX_ABI_VERSION &&
                   abi_as_the_other_file_sees_it() == PODSIX_ABI_VERSION
               ? 0
               : 1;
}
