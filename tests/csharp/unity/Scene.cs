// More of UnityEngine: what the package's sample and docs/unity.md touch. What a player sees and does
// goes through Screen.
using System;
using System.Collections.Generic;
using System.Reflection;

namespace UnityEngine
{
    /// <summary>In the place of a screen, a mouse and a keyboard.</summary>
    public static class Screen
    {
        public static readonly List<string> Labels = new List<string>();
        public static string Pressed = "";
        /// <summary>What is typed into the text field that is numbered so in its frame.</summary>
        public static readonly Dictionary<int, string> Typed = new Dictionary<int, string>();
        public static readonly Dictionary<string, float> Axes = new Dictionary<string, float>();
        public static readonly HashSet<Object> Shown = new HashSet<Object>();
        public static readonly List<string> Logged = new List<string>();
        internal static int Fields;

        public static void NewFrame()
        {
            Labels.Clear();
            Fields = 0;
        }
    }

    public partial class Object
    {
        public string name { get; set; }

        public static void Destroy(Object obj)
        {
            Screen.Shown.Remove(obj);
            DestroyImmediate(obj);
        }

        public static void DontDestroyOnLoad(Object target) { }
    }

    public partial class Component
    {
        public Transform transform
        {
            get { return gameObject.transform; }
        }

        public T GetComponent<T>()
        {
            return gameObject.GetComponent<T>();
        }
    }

    public sealed partial class GameObject
    {
        private Transform place;

        public Transform transform
        {
            get { return place ?? (place = new Transform { gameObject = this }); }
        }

        public T GetComponent<T>()
        {
            return All<T>()[0];
        }

        /// <summary>Calls that method of every script that has it, as Unity does with Start or Update.</summary>
        public void SendMessage(string methodName)
        {
            foreach (MonoBehaviour script in All<MonoBehaviour>())
            {
                MethodInfo method = script.GetType().GetMethod(methodName, BindingFlags.Instance | BindingFlags.NonPublic);
                if (method != null)
                    method.Invoke(script, null);
            }
        }

        public void SetActive(bool value) { }

        public static GameObject CreatePrimitive(PrimitiveType type)
        {
            var made = new GameObject();
            made.AddComponent<Renderer>();
            Screen.Shown.Add(made);
            return made;
        }
    }

    public partial class Transform
    {
        public Vector3 position { get; set; }
    }

    public enum PrimitiveType
    {
        Cube = 3,
    }

    public class Renderer : Component
    {
        public Material material { get; } = new Material();
    }

    public class Material : Object
    {
        public Color color { get; set; }
    }

    public struct Color
    {
        public static Color HSVToRGB(float h, float s, float v)
        {
            return new Color();
        }
    }

    public struct Vector3
    {
        public float x, y, z;

        public Vector3(float x, float y, float z)
        {
            this.x = x;
            this.y = y;
            this.z = z;
        }

        public static Vector3 zero
        {
            get { return new Vector3(); }
        }

        public static Vector3 operator +(Vector3 a, Vector3 b)
        {
            return new Vector3(a.x + b.x, a.y + b.y, a.z + b.z);
        }

        public static Vector3 operator *(Vector3 a, float by)
        {
            return new Vector3(a.x * by, a.y * by, a.z * by);
        }

        public static bool operator ==(Vector3 a, Vector3 b)
        {
            return a.x == b.x && a.y == b.y && a.z == b.z;
        }

        public static bool operator !=(Vector3 a, Vector3 b)
        {
            return !(a == b);
        }

        public override bool Equals(object other)
        {
            return other is Vector3 && this == (Vector3)other;
        }

        public override int GetHashCode()
        {
            return x.GetHashCode() ^ y.GetHashCode() ^ z.GetHashCode();
        }
    }

    public static class Time
    {
        public static float deltaTime
        {
            get { return 1 / 60f; }
        }
    }

    public static partial class Debug
    {
        public static void Log(object message)
        {
            Screen.Logged.Add(message.ToString());
        }
    }

    public static class Input
    {
        public static float GetAxis(string axisName)
        {
            return Screen.Axes.TryGetValue(axisName, out float by) ? by : 0;
        }
    }

    public sealed class GUILayoutOption { }

    public static class GUILayout
    {
        public static void Label(string text, params GUILayoutOption[] options)
        {
            Screen.Labels.Add(text);
        }

        public static string TextField(string text, params GUILayoutOption[] options)
        {
            return Screen.Typed.TryGetValue(Screen.Fields++, out string typed) ? typed : text;
        }

        public static bool Button(string text, params GUILayoutOption[] options)
        {
            return text == Screen.Pressed;
        }

        public static GUILayoutOption Width(float width)
        {
            return new GUILayoutOption();
        }
    }

    /// <summary>Only a name here, which scripts must tell from podsix's.</summary>
    public sealed class Event { }

    [AttributeUsage(AttributeTargets.Class)]
    public sealed class RequireComponent : Attribute
    {
        public RequireComponent(Type requiredComponent) { }
    }
}
