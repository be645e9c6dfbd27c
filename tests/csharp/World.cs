using System;
using Podsix;

/// <summary>Two hosts that are connected, over the loopback.</summary>
internal sealed class World : IDisposable
{
    internal readonly Host Server;
    internal readonly Host Client;
    /// <summary>The server, as the client calls it, and the other way round.</summary>
    internal readonly ulong ToServer, ToClient;
    internal readonly string Address;

    internal World(Mode mode = Mode.Threaded, Action<Config> change = null)
    {
        var config = new Config { Mode = mode };
        change?.Invoke(config);
        Server = new Host(config);
        Client = new Host(config);
        Address = Server.ListeningAddress(Server.Listen("127.0.0.1:0"));
        ToServer = Client.Connect(Address);
        var opened = new Opened();
        Server.AddListener(opened);
        Client.AddListener(opened);
        Check.Until(() => opened.Count == 2, Server, Client);
        ToClient = Server.GetPeers()[0];
        Server.RemoveListener(opened);
        Client.RemoveListener(opened);
    }

    /// <summary>What a message is when it has arrived: as text, or whatever the look at it gives.</summary>
    internal T Arrives<T>(Message message, Look<T> look)
    {
        Check.Equal(Result.Ok, Client.Send(ToServer, message));
        return Next(look);
    }

    /// <summary>The next event of the server.</summary>
    internal T Next<T>(Look<T> look)
    {
        for (int tries = 0; tries < 3000; tries++)
        {
            PodsixEvent ev;
            if (Server.Wait(10, out ev) && ev.Kind != EventKind.Stalled && ev.Kind != EventKind.Resumed)
                return look(ev);
            while (Client.Poll(out ev)) { }
        }
        throw new Exception("nothing came");
    }

    public void Dispose()
    {
        Client.Dispose();
        Server.Dispose();
    }

    internal delegate T Look<T>(PodsixEvent ev);

    private sealed class Opened
    {
        internal int Count;

        private void Network_connected()
        {
            Count++;
        }
    }
}
