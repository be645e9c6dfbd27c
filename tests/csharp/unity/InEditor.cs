using System;
using System.Collections.Generic;
using System.IO;
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

    public static void What_refers_to_podsix_is_kept_from_stripping()
    {
        var podsix = new Assembly("Podsix");
        var scenery = new Assembly("Scenery");
        CompilationPipeline.Game = new[]
        {
            podsix, scenery, new Assembly("Podsix.Unity", podsix), new Assembly("Assembly-CSharp", scenery, podsix), new Assembly("Cats&Dogs", podsix),
        };
        var link = (IUnityLinkerProcessor)Activator.CreateInstance(System.Reflection.Assembly.Load("Podsix.Editor").GetType("Podsix.Editor.LinkXml"), true);
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
