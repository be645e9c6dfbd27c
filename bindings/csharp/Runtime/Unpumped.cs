using System;
using System.Threading;

namespace Podsix
{
    /// <summary>
    /// Tells once of tasks that cannot end, for nobody pumps their host. It looks from time to time while there are any: two
    /// looks are a game's time apart, also where a debugger had stopped all its threads meanwhile.
    /// </summary>
    internal sealed class Unpumped
    {
        internal static int FirstLookMs = 1000, NextLookMs = 5000;

        private readonly Host host;
        private readonly Awaited awaited;
        private readonly Timer timer;
        private bool looked;
        private int turns;

        /// <summary>Begins to look.</summary>
        internal Unpumped(Host host, Awaited awaited)
        {
            this.host = host;
            this.awaited = awaited;
            timer = new Timer(Look);
            timer.Change(FirstLookMs, NextLookMs);
        }

        private void Look(object state)
        {
            int before = turns;
            turns = host.Turns;
            bool pumped = !looked || before != turns;
            looked = true;
            bool waits = awaited.Any(pumped);
            if (waits && pumped)
                return;
            timer.Dispose();
            if (waits && Warnings.First("awaits " + host.GetType()))
                Tell();
        }

        private void Tell()
        {
            try
            {
                Warnings.Say(Unheard.NameOf(host) + ": a task waits for a connection or an answer, and nobody has pumped for " + NextLookMs / 1000 +
                    " s: it ends inside Pump. A program's main calls PumpUntil(task); .Wait() and .Result on the thread that pumps never end");
            }
            catch (Exception e) // of the game's own Show, which here would end the process
            {
                host.Errors.AddLater(0, e);
            }
        }
    }
}
