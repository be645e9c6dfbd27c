using System;
using System.Reflection;
using System.Runtime.CompilerServices;

/// <summary>Compiles all of the assembly at once: whatever it names in the system's own has to be there.</summary>
internal static class Named
{
    private const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    private static int Main()
    {
        int compiled = 0, wrong = 0;
        foreach (Type type in typeof(Podsix.Host).Assembly.GetTypes())
        {
            if (type.ContainsGenericParameters)
                continue;
            foreach (MethodBase method in type.GetMembers(All).OfMethods())
            {
                if (method.IsAbstract || method.ContainsGenericParameters || (method.Attributes & MethodAttributes.PinvokeImpl) != 0 ||
                    method.GetMethodBody() == null)
                    continue;
                try
                {
                    RuntimeHelpers.PrepareMethod(method.MethodHandle);
                    compiled++;
                }
                catch (MissingMemberException e)
                {
                    Console.WriteLine(type + "." + method.Name + ": " + e.Message);
                    wrong++;
                }
            }
        }
        Console.WriteLine(compiled + " methods");
        return wrong == 0 && compiled > 500 ? 0 : 1;
    }

    private static MethodBase[] OfMethods(this MemberInfo[] members)
    {
        return Array.ConvertAll(Array.FindAll(members, member => member is MethodBase), member => (MethodBase)member);
    }
}
