using System;
using System.Collections.Generic;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Podsix
{
    /// <summary>
    /// What of a type is sent and read, found once per type: its public fields, and its public properties that
    /// can be read and written; all properties of anonymous types. Of a struct that has fields, those alone:
    /// Unity's Vector3 is x, y, z. What hides another member counts in its place.
    /// </summary>
    internal sealed class Members
    {
        private const BindingFlags Declared = BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly;

        private static readonly Dictionary<Type, Members> Known = new Dictionary<Type, Members>();

        private readonly Type type;
        private readonly string leftOut; // which properties look as if they counted; null if none does

        private Members(Type type)
        {
            this.type = type;
            Refused = WhyNot(type);
            foreach (Type one in type.GetInterfaces())
                IsOfPairs |= one.IsGenericType && one.GetGenericTypeDefinition() == typeof(IEnumerable<>) && PairReader.IsPair(one.GetGenericArguments()[0]);
            if (PairReader.IsPair(type))
            {
                All = new[] { Half(type, "Key"), Half(type, "Value") };
                return;
            }
            var fields = new List<Member>();
            var properties = new List<Member>();
            var names = new List<string>();
            for (Type level = type; level != null; level = level.BaseType)
            {
                foreach (FieldInfo field in level.GetFields(Declared))
                    if (IsNew(field, names) && !field.IsNotSerialized)
                        fields.Add(new Member(field));
                foreach (PropertyInfo property in level.GetProperties(Declared))
                    if (property.GetIndexParameters().Length == 0 && IsNew(property, names) && !IsReference(property.PropertyType))
                        AddSent(property, properties);
            }
            if (!type.IsValueType || fields.Count == 0)
            {
                fields.AddRange(properties);
                leftOut = LeftOut(type, fields);
            }
            All = fields.ToArray();
        }

        /// <summary>Of a KeyValuePair key and value, in this order.</summary>
        internal Member[] All { get; }

        /// <summary>Whether it can be walked through as pairs of key and value.</summary>
        internal bool IsOfPairs { get; }

        /// <summary>Why nothing of this type is sent or read, in words; null if it is.</summary>
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

        /// <summary>Warns once of properties that a game may believe to be sent and read.</summary>
        internal void TellLeftOut()
        {
            if (leftOut != null && Warnings.First(this))
                Warnings.Say("of a " + type + " these are neither sent nor read, for their set is not public: " + leftOut + " ([field: NonSerialized] says that it is meant so)");
        }

        /// <summary>The words for a type without any.</summary>
        internal static string None(Type type)
        {
            return "a " + type + " has no public fields or properties that can be read and written";
        }

        /// <summary>The interface that a type has of a generic one; null if it has none.</summary>
        internal static Type Implemented(Type type, Type generic)
        {
            if (type.IsGenericType && type.GetGenericTypeDefinition() == generic)
                return type;
            foreach (Type one in type.GetInterfaces())
                if (one.IsGenericType && one.GetGenericTypeDefinition() == generic)
                    return one;
            return null;
        }

        private static string WhyNot(Type type)
        {
            for (Type at = type; at != null; at = at.BaseType)
                if (at.FullName == "UnityEngine.Object")
                    return "a " + type + " is a part of the scene; send what others need to know of it";
            if (type.IsArray && type.GetArrayRank() > 1)
                return "a " + type + " has several dimensions; an array of arrays says where each row ends";
            if (typeof(Delegate).IsAssignableFrom(type) || typeof(MemberInfo).IsAssignableFrom(type))
                return "a " + type + " means nothing elsewhere";
            return null;
        }

        /// <summary>Its field needs no code that a compiler may have left out.</summary>
        private static Member Half(Type pair, string name)
        {
            FieldInfo field = pair.GetField(name.ToLowerInvariant(), BindingFlags.Instance | BindingFlags.NonPublic);
            PropertyInfo property = pair.GetProperty(name);
            return field != null ? new Member(field) : new Member(property, property.GetGetMethod(), null);
        }

        private static bool IsNew(MemberInfo member, List<string> names)
        {
            if (names.Contains(member.Name))
                return false;
            names.Add(member.Name);
            return true;
        }

        /// <summary>What lives on the stack, which reflection does not reach.</summary>
        private static bool IsReference(Type type)
        {
            return type.IsByRef || type.IsByRefLike;
        }

        private static void AddSent(PropertyInfo property, List<Member> to)
        {
            MethodInfo getter = property.GetGetMethod() ?? OfBase(property, property.GetSetMethod(), true);
            MethodInfo setter = property.GetSetMethod() ?? OfBase(property, property.GetGetMethod(), false);
            if (getter != null && (setter != null || IsAnonymous(property.DeclaringType)))
                to.Add(new Member(property, getter, setter));
        }

        /// <summary>Who overrides one half of a property leaves the other to its base.</summary>
        private static MethodInfo OfBase(PropertyInfo property, MethodInfo half, bool getter)
        {
            if (half == null || half.GetBaseDefinition() == half)
                return null;
            for (Type level = property.DeclaringType.BaseType; level != null; level = level.BaseType)
            {
                PropertyInfo overridden = level.GetProperty(property.Name, Declared);
                MethodInfo other = overridden == null ? null : getter ? overridden.GetGetMethod() : overridden.GetSetMethod();
                if (other != null)
                    return other;
            }
            return null;
        }

        /// <summary>Those with a set that is not public, or none, though they are stored; what is computed has no need of one.</summary>
        private static string LeftOut(Type type, List<Member> sent)
        {
            string names = null;
            foreach (PropertyInfo property in type.GetProperties(BindingFlags.Instance | BindingFlags.Public))
            {
                if (property.GetGetMethod() == null || property.GetIndexParameters().Length > 0 || sent.Exists(member => member.Name == property.Name))
                    continue;
                FieldInfo stored = BackingField(property);
                if (stored != null ? !stored.IsNotSerialized : property.GetSetMethod(true) != null)
                    names = (names == null ? "" : names + ", ") + property.Name;
            }
            return names;
        }

        private static FieldInfo BackingField(PropertyInfo property)
        {
            return property.DeclaringType.GetField("<" + property.Name + ">k__BackingField", BindingFlags.Instance | BindingFlags.NonPublic);
        }

        internal static bool IsAnonymous(Type type)
        {
            return type.IsDefined(typeof(CompilerGeneratedAttribute), false) && type.Name.Contains("Anon");
        }

        /// <summary>
        /// A field or property. Methods are invoked, for PropertyInfo's own way needs a JIT where they are virtual.
        /// </summary>
        internal sealed class Member
        {
            private readonly FieldInfo field;
            private readonly MethodInfo getter, setter;

            internal Member(FieldInfo field)
            {
                this.field = Field = field;
                Name = field.Name;
                Type = field.FieldType;
            }

            internal Member(PropertyInfo property, MethodInfo getter, MethodInfo setter)
            {
                this.getter = getter;
                this.setter = setter;
                Name = property.Name;
                Type = property.PropertyType;
                if (setter != null && setter.IsDefined(typeof(CompilerGeneratedAttribute), false))
                    Field = BackingField(property);
            }

            internal string Name { get; }
            internal Type Type { get; }

            /// <summary>What a set of it sets, and nothing else; null if that is not to be known.</summary>
            internal FieldInfo Field { get; }

            internal bool CanSet
            {
                get { return field != null || setter != null; }
            }

            internal object Get(object of)
            {
                return field != null ? field.GetValue(of) : getter.Invoke(of, null);
            }

            /// <summary>Null too if the getter threw.</summary>
            internal object GetIfThere(object of)
            {
                try
                {
                    return Get(of);
                }
                catch (TargetInvocationException)
                {
                    return null;
                }
            }

            /// <summary>False if the setter threw: it takes no such value.</summary>
            internal bool Set(object of, object value)
            {
                try
                {
                    if (field != null)
                        field.SetValue(of, value);
                    else
                        setter.Invoke(of, new[] { value });
                    return true;
                }
                catch (TargetInvocationException)
                {
                    return false;
                }
            }
        }
    }
}
