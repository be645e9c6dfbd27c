using System;

namespace Podsix
{
    /// <summary>
    /// Keeps what only reflection finds from Unity's code stripping, which goes by this name. Internal, so that a
    /// game's [Preserve] is always UnityEngine.Scripting's.
    /// </summary>
    [AttributeUsage(AttributeTargets.Method | AttributeTargets.Constructor)]
    internal sealed class PreserveAttribute : Attribute { }
}
