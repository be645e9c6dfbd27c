using System;
using System.Collections.Generic;

namespace Podsix
{
    /// <summary>Reads maps as the game's own types, whose members are the keys.</summary>
    internal sealed unsafe class MembersReader : PartsReader
    {
        private readonly Keys[] keys; // of all members, eight by eight

        private MembersReader(Type type, Members.Member[] members) : base(type, members)
        {
            keys = new Keys[(members.Length + Keys.Most - 1) / Keys.Most];
            for (int at = 0; at < keys.Length; at++)
            {
                var names = new string[Math.Min(Keys.Most, members.Length - at * Keys.Most)];
                for (int i = 0; i < names.Length; i++)
                    names[i] = members[at * Keys.Most + i].Name;
                keys[at] = new Keys(names);
            }
        }

        internal static TypeReader For(Type type)
        {
            Members members = Members.Of(type);
            if (type.IsAbstract)
                return new NoReader(type, "a " + type + " is " + (type.IsInterface ? "an interface" : "abstract") + ", and cannot be made");
            if (members.All.Length == 0)
                return new NoReader(type, Members.None(type));
            foreach (Members.Member member in members.All)
                if (!member.CanSet)
                    return new NoReader(type, "a " + type + " cannot be changed: " + member.Name + " has no set");
            return new MembersReader(type, members.All);
        }

        protected override bool Fits(Value value, bool strict)
        {
            return value.Kind == ValueKind.Map;
        }

        internal override bool Place(Value value, byte* to, bool strict)
        {
            return Fill(value, strict, null, to); // which asks by itself, and only where it must
        }

        protected override bool Fill(Value value, bool strict, object to, byte* fields)
        {
            byte** found = stackalloc byte*[Keys.Most];
            for (int at = 0; at < Count; at++)
            {
                int column = at % Keys.Most;
                if (column == 0 && value.Find(keys[at / Keys.Most], found) == 0 && !Fits(value, strict))
                    return false;
                if (!ReadPart(at, value.Inside(found[column]), to, fields, strict) && strict)
                    return false;
            }
            return true;
        }
    }
}
