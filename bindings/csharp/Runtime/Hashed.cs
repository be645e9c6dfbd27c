using System;
using System.Reflection;

namespace Podsix
{
    /// <summary>Makes dictionaries and sets whose keys strangers choose.</summary>
    internal sealed class Hashed
    {
        private readonly Maker plain;
        private readonly bool isSpread;
        private ConstructorInfo constructor; // null if it cannot take hashes of ours

        internal Hashed(Type type, Type key)
        {
            plain = new Maker(type);
            isSpread = KeyHashes.IsSpread(key);
            constructor = KeyHashes.ConstructorOf(type);
        }

        /// <summary>How many keys one may have.</summary>
        internal int Most
        {
            get { return isSpread || constructor != null ? int.MaxValue : KeyHashes.Most; }
        }

        internal object New()
        {
            try
            {
                if (constructor != null)
                    return constructor.Invoke(new object[] { KeyHashes.Secret });
            }
            catch (Exception)
            {
                constructor = null; // nobody has compiled it
            }
            return plain.New();
        }
    }
}
