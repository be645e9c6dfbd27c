using System;
using Podsix;

/// <summary>
/// Started where the native library is missing or another one: prints what a game is told, twice, as Unity's
/// second Play does.
/// </summary>
internal static class WrongLibrary
{
    private static int Main()
    {
        string first = Told(() => new Host()), second = Told(() => new Message());
        Console.WriteLine(first);
        return first != null && first == second ? 0 : 1;
    }

    private static string Told(Action use)
    {
        try
        {
            use();
            return null;
        }
        catch (PodsixLibraryException e)
        {
            return e.Message;
        }
    }
}
