// What stands around the pieces of programs in docs/cpp.md, so that they compile.
#ifndef PIECES_HPP
#define PIECES_HPP

#include <podsix.hpp>

#include <iostream>
#include <map>
#include <string>
#include <vector>

struct Player {
    int id = 0;
    float x = 0, y = 0;
};

template <class... Values> void use(const Values&...) {}

#define PIECE                                                                                      \
    [[maybe_unused]] podsix::Host &host, [[maybe_unused]] podsix::Listener &game,                  \
        [[maybe_unused]] const podsix::Event &event, [[maybe_unused]] podsix::PeerId peer,         \
        [[maybe_unused]] podsix::PeerId server, [[maybe_unused]] const std::string &name,          \
        [[maybe_unused]] const std::vector<Player>&players

#endif
