using System;

namespace Podsix
{
    // As a type of the game's own, by the rules of sending: see docs/unity.md. The first use for a type
    // looks at it by reflection; then a struct of numbers makes no garbage.
    public readonly unsafe ref partial struct Value
    {
        /// <summary>
        /// As a type of the game's own, as far as it is one: what is missing, or of another type, keeps its
        /// default, and a number may be of any type that holds it. Nothing that a message says is thrown, and the
        /// result is never null, unless T is nullable or object; members that are null by themselves may stay so.
        /// </summary>
        /// <exception cref="PodsixException">T, or a part of it, is of a type that cannot be read.</exception>
        public T To<T>()
        {
            T read;
            TypedReader<T>.Read(this, false, out read);
            return read;
        }

        /// <summary>
        /// Strictly as a type of the game's own: whole, or not at all. Each member must be there and of its type, but
        /// for nullable ones; whatever else is there does not matter. Nothing that a message says is thrown.
        /// </summary>
        /// <returns>False, and the default of T, if it is not so.</returns>
        /// <exception cref="PodsixException">T, or a part of it, is of a type that cannot be read.</exception>
        public bool TryTo<T>(out T read)
        {
            return TypedReader<T>.Read(this, true, out read);
        }
    }
}
