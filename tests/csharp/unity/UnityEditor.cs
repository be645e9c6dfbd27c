// The types of UnityEditor that the package touches.
namespace UnityEditor.Build
{
    using UnityEditor.Build.Reporting;
    using UnityEditor.UnityLinker;

    public interface IOrderedCallback
    {
        int callbackOrder { get; }
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
