# find_package(podsix CONFIG) gives
#   podsix::podsix   the library, with podsix.h
#   podsix::cpp      the same, with podsix.hpp, which wants C++17
#
# podsix::podsix is the shared library, or the static one if only that is installed or PODSIX_STATIC is
# set before; both may be named themselves as podsix::shared and podsix::static.

if(TARGET podsix::podsix)
    return()
endif()
set(_podsix_lib "${CMAKE_CURRENT_LIST_DIR}/../..") # this is in lib/cmake/podsix,
if(CMAKE_CURRENT_LIST_DIR MATCHES "/share/podsix$") # or where vcpkg moves it
    string(APPEND _podsix_lib "/lib")
endif()
get_filename_component(_podsix_lib "${_podsix_lib}" ABSOLUTE)
find_path(_podsix_include podsix.h NO_CACHE NO_DEFAULT_PATH NO_CMAKE_FIND_ROOT_PATH
    PATHS "${_podsix_lib}/../include" "${_podsix_lib}/../../include") # lib, or lib/<architecture>
include("${CMAKE_CURRENT_LIST_DIR}/podsix-targets.cmake")

foreach(_podsix_kind shared static)
    podsix_files(${_podsix_kind} _podsix_file _podsix_implib)
    if(EXISTS "${_podsix_lib}/${_podsix_file}")
        podsix_library(${_podsix_kind} "${_podsix_lib}/${_podsix_file}"
            "${_podsix_lib}/${_podsix_implib}" "${_podsix_include}")
    elseif(EXISTS "${_podsix_lib}/../bin/${_podsix_file}") # DLLs
        podsix_library(${_podsix_kind} "${_podsix_lib}/../bin/${_podsix_file}"
            "${_podsix_lib}/${_podsix_implib}" "${_podsix_include}")
    endif()
endforeach()
if(TARGET podsix::static AND (PODSIX_STATIC OR NOT TARGET podsix::shared))
    podsix_choose(static)
elseif(TARGET podsix::shared)
    podsix_choose(shared)
else()
    set(podsix_FOUND FALSE)
    set(podsix_NOT_FOUND_MESSAGE "there is no library in ${_podsix_lib}")
endif()
