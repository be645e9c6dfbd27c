"""A recipe for Conan 2, which packs what it lies in. Options: shared (True, where there is a shared library: not on iOS).

In a checkout (conan create packaging/conan) cargo (Rust 1.95) and CMake build the library. In the folder of an unpacked SDK
archive (conan create FOLDER) it takes what is there, and needs neither.
"""

import os
import re

from conan import ConanFile
from conan.errors import ConanInvalidConfiguration
from conan.tools.apple import is_apple_os
from conan.tools.cmake import CMake, CMakeToolchain, cmake_layout
from conan.tools.files import copy, load

SOURCES = ("Cargo.toml", "Cargo.lock", "build.rs", "cbindgen.toml", "CMakeLists.txt", "README.md",
           "LICENSE-*", "src/*", "include/*", "benches/*", "tests/*.rs", "bindings/cpp/*", "bindings/godot/*", "packaging/*")
PREBUILT = ""  # in an SDK archive its version and platform: "1.0.0 linux-x86_64"
ARCHITECTURES = {"armv8": "arm64"}  # what Conan calls otherwise


class Podsix(ConanFile):
    name = "podsix"
    description = "Multiplayer networking for every game engine: PodSixNet's ease in one small library"
    license = "MIT OR Apache-2.0"
    topics = ("game", "multiplayer", "networking", "podsixnet")
    package_type = "library"
    settings = "os", "arch", "compiler", "build_type"
    options = {"shared": [True, False]}
    default_options = {"shared": not PREBUILT.endswith(" ios-arm64")}

    @property
    def _checkout(self):
        return os.path.join(self.recipe_folder, "..", "..")

    def set_version(self):
        if PREBUILT:
            self.version = PREBUILT.split()[0]
            return
        text = load(self, os.path.join(self._checkout, "Cargo.toml"))
        self.version = re.search(r'^version = "(.+)"$', text, re.MULTILINE).group(1)

    def export_sources(self):
        if PREBUILT:
            for pattern in ("include/*", "lib/*", "bin/*", "LICENSES/*"):
                copy(self, pattern, self.recipe_folder, self.export_sources_folder)
            return
        for pattern in SOURCES:
            copy(self, pattern, self._checkout, self.export_sources_folder)

    def layout(self):
        if not PREBUILT:
            cmake_layout(self)

    def validate(self):
        if not PREBUILT:
            return
        system, arch = str(self.settings.os), str(self.settings.arch)
        platform = f"{system.lower()}-{ARCHITECTURES.get(arch, arch)}"
        has = PREBUILT.split()[1].replace("-musl", "")
        if platform != has and not (has == system.lower() == "macos"):
            raise ConanInvalidConfiguration(f"this archive is for {has}, not for {platform}")
        if self.options.shared and has == "ios-arm64":
            raise ConanInvalidConfiguration("this archive has a static library alone; take shared=False")
        if not self.options.shared and self.settings.compiler == "msvc":
            raise ConanInvalidConfiguration("this archive's static library is for MinGW; with msvc take shared=True")

    def package_id(self):
        if PREBUILT:  # one library, whatever compiles the program
            self.info.settings.rm_safe("compiler")
            self.info.settings.rm_safe("build_type")

    def generate(self):
        if not PREBUILT:
            CMakeToolchain(self).generate()

    def build(self):
        if not PREBUILT:
            cmake = CMake(self)
            cmake.configure()
            cmake.build()

    def package(self):
        if PREBUILT:
            copy(self, "*", os.path.join(self.source_folder, "include"), os.path.join(self.package_folder, "include"))
            copy(self, "*", os.path.join(self.source_folder, "LICENSES"), os.path.join(self.package_folder, "licenses"))
            shared = ("lib/*.so*", "lib/*.dylib", "lib/*.dll.*", "bin/*")
            for pattern in shared if self.options.shared else ["lib/*.a"]:
                copy(self, pattern, self.source_folder, self.package_folder, excludes=None if self.options.shared else "*.dll.a")
            return
        CMake(self).install()
        copy(self, "LICENSE-*", self.source_folder, os.path.join(self.package_folder, "licenses"))

    def package_info(self):
        self.cpp_info.set_property("cmake_file_name", "podsix")
        library = self.cpp_info.components["podsix"]
        library.set_property("cmake_target_name", "podsix::podsix")
        library.set_property("pkg_config_name", "podsix")
        library.libs = ["podsix.dll" if self.options.shared and self.settings.compiler == "msvc" else "podsix"]
        if not self.options.shared:
            library.defines = ["PODSIX_STATIC"]
            if self.settings.os == "Windows":
                library.system_libs = ["kernel32", "ntdll", "userenv", "ws2_32", "dbghelp", "bcrypt",
                                       "advapi32"]
            elif self.settings.os == "Android":
                library.system_libs = ["dl", "m"]
            elif is_apple_os(self):
                library.system_libs = ["m"]
            else:
                library.system_libs = ["pthread", "dl", "m"]
        wrapper = self.cpp_info.components["cpp"]
        wrapper.set_property("cmake_target_name", "podsix::cpp")
        wrapper.requires = ["podsix"]
        wrapper.bindirs = wrapper.libdirs = []
