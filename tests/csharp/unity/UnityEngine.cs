// The types of UnityEngine that the package touches, as far as it touches them: so that it is compiled and
// driven where there is no Unity.
using System;
using System.Collections.Generic;

namespace UnityEngine
{
    public partial class Object
    {
        private bool destroyed;

        public static void DestroyImmediate(Object obj)
        {
            obj.destroyed = true;
        }

        /// <summary>What was destroyed is as good as null, and goes on to be there.</summary>
        public static bool operator ==(Object x, Object y)
        {
            return ReferenceEquals(x, null) || x.destroyed ? ReferenceEquals(y, null) || y.destroyed : ReferenceEquals(x, y);
        }

        public static bool operator !=(Object x, Object y)
        {
            return !(x == y);
        }

        public override bool Equals(object other)
        {
            return this == other as Object;
        }

        public override int GetHashCode()
        {
            return System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
        }
    }

    public partial class Component : Object
    {
        public GameObject gameObject { get; internal set; }

        public T[] GetComponents<T>()
        {
            return gameObject.All<T>();
        }
    }

    public partial class Transform : Component { }

    public class Behaviour : Component { }

    public class MonoBehaviour : Behaviour { }

    public sealed partial class GameObject : Object
    {
        private readonly List<Component> components = new List<Component>();

        public T AddComponent<T>() where T : Component, new()
        {
            var component = new T { gameObject = this };
            components.Add(component);
            return component;
        }

        /// <summary>As in a scene whose script somebody has deleted.</summary>
        public void AddMissingScript()
        {
            components.Add(null);
        }

        public T[] All<T>()
        {
            var all = new List<T>();
            foreach (Component component in components)
                if (component is T || ReferenceEquals(component, null) && typeof(T) == typeof(MonoBehaviour))
                    all.Add((T)(object)component);
            return all.ToArray();
        }
    }

    [AttributeUsage(AttributeTargets.Field)]
    public sealed class SerializeField : Attribute { }

    [AttributeUsage(AttributeTargets.Field)]
    public class TooltipAttribute : Attribute
    {
        public TooltipAttribute(string tooltip) { }
    }

    [AttributeUsage(AttributeTargets.Class)]
    public sealed class AddComponentMenu : Attribute
    {
        public AddComponentMenu(string name) { }
    }

    [AttributeUsage(AttributeTargets.Class)]
    public sealed class DisallowMultipleComponent : Attribute { }

    [AttributeUsage(AttributeTargets.Class)]
    public sealed class DefaultExecutionOrder : Attribute
    {
        public DefaultExecutionOrder(int order)
        {
            this.order = order;
        }

        public int order { get; }
    }

    public static class Application
    {
        public static bool runInBackground { get; set; }
    }

    public static partial class Debug
    {
        /// <summary>What a developer sees in red and in yellow.</summary>
        public static readonly List<string> Errors = new List<string>(), Warnings = new List<string>();

        public static void LogException(Exception exception)
        {
            LogException(exception, null);
        }

        public static void LogException(Exception exception, Object context)
        {
            Errors.Add(exception.Message);
        }

        public static void LogError(object message, Object context)
        {
            Errors.Add(message.ToString());
        }

        public static void LogWarning(object message)
        {
            Warnings.Add(message.ToString());
        }
    }

    public enum RuntimeInitializeLoadType
    {
        AfterSceneLoad = 0,
        SubsystemRegistration = 4,
    }

    [AttributeUsage(AttributeTargets.Method)]
    public sealed class RuntimeInitializeOnLoadMethodAttribute : Attribute
    {
        public RuntimeInitializeOnLoadMethodAttribute(RuntimeInitializeLoadType type)
        {
            loadType = type;
        }

        public RuntimeInitializeLoadType loadType { get; }
    }
}

namespace UnityEngine.Events
{
    public delegate void UnityAction<T>(T one);

    public delegate void UnityAction<T, U>(T one, U two);

    public class UnityEvent<T>
    {
        private UnityAction<T> calls;

        public void AddListener(UnityAction<T> call)
        {
            calls += call;
        }

        public void Invoke(T one)
        {
            calls?.Invoke(one);
        }
    }

    public class UnityEvent<T, U>
    {
        private UnityAction<T, U> calls;

        public void AddListener(UnityAction<T, U> call)
        {
            calls += call;
        }

        public void Invoke(T one, U two)
        {
            calls?.Invoke(one, two);
        }
    }
}

namespace UnityEngine.Scripting
{
    public class PreserveAttribute : Attribute { }
}
