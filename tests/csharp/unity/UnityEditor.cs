// The types of UnityEditor that the package touches.
namespace UnityEditor
{
    public enum BuildTarget
    {
        StandaloneWindows64,
        StandaloneLinux64,
    }

    public sealed class PluginImporter
    {
        public delegate bool IncludeInBuildDelegate(string path);

        /// <summary>The libraries for 64-bit Windows.</summary>
        public static PluginImporter[] ForWindows = { };

        private IncludeInBuildDelegate included = path => true;

        public PluginImporter(string assetPath)
        {
            this.assetPath = assetPath;
        }

        public string assetPath { get; }

        public bool IsBuiltIn
        {
            get { return included(assetPath); }
        }

        public static PluginImporter[] GetImporters(BuildTarget platform)
        {
            return platform == BuildTarget.StandaloneWindows64 ? ForWindows : new PluginImporter[0];
        }

        public void SetIncludeInBuildDelegate(IncludeInBuildDelegate includeInBuildDelegate)
        {
            included = includeInBuildDelegate;
        }
    }
}

namespace UnityEditor.Build
{
    using UnityEditor.Build.Reporting;
    using UnityEditor.UnityLinker;

    public interface IOrderedCallback
    {
        int callbackOrder { get; }
    }

    public interface IPreprocessBuildWithReport : IOrderedCallback
    {
        void OnPreprocessBuild(BuildReport report);
    }

    public interface IUnityLinkerProcessor : IOrderedCallback
    {
        string GenerateAdditionalLinkXmlFile(BuildReport report, UnityLinkerBuildPipelineData data);
    }
}

namespace UnityEditor.Build.Reporting
{
    public sealed class BuildReport { }
}

namespace UnityEditor.UnityLinker
{
    public sealed class UnityLinkerBuildPipelineData { }
}

namespace UnityEditor.Compilation
{
    public enum AssembliesType
    {
        Editor,
        Player,
    }

    public class Assembly
    {
        public Assembly(string name, params Assembly[] references)
        {
            this.name = name;
            assemblyReferences = references;
        }

        public string name { get; }
        public Assembly[] assemblyReferences { get; }
    }

    public static class CompilationPipeline
    {
        /// <summary>What the game's scripts are compiled to.</summary>
        public static Assembly[] Game = { };

        public static Assembly[] GetAssemblies(AssembliesType assembliesType)
        {
            return assembliesType == AssembliesType.Player ? Game : new Assembly[0];
        }
    }
}
