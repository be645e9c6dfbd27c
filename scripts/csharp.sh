# How the C# wrapper and its tests are compiled. Sourced by what runs them, at the checkout's root.
#
# shellcheck shell=bash

SOURCES=bindings/csharp/Runtime
COMPILE=(mcs -optimize+ -langversion:latest -warn:4 -warnaserror -nowarn:1702)
# Unity fills the fields of its inspector by itself.
STUBBED=(-nowarn:649,414 -target:library)

# compile FOLDER EXTENSION REFERENCES...: the wrapper, what is Unity's over stubs, the tests, and the README's program at
# PORT, another one than everybody's: other tests run meanwhile.
compile() {
    local to=$1 program=$2 name
    shift 2
    local compile=("${COMPILE[@]}" "$@" "-lib:$to")
    "${compile[@]}" -unsafe -target:library "-out:$to/Podsix.dll" "$SOURCES"/*.cs
    "${compile[@]}" "${STUBBED[@]}" "-out:$to/UnityEngine.dll" tests/csharp/unity/UnityEngine.cs
    "${compile[@]}" "${STUBBED[@]}" -r:Podsix.dll -r:UnityEngine.dll "-out:$to/Podsix.Unity.dll" "$SOURCES"/Unity/*.cs
    "${compile[@]}" "${STUBBED[@]}" "-out:$to/UnityEditor.dll" tests/csharp/unity/UnityEditor.cs
    "${compile[@]}" "${STUBBED[@]}" -r:UnityEditor.dll "-out:$to/Podsix.Editor.dll" bindings/csharp/Editor/*.cs
    "${compile[@]}" -r:Podsix.dll -r:UnityEngine.dll -r:Podsix.Unity.dll -r:UnityEditor.dll "-out:$to/Podsix.Tests.$program" \
        tests/csharp/{Check,World,Header,PublicApi,Messages,Values,Lifetimes,Objects,OwnTypes,Shapes,Hosts,Listeners,Throwing,PeerTables,Warned,Asking,TypedHandlers,ServersAndClients,Golden,Garbage}.cs \
        tests/csharp/unity/{InUnity,InEditor}.cs
    for name in Flood Calls WrongLibrary; do
        "${compile[@]}" -r:Podsix.dll "-out:$to/$name.$program" "tests/csharp/$name.cs"
    done
    awk '/^```csharp$/ { inside = 1; next } /^```/ { inside = 0 } inside' bindings/csharp/README.md |
        sed "s/:31425\"/:$PORT\"/; s/\"localhost\"/\"localhost:$PORT\"/" >"$to/Readme.cs"
    "${compile[@]}" -r:Podsix.dll "-out:$to/Readme.$program" "$to/Readme.cs"
}

# compile_for_coreclr FOLDER FRAMEWORK: the same for the .NET Core 3.1 that has its assemblies there.
compile_for_coreclr() {
    local to=$1 framework=$2 name references=(-nostdlib -noconfig)
    for name in System.Private.CoreLib System.Runtime System.Console System.Runtime.Extensions System.Collections System.Threading \
        System.Threading.Thread System.Runtime.Numerics System.Runtime.InteropServices System.IO.FileSystem System.Memory \
        System.Runtime.InteropServices.RuntimeInformation; do
        references+=("-r:$framework/$name.dll")
    done
    compile "$to" dll "${references[@]}"
    for name in Podsix.Tests Flood Calls WrongLibrary Readme; do
        echo '{"runtimeOptions": {"framework": {"name": "Microsoft.NETCore.App", "version": "3.1.23"}}}' >"$to/$name.runtimeconfig.json"
    done
}
