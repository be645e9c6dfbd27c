"""A recipe for Conan 2, which packs the checkout it lies in: conan create packaging/conan

It needs cargo (Rust 1.95) and CMake. Options: shared (True).
"""

import os
import re

from conan import ConanFile
from conan.tools.cmake import CMake, CMakeToolchain, cmake_layout
from conan.tools.files import copy, load

SOURCES = ("Cargo.toml", "Cargo.lock", "build.rs", "cbindgen.toml", "CMakeLists.txt", "README.md",
           "LICENSE-*", "src/*", "include/*", "benches/*", "bindings/cpp/*", "bindings/godot/*", "packaging/*")


class Podsix(ConanFile):
    name = "podsix"
    description = "Multiplayer networking for every game engine: PodSixNet's ease in one small library"
    license = "MIT OR Apache-2.0"
    topics = ("game", "multiplayer", "networking", "podsixnet")
    package_type = "library"
    settings = "os", "arch", "compiler", "build_type"
    options = {"shared": [True, False]}
    default_options = {"shared": True}

    @property
    def _checkout(self):
        return os.path.join(self.recipe_folder, "..", "..")

    def set_version(self):
        text = load(self, os.path.join(self._checkout, "Cargo.toml"))
        self.version = re.search(r'^version = "(.+)"$', text, re.MULTILINE).group(1)

    def export_sources(self):
        for pattern in SOURCES:
            copy(self, pattern, self._checkout, self.export_sources_folder)

    def layout(self):
        cmake_layout(self)

    def generate(self):
        CMakeToolchain(self).generate()

    def build(self):
        cmake = CMake(self)
        cmake.configure()
        cmake.build()

    def package(self):
        CMake(self).install()
        copy(self, "LICENSE-*", self.source_folder, os.path.join(self.package_folder, "licenses"))

    def package_info(self):
        self.cpp_info.set_property("cmake_file_name", "podsix")
        library = self.cpp_info.components["podsix"]
        library.set_property("cmake_target_name", "podsix::podsix")
        library.set_property("pkg_config_name", "podsix")
        library.libs = ["podsix"]
        if not self.options.shared:
            library.defines = ["PODSIX_STATIC"]
            if self.settings.os == "Windows":
                library.system_libs = ["kernel32", "ntdll", "userenv", "ws2_32", "dbghelp", "bcrypt",
                                       "advapi32"]
            elif self.settings.os == "Macos":
                library.system_libs = ["m"]
            else:
                library.system_libs = ["pthread", "dl", "m", "gcc_s"]
        wrapper = self.cpp_info.components["cpp"]
        wrapper.set_property("cmake_target_name", "podsix::cpp")
        wrapper.requires = ["podsix"]
        wrapper.bindirs = wrapper.libdirs = []
