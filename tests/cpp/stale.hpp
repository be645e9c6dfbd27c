// What stale_unchecked.cpp, where assert is off, does for stale.cpp, where it is on.
#ifndef STALE_HPP
#define STALE_HPP

#include <podsix.hpp>

namespace unchecked {
/// Pumps until a message has come, and reads its x from the event.
std::int64_t pump(podsix::Host& host);
std::int64_t x_of(const podsix::Event& event);
podsix::Host host();
/// A codec that writes the x of a message, and reads it.
void set_codec(podsix::Host& host);
} // namespace unchecked

#endif
