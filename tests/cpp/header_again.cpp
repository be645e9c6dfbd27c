// The second file of header.cpp's program.

#include <podsix.h>
#include <podsix.h>

uint32_t abi_as_the_other_file_sees_it();

uint32_t abi_as_the_other_file_sees_it() {
    return podsix_abi_version();
}
