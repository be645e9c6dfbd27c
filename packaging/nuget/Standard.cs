using System;
using System.Collections.Generic;
using Mono.Cecil;

/// <summary>
/// Makes of an assembly that Mono's compiler has built one of .NET Standard 2.1: Standard IN OUT VERSION. The same bytes
/// from the same sources.
/// </summary>
internal static class Standard
{
    private static int Main(string[] arguments)
    {
        ModuleDefinition module = ModuleDefinition.ReadModule(arguments[0], new ReaderParameters { AssemblyResolver = new AsOfMono() });
        var standard = new AssemblyNameReference("netstandard", new Version(2, 1, 0, 0))
        {
            PublicKeyToken = new byte[] { 0xcc, 0x7b, 0x13, 0xff, 0xcd, 0x2d, 0xdd, 0x51 },
        };
        // Mono's assemblies hold what .NET Standard has in one: a name there is the name here.
        var of = new List<AssemblyNameReference>(module.AssemblyReferences);
        foreach (TypeReference type in module.GetTypeReferences())
            if (type.Scope is AssemblyNameReference)
                type.Scope = standard;
        foreach (AssemblyNameReference one in of)
            module.AssemblyReferences.Remove(one);
        module.AssemblyReferences.Add(standard);

        AssemblyDefinition assembly = module.Assembly;
        assembly.Name.Version = new Version(arguments[2] + ".0");
        TypeReference text = module.TypeSystem.String;
        Tell(module, standard, "System.Runtime.Versioning", "TargetFrameworkAttribute", new CustomAttributeArgument(text, ".NETStandard,Version=v2.1"));
        Tell(module, standard, "System.Reflection", "AssemblyInformationalVersionAttribute", new CustomAttributeArgument(text, arguments[2]));
        module.Write(arguments[1], new WriterParameters { DeterministicMvid = true, Timestamp = 0 });
        return 0;
    }

    /// <summary>Where a type of .NET Standard is looked at, Mono's own of that name is.</summary>
    private sealed class AsOfMono : DefaultAssemblyResolver
    {
        public override AssemblyDefinition Resolve(AssemblyNameReference name, ReaderParameters parameters)
        {
            return base.Resolve(name.Name == "netstandard" ? new AssemblyNameReference("mscorlib", new Version(4, 0, 0, 0)) : name, parameters);
        }
    }

    /// <summary>An attribute of the assembly that is made of one text.</summary>
    private static void Tell(ModuleDefinition module, AssemblyNameReference scope, string space, string name, CustomAttributeArgument argument)
    {
        var type = new TypeReference(space, name, module, scope);
        var maker = new MethodReference(".ctor", module.TypeSystem.Void, type) { HasThis = true };
        maker.Parameters.Add(new ParameterDefinition(argument.Type));
        module.Assembly.CustomAttributes.Add(new CustomAttribute(maker) { ConstructorArguments = { argument } });
    }
}
