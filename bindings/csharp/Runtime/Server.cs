namespace Podsix
{
    /// <summary>
    /// A host that listens, and is its own listener: derive from it, and write Network_ methods.
    /// <code>
    /// class Game : Server
    /// {
    ///     public Game() : base("*") { }
    ///     void Network_move(ulong peer, Value data) { Broadcast(new { action = "moved", who = peer, x = data["x"].AsInt() }); }
    /// }
    /// </code>
    /// </summary>
    public class Server : Host
    {
        /// <summary>Listens nowhere yet.</summary>
        public Server(Config config = null) : base(config)
        {
            ListenToItself();
        }

        /// <param name="address">As for Listen.</param>
        /// <param name="approval">As for Listen.</param>
        /// <param name="config">Its settings; null takes the defaults.</param>
        public Server(string address, bool approval = false, Config config = null) : this(config)
        {
            try
            {
                Listen(address, approval);
            }
            catch
            {
                Dispose();
                throw;
            }
        }
    }
}
