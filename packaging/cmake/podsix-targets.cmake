# The targets, for those who find podsix installed and those who build it along with their own.

include_guard(GLOBAL)
set(PODSIX_SONAME libpodsix.so.@SOVERSION@)
if(ANDROID)
    set(PODSIX_SONAME libpodsix.so) # an app has files of such names alone
endif()

# What the static library stands on, Rust's standard library in it. How panics unwind the compiler's own library knows.
if(WIN32)
    set(PODSIX_SYSTEM_LIBS kernel32 ntdll userenv ws2_32 dbghelp bcrypt advapi32)
elseif(APPLE)
    set(PODSIX_SYSTEM_LIBS m)
elseif(ANDROID)
    set(PODSIX_SYSTEM_LIBS dl m)
else()
    set(PODSIX_SYSTEM_LIBS pthread dl m)
endif()

# What cargo calls a library on this system, and the file that programs link with, where that is
# another one.
function(podsix_files kind file implib)
    set(import)
    if(kind STREQUAL static)
        set(name ${CMAKE_STATIC_LIBRARY_PREFIX}podsix${CMAKE_STATIC_LIBRARY_SUFFIX})
    elseif(WIN32)
        set(name podsix.dll)
        set(import podsix.dll.lib) # of Visual Studio's compiler, and of clang beside it
        if(CMAKE_IMPORT_LIBRARY_SUFFIX STREQUAL .dll.a)
            set(import libpodsix.dll.a)
        endif()
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
        target_link_libraries(podsix::static INTERFACE ${PODSIX_SYSTEM_LIBS})
    elseif(WIN32)
        set_target_properties(podsix::shared PROPERTIES IMPORTED_IMPLIB "${implib}")
    elseif(NOT APPLE)
        set_target_properties(podsix::shared PROPERTIES
            IMPORTED_SONAME ${PODSIX_SONAME})
    endif()
endfunction()

# Makes podsix::podsix and podsix::cpp of one of them.
function(podsix_choose kind)
    add_library(podsix::podsix ALIAS podsix::${kind})
    add_library(podsix::cpp INTERFACE IMPORTED GLOBAL)
    target_link_libraries(podsix::cpp INTERFACE podsix::podsix)
    target_compile_features(podsix::cpp INTERFACE cxx_std_17)
endfunction()
