// The second file of header.cpp's program.

#include <podsix.h>
#include <podsix.h>

#include <podsix.hpp>
#include <podsix.hpp>

uint32_t abi_as_the_other_file_sees_it();

uint32_t abi_as_the_other_file_sees_it() {
    return podsix::abi_matches() ? podsix_abi_version() : UINT32_MAX;
}
