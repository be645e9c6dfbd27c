/* The second file of header.c's program. */

#include <podsix.h>
#include <podsix.h>

uint32_t abi_as_the_other_file_sees_it(void);

uint32_t abi_as_the_other_file_sees_it(void) {
    return podsix_abi_version();
}
