using System;
using System.Reflection;
using Podsix;

/// <summary>What the tests share: they fail by an exception.</summary>
internal static class Check
{
    internal static void That(bool holds, string what)
    {
        if (!holds)
            throw new Exception("not so: " + what);
    }

    internal static void Equal<T>(T wanted, T got, string what = "")
    {
        if (!Equals(wanted, got))
            throw new Exception(what + " is <" + got + ">, not <" + wanted + ">");
    }

    /// <summary>What is thrown, which must be exactly of this class.</summary>
    internal static T Throws<T>(Action action) where T : Exception
    {
        try
        {
            action();
        }
        catch (Exception e)
        {
            if (e.GetType() == typeof(T))
                return (T)e;
            throw new Exception("thrown is " + e + ", not " + typeof(T));
        }
        throw new Exception("nothing is thrown, but " + typeof(T) + " should be");
    }

    internal static void Fails(Result code, Action action)
    {
        PodsixException e = Throws<PodsixException>(action);
        Equal(code, e.Code, "the code of '" + e.Message + "'");
        That(e.Message.Length > 5 && !e.Message.StartsWith("PODSIX_", StringComparison.Ordinal), "words in '" + e.Message + "'");
    }

    /// <summary>Pumps until something holds.</summary>
    internal static void Until(Func<bool> holds, params Host[] hosts)
    {
        int begun = Environment.TickCount;
        while (!holds())
        {
            if (Environment.TickCount - begun > 30000)
                throw new Exception("nothing came within 30 s");
            foreach (Host host in hosts)
                host.Pump(hosts.Length == 1 ? 20 : 1);
        }
    }

    /// <summary>The tests of a class: its public static methods.</summary>
    internal static MethodInfo[] Of(Type tests)
    {
        return tests.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly);
    }

    /// <summary>Runs them, but for those that are left out: "-Class.Test".</summary>
    internal static int Run(Type tests, string[] leftOut)
    {
        int count = 0;
        foreach (MethodInfo test in Of(tests))
        {
            if (Array.IndexOf(leftOut, "-" + tests.Name + "." + test.Name) >= 0)
                continue;
            try
            {
                ((Action)Delegate.CreateDelegate(typeof(Action), test))();
            }
            catch (Exception e)
            {
                throw new Exception(tests.Name + "." + test.Name + " failed", e);
            }
            count++;
        }
        if (count == 0)
            throw new Exception(tests.Name + " has no tests");
        return count;
    }
}

internal static class Program
{
    private static readonly Type[] All =
    {
        typeof(Header), typeof(PublicApi), typeof(Messages), typeof(Values), typeof(Lifetimes), typeof(Objects), typeof(OwnTypes), typeof(Shapes), typeof(Hosts),
        typeof(Listeners), typeof(Throwing), typeof(PeerTables), typeof(Warned), typeof(Asking), typeof(TypedHandlers), typeof(ServersAndClients), typeof(InUnity), typeof(InEditor), typeof(Golden), typeof(Garbage),
    };

    internal static string Root { get; private set; }

    /// <summary>Tests ROOT [CLASS...] [-CLASS.TEST...], where ROOT is the checkout: of those classes, or all, and without those tests.</summary>
    private static int Main(string[] arguments)
    {
        Root = arguments[0];
        string[] leftOut = Array.FindAll(arguments, one => one.StartsWith("-", StringComparison.Ordinal));
        foreach (string one in leftOut)
            if (!Array.Exists(All, tests => Array.Exists(Check.Of(tests), test => one == "-" + tests.Name + "." + test.Name)))
                throw new ArgumentException("there is no " + one.Substring(1) + " to be left out");
        Warnings.Show = null; // those that look at them set it
        int passed = 0;
        foreach (Type tests in All)
        {
            if (arguments.Length - leftOut.Length > 1 && Array.IndexOf(arguments, tests.Name) < 1)
                continue;
            try
            {
                passed += Check.Run(tests, leftOut);
            }
            catch (Exception e)
            {
                Console.WriteLine(e);
                return 1;
            }
        }
        Console.WriteLine(passed + " tests passed");
        return passed > 0 ? 0 : 1;
    }
}
