using System;
using System.IO;
using System.Runtime.InteropServices;

namespace Podsix
{
    /// <summary>The native library that is running.</summary>
    public static unsafe class Library
    {
        /// <summary>The ABI that this assembly was made for.</summary>
        public const uint Abi = 1;

        private static volatile bool good;

        /// <summary>Its release: major &lt;&lt; 16 | minor &lt;&lt; 8 | patch.</summary>
        public static uint Version
        {
            get
            {
                Check();
                return Native.podsix_version();
            }
        }

        /// <summary>Its release, such as "0.1.0".</summary>
        public static string VersionText
        {
            get
            {
                Check();
                return Text.Read(Native.podsix_version_string());
            }
        }

        /// <summary>
        /// Looks whether the library is there and is the right one, as everything does that uses it first.
        /// </summary>
        /// <exception cref="PodsixLibraryException">which file is wrong, or where one was looked for</exception>
        public static void Check()
        {
            if (good)
                return;
            uint abi;
            try
            {
                abi = Native.podsix_abi_version();
            }
            catch (DllNotFoundException e)
            {
                throw new PodsixLibraryException("the native library " + FileName + " was not found" + LookedFor + ". " + Remedy + " (" + e.Message + ")");
            }
            catch (BadImageFormatException e)
            {
                throw new PodsixLibraryException("the native library " + FileName + " is for another processor than this program" + LookedFor + ". " + Remedy + " (" + e.Message + ")");
            }
            catch (EntryPointNotFoundException e)
            {
                throw new PodsixLibraryException(LoadedFile + " is no podsix library. " + Remedy + " (" + e.Message + ")");
            }
            if (abi != Abi)
                throw new PodsixLibraryException(LoadedFile + " has ABI " + abi + ", but this Podsix assembly was made for ABI " + Abi + ". " + Remedy);
            good = true;
        }

        private static string FileName
        {
            get
            {
                if (RuntimeInformation.IsOSPlatform(OSPlatform.Windows))
                    return Native.Library + ".dll";
                return RuntimeInformation.IsOSPlatform(OSPlatform.OSX) ? "libpodsix.dylib" : "libpodsix.so";
            }
        }

        private static string LookedFor
        {
            get
            {
                string path = RuntimeInformation.IsOSPlatform(OSPlatform.Windows) ? "PATH"
                    : RuntimeInformation.IsOSPlatform(OSPlatform.OSX) ? "DYLD_LIBRARY_PATH" : "LD_LIBRARY_PATH";
                string assembly = typeof(Library).Assembly.Location;
                string beside = string.IsNullOrEmpty(assembly) ? "the program" : Path.GetDirectoryName(assembly);
                return ": looked beside " + beside + ", in " + path + " (" + (Environment.GetEnvironmentVariable(path) ?? "not set") +
                    ") and where the system keeps its libraries";
            }
        }

        private static string Remedy
        {
            get
            {
                return "Put the one that belongs to this release there" + (FileName == "libpodsix.dll" ? ", which is podsix.dll, by that name" : "") +
                    ", in Unity into Plugins/<platform> of the package org.podsix.podsix";
            }
        }

        /// <summary>Which file the system took, where it tells.</summary>
        private static string LoadedFile
        {
            get
            {
                try
                {
                    foreach (string line in File.ReadAllLines("/proc/self/maps"))
                    {
                        int path = line.IndexOf('/');
                        if (path >= 0 && line.EndsWith("/" + FileName, StringComparison.Ordinal))
                            return line.Substring(path);
                    }
                }
                catch (IOException)
                {
                    // It is not Linux.
                }
                catch (UnauthorizedAccessException)
                {
                }
                return FileName;
            }
        }
    }
}
