using System;
using System.Collections.Generic;
using System.IO;
using System.Reflection;
using Podsix;

/// <summary>Everything that is public is used by some test.</summary>
internal static class PublicApi
{
    public static void Is_tested_whole()
    {
        string tests = "";
        foreach (string file in Directory.GetFiles(Path.Combine(Program.Root, "tests/csharp"), "*.cs", SearchOption.AllDirectories))
            tests += File.ReadAllText(file);
        var missing = new List<string>();
        int count = 0;
        foreach (Assembly assembly in new[] { typeof(Host).Assembly, typeof(Podsix.Unity.PodsixBehaviour).Assembly })
            foreach (Type type in assembly.GetExportedTypes())
            {
                if (type.IsEnum || typeof(Delegate).IsAssignableFrom(type))
                    continue;
                foreach (MemberInfo member in type.GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
                {
                    if (!(member is MethodInfo) && !(member is PropertyInfo))
                        continue;
                    string name = member.Name.Replace("get_", "").Replace("set_", "")
                        .Replace("add_", "").Replace("remove_", "");
                    // These foreach and the compiler call.
                    if (name == "Item" || name == "GetEnumerator" || name == "MoveNext" || name == "Current" || member is ConstructorInfo)
                        continue;
                    count++;
                    if (!tests.Contains("." + name) && !tests.Contains(name + " ="))
                        missing.Add(type.Name + "." + name);
                }
            }
        Check.Equal("", string.Join(" ", missing), "what no test uses");
        Check.That(count > 150, "all were found");
    }
}
