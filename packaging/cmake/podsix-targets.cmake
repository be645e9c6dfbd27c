# The targets, for those who find podsix installed and those who build it along with their own.

include_guard(GLOBAL)
set(PODSIX_SOVERSION "@SOVERSION@")

# What cargo calls a library on this system, and the file that programs link with, where that is
# another one.
function(podsix_files kind file implib)
    set(import)
    if(kind STREQUAL static)
        set(name ${CMAKE_STATIC_LIBRARY_PREFIX}podsix${CMAKE_STATIC_LIBRARY_SUFFIX})
    elseif(MSVC)
        set(name podsix.dll)
        set(import podsix.dll.lib)
    elseif(WIN32)
        set(name podsix.dll)
        set(import libpodsix.dll.a)
    else()
        set(name ${CMAKE_SHARED_LIBRARY_PREFIX}podsix${CMAKE_SHARED_LIBRARY_SUFFIX})
    endif()
    set(${file} ${name} PARENT_SCOPE)
    set(${implib} "${import}" PARENT_SCOPE)
endfunction()

# Makes podsix::shared or podsix::static.
function(podsix_library kind file implib include)
    string(TOUPPER ${kind} upper)
    add_library(podsix::${kind} ${upper} IMPORTED GLOBAL)
    set_target_properties(podsix::${kind} PROPERTIES
        IMPORTED_LOCATION "${file}" INTERFACE_INCLUDE_DIRECTORIES "${include}")
    if(kind STREQUAL static)
        target_compile_definitions(podsix::static INTERFACE PODSIX_STATIC)
        # What Rust's standard library stands on.
        if(WIN32)
            target_link_libraries(podsix::static INTERFACE
                kernel32 ntdll userenv ws2_32 dbghelp bcrypt advapi32)
        elseif(APPLE)
            target_link_libraries(podsix::static INTERFACE m)
        else()
            target_link_libraries(podsix::static INTERFACE pthread dl m gcc_s)
        endif()
    elseif(WIN32)
        set_target_properties(podsix::shared PROPERTIES IMPORTED_IMPLIB "${implib}")
    elseif(NOT APPLE)
        set_target_properties(podsix::shared PROPERTIES
            IMPORTED_SONAME libpodsix.so.${PODSIX_SOVERSION})
    endif()
endfunction()

# Makes podsix::podsix and podsix::cpp of one of them.
function(podsix_choose kind)
    add_library(podsix::podsix ALIAS podsix::${kind})
    add_library(podsix::cpp INTERFACE IMPORTED GLOBAL)
    target_link_libraries(podsix::cpp INTERFACE podsix::podsix)
    target_compile_features(podsix::cpp INTERFACE cxx_std_17)
endfunction()
