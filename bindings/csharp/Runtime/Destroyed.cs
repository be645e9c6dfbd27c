using System;

namespace Podsix
{
    /// <summary>
    /// What an engine has destroyed while C# still holds it, as Unity does with components. Unity's part says
    /// which; null where there is no such engine.
    /// </summary>
    internal static class Destroyed
    {
        internal static Predicate<object> Is { get; set; }
    }
}
