using System;

namespace Podsix
{
    /// <summary>A host's tables of its peers, which follow its events.</summary>
    internal sealed unsafe class PeerTables
    {
        private PeerTable[] all = Array.Empty<PeerTable>(); // exchanged, not changed: somebody may be walking through it
        private ulong leaving; // whose last event is being looked at; 0: nobody's

        internal void Add(PeerTable table)
        {
            Array.Resize(ref all, all.Length + 1);
            all[all.Length - 1] = table;
        }

        internal void Remove(PeerTable table)
        {
            all = Array.FindAll(all, one => one != table);
        }

        /// <summary>Before anybody looks at an event.</summary>
        internal void Begin(NativeEvent* ev)
        {
            if (all.Length == 0)
                return;
            var kind = (EventKind)ev->kind;
            bool first = kind == EventKind.Connected || kind == EventKind.Request;
            bool last = kind == EventKind.Disconnected || kind == EventKind.Error;
            if (ev->peer == 0 || !(first || last))
                return;
            if (last)
                leaving = ev->peer;
            if (first || kind == EventKind.Error)
                foreach (PeerTable table in all)
                    if (!table.InboundOnly || ev->direction == (uint)Direction.Inbound)
                        table.Come(ev->peer);
        }

        /// <summary>After all have looked at it.</summary>
        internal void End()
        {
            if (leaving == 0)
                return;
            foreach (PeerTable table in all)
                table.Go(leaving);
            leaving = 0;
        }
    }
}
