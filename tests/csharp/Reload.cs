using System;
using Podsix;

/// <summary>
/// Unity's domain reload: what a game has forgotten ends with its domain, and the next one starts afresh in
/// the same process and with the same native library.
/// </summary>
internal sealed class Reload : MarshalByRefObject
{
    private static Host forgotten;

    private string Play(string address)
    {
        if (forgotten != null)
            throw new Exception("statics of another domain are seen");
        forgotten = new Host();
        string listening = forgotten.ListeningAddress(forgotten.Listen(address));
        forgotten.Connect(listening);
        PodsixEvent ev;
        while (!forgotten.Wait(20, out ev)) { } // it is held, too
        return listening;
    }

    private static int Main()
    {
        string address = "127.0.0.1:0";
        for (int round = 0; round < 3; round++)
        {
            AppDomain domain = AppDomain.CreateDomain("play " + round);
            var game = (Reload)domain.CreateInstanceAndUnwrap(typeof(Reload).Assembly.FullName, typeof(Reload).FullName);
            address = game.Play(address);
            AppDomain.Unload(domain);
        }
        using (var host = new Host())
            host.Listen(address); // it is free again
        Console.WriteLine("reloaded");
        return 0;
    }
}
