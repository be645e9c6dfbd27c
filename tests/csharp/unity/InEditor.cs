using System;
using System.Collections.Generic;
using System.IO;
using UnityEditor;
using UnityEditor.Build;
using UnityEditor.Compilation;
using Assembly = UnityEditor.Compilation.Assembly;

/// <summary>What the package does when a game is built.</summary>
internal static class InEditor
{
    /// <summary>What stands between the one and the other, wherever it does.</summary>
    private static string Named(string xml, string before, string after)
    {
        string names = "";
        foreach (string line in xml.Split('\n'))
            if (line.Trim().StartsWith(before, StringComparison.Ordinal) && line.EndsWith(after, StringComparison.Ordinal))
                names += " " + line.Trim().Substring(before.Length).Replace(after, "");
        return names.TrimStart();
    }

    /// <summary>One of the package's own, as Unity makes them.</summary>
    private static T Made<T>(string name)
    {
        return (T)Activator.CreateInstance(System.Reflection.Assembly.Load("Podsix.Editor").GetType("Podsix.Editor." + name), true);
    }

    public static void The_library_for_windows_on_arm_is_left_out_where_unity_has_no_such_players()
    {
        var arm = new PluginImporter("Packages/org.podsix.podsix/Plugins/windows-arm64/podsix.dll");
        var intel = new PluginImporter("Packages/org.podsix.podsix/Plugins/windows-x86_64/podsix.dll");
        var other = new PluginImporter("Assets/Plugins/windows-arm64/other.dll");
        PluginImporter.ForWindows = new[] { arm, intel, other };
        Made<IPreprocessBuildWithReport>("WindowsOnArm").OnPreprocessBuild(null);
        Check.That(!arm.IsBuiltIn && intel.IsBuiltIn && other.IsBuiltIn, "one podsix.dll is left");
    }

    public static void What_refers_to_podsix_is_kept_from_stripping()
    {
        var podsix = new Assembly("Podsix");
        var scenery = new Assembly("Scenery");
        CompilationPipeline.Game = new[]
        {
            podsix, scenery, new Assembly("Podsix.Unity", podsix), new Assembly("Assembly-CSharp", scenery, podsix), new Assembly("Cats&Dogs", podsix),
        };
        var link = Made<IUnityLinkerProcessor>("LinkXml");
        string before = Directory.GetCurrentDirectory(), project = Path.Combine(Path.GetTempPath(), "podsix-" + Guid.NewGuid());
        Directory.CreateDirectory(project);
        try
        {
            Directory.SetCurrentDirectory(project);
            string path = link.GenerateAdditionalLinkXmlFile(null, null);
            Check.That(Path.IsPathRooted(path) && link.callbackOrder == 0, "Unity finds it wherever it is");
            string xml = File.ReadAllText(path);
            Check.Equal("Podsix Podsix.Unity Assembly-CSharp Cats&amp;Dogs", Named(xml, "<assembly fullname=\"", "\" preserve=\"all\" ignoreIfMissing=\"1\"/>"));
            string types = Named(xml, "<type fullname=\"", "\" preserve=\"all\"/>");
            foreach (Type type in new[] { typeof(Tuple<int>), typeof((int, int)), typeof(ICollection<>), typeof(KeyValuePair<,>) })
            {
                string name = type.Namespace + "." + type.Name;
                Check.That(Array.Exists(types.Split(' '), one => one == name || one == name.Split('`')[0] + "*"), type + " is kept");
            }
        }
        finally
        {
            Directory.SetCurrentDirectory(before);
            Directory.Delete(project, true);
        }
    }
}
