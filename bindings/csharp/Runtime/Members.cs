using System;
using System.Collections.Generic;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Podsix
{
    /// <summary>
    /// What of a type is sent, found once per type: its public fields, and its public properties that can
    /// be read and written; all properties of anonymous types. Of a struct that has fields, those alone:
    /// Unity's Vector3 is x, y, z.
    /// </summary>
    internal sealed class Members
    {
        private static readonly Dictionary<Type, Members> Known = new Dictionary<Type, Members>();

        private Members(Type type)
        {
            Refused = WhyNot(type);
            var all = new List<Member>();
            foreach (FieldInfo field in type.GetFields(BindingFlags.Instance | BindingFlags.Public))
                if (!field.IsNotSerialized)
                    all.Add(new Member(field));
            if (!type.IsValueType || all.Count == 0)
                foreach (PropertyInfo property in type.GetProperties(BindingFlags.Instance | BindingFlags.Public))
                    if (IsSent(property))
                        all.Add(new Member(property));
            All = all.ToArray();
        }

        internal Member[] All { get; }

        /// <summary>Why nothing of this type is sent, in words; null if it is.</summary>
        internal string Refused { get; }

        internal static Members Of(Type type)
        {
            lock (Known)
            {
                Members members;
                if (!Known.TryGetValue(type, out members))
                    Known.Add(type, members = new Members(type));
                return members;
            }
        }

        private static string WhyNot(Type type)
        {
            for (Type at = type; at != null; at = at.BaseType)
                if (at.FullName == "UnityEngine.Object")
                    return "a " + type + " is a part of the scene; send what others need to know of it";
            if (typeof(Delegate).IsAssignableFrom(type) || typeof(MemberInfo).IsAssignableFrom(type))
                return "a " + type + " means nothing elsewhere";
            return null;
        }

        private static bool IsSent(PropertyInfo property)
        {
            if (property.GetIndexParameters().Length > 0 || property.GetGetMethod() == null)
                return false;
            return property.GetSetMethod() != null || IsAnonymous(property.DeclaringType);
        }

        private static bool IsAnonymous(Type type)
        {
            return type.IsDefined(typeof(CompilerGeneratedAttribute), false) && type.Name.Contains("Anon");
        }

        internal struct Member
        {
            private readonly FieldInfo field;
            private readonly PropertyInfo property;

            internal Member(FieldInfo field)
            {
                this.field = field;
                property = null;
                Name = field.Name;
            }

            internal Member(PropertyInfo property)
            {
                field = null;
                this.property = property;
                Name = property.Name;
            }

            internal string Name { get; }

            internal object Get(object of)
            {
                return field != null ? field.GetValue(of) : property.GetValue(of, null);
            }
        }
    }
}
