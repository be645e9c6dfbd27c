using System;
using System.Collections.Generic;
using System.Text;

namespace Podsix
{
    /// <summary>Finds handlers by the UTF-8 of an action, without making a string of it.</summary>
    internal sealed unsafe class ActionMap
    {
        private readonly Slot[] slots; // a power of two, at most half of them taken

        internal ActionMap(Dictionary<string, List<int>> actions)
        {
            int size = 2;
            while (size < actions.Count * 2)
                size *= 2;
            slots = new Slot[size];
            foreach (KeyValuePair<string, List<int>> action in actions)
            {
                byte[] name = Text.Bytes(action.Key);
                uint hash;
                fixed (byte* data = name)
                    hash = Hash(data, name.Length);
                uint at = hash;
                while (slots[at & (uint)(size - 1)].Name != null)
                    at++;
                slots[at & (uint)(size - 1)] = new Slot { Hash = hash, Name = name, Handlers = action.Value.ToArray() };
            }
        }

        /// <summary>FNV-1a of a text's beginning: strangers choose how long it is.</summary>
        internal static uint Hash(byte* data, int len)
        {
            uint hash = 2166136261;
            for (int at = 0; at < len && at < 64; at++)
                hash = (hash ^ data[at]) * 16777619;
            return hash;
        }

        /// <summary>The numbers of the handlers; null if there are none.</summary>
        internal int[] Find(byte* data, int len, uint hash)
        {
            for (uint at = hash; ; at++)
            {
                Slot slot = slots[at & (uint)(slots.Length - 1)];
                if (slot.Name == null)
                    return null;
                if (slot.Hash == hash && Same(slot.Name, data, len))
                    return slot.Handlers;
            }
        }

        /// <summary>As Listeners.Similar.</summary>
        internal string Similar(string action)
        {
            foreach (Slot slot in slots)
            {
                string name = slot.Name == null ? null : Encoding.UTF8.GetString(slot.Name);
                if (string.Equals(name, action, StringComparison.OrdinalIgnoreCase))
                    return name;
            }
            return null;
        }

        private static bool Same(byte[] name, byte* data, int len)
        {
            if (name.Length != len)
                return false;
            for (int at = 0; at < len; at++)
                if (name[at] != data[at])
                    return false;
            return true;
        }

        private struct Slot
        {
            internal uint Hash;
            internal byte[] Name;
            internal int[] Handlers;
        }
    }
}
