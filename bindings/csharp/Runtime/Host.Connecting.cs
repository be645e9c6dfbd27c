using System.Threading;
using System.Threading.Tasks;

namespace Podsix
{
    // Connecting, for who awaits it, and waiting for what is awaited.
    public partial class Host
    {
        /// <summary>
        /// Connects, as Connect, and gives the open connection with the other game's reply:
        /// <code>
        /// Connection server = await host.ConnectAsync("localhost", new { name = "ada" });
        /// host.Send(server.Peer, new { action = "move", x = 3 });
        /// </code>
        /// The task ends while the host is pumped or polled, before any listener hears of what ended it; what awaits
        /// it goes on then, on that thread, or in the synchronization context in which it began to wait, as in
        /// Unity. Any thread may connect.
        /// </summary>
        /// <param name="address">As for Connect.</param>
        /// <param name="hello">What the other game gets with its event: anything that Send takes; null is nothing.</param>
        /// <param name="cancel">Ends the connection and the task, which is then canceled, with the next Pump or Poll.</param>
        /// <returns>
        /// The connection, or a PodsixException: NotConnected, with a Reason, the words for it and the other game's code
        /// if it has refused; or Closing if the host was disposed of.
        /// </returns>
        /// <exception cref="PodsixException">BadAddress, TooManyPeers, Memory or Closing, as for Connect</exception>
        public Task<Connection> ConnectAsync(string address, object hello = null, CancellationToken cancel = default(CancellationToken))
        {
            if (cancel.IsCancellationRequested)
                return Task.FromCanceled<Connection>(cancel);
            var opening = new Waiting<Connection>(ev => new Connection(ev.Peer, ev.Data.Copy()), cancel);
            if (hello == null)
            {
                awaited.Connect(() => Connect(address), opening);
                return opening.Task;
            }
            using (var spare = new Spare(hello)) // whose properties' code is not to run while others wait
            {
                Message message = spare.Message;
                awaited.Connect(() => Connect(address, message), opening);
                return opening.Task;
            }
        }

        /// <summary>
        /// Pumps until a task of the game is over, and throws what that has thrown: for programs without frames, in
        /// which nobody else pumps. <c>client.PumpUntil(Play(client))</c> What Pump throws leaves it before, and it may be
        /// called again.
        /// </summary>
        public void PumpUntil(Task task)
        {
            while (!task.IsCompleted)
                Pump(10);
            task.GetAwaiter().GetResult();
        }

        /// <summary>As above.</summary>
        /// <returns>What the task gives.</returns>
        public T PumpUntil<T>(Task<T> task)
        {
            PumpUntil((Task)task);
            return task.Result;
        }
    }
}
