#if !UNITY_2023_1_OR_NEWER
using System;
using UnityEditor;
using UnityEditor.Build;
using UnityEditor.Build.Reporting;

namespace Podsix.Editor
{
    /// <summary>
    /// Leaves the library for Windows on ARM out of builds: before 2023.1 Unity builds nothing for it, and would find
    /// two podsix.dll for its 64-bit Windows.
    /// </summary>
    internal sealed class WindowsOnArm : IPreprocessBuildWithReport
    {
        public int callbackOrder
        {
            get { return 0; }
        }

        public void OnPreprocessBuild(BuildReport report)
        {
            foreach (PluginImporter plugin in PluginImporter.GetImporters(BuildTarget.StandaloneWindows64))
                if (plugin.assetPath.EndsWith("/Plugins/windows-arm64/podsix.dll", StringComparison.Ordinal))
                    plugin.SetIncludeInBuildDelegate(path => false);
        }
    }
}
#endif
