using System;
using System.IO;
using System.Security;
using System.Text;
using UnityEditor.Build;
using UnityEditor.Build.Reporting;
using UnityEditor.Compilation;
using UnityEditor.UnityLinker;

namespace Podsix.Editor
{
    /// <summary>
    /// Keeps what only reflection finds from code stripping, at each build: handlers, and the members of types that
    /// are sent and read, anonymous ones too. Unity reads no link.xml in a package, and the package could not name
    /// the game's assemblies: all that refer to podsix are kept whole.
    /// </summary>
    internal sealed class LinkXml : IUnityLinkerProcessor
    {
        // Of the system's types, those that podsix makes and fills by reflection.
        private const string OfTheSystem =
            "  <assembly fullname=\"mscorlib\" ignoreIfMissing=\"1\">\n" +
            "    <type fullname=\"System.Tuple*\" preserve=\"all\"/>\n" +
            "    <type fullname=\"System.ValueTuple*\" preserve=\"all\"/>\n" +
            "    <type fullname=\"System.Collections.Generic.ICollection`1\" preserve=\"all\"/>\n" +
            "    <type fullname=\"System.Collections.Generic.KeyValuePair`2\" preserve=\"all\"/>\n" +
            "  </assembly>\n";

        public int callbackOrder
        {
            get { return 0; }
        }

        public string GenerateAdditionalLinkXmlFile(BuildReport report, UnityLinkerBuildPipelineData data)
        {
            var xml = new StringBuilder("<linker>\n");
            foreach (Assembly assembly in CompilationPipeline.GetAssemblies(AssembliesType.Player))
                if (assembly.name == "Podsix" || Array.Exists(assembly.assemblyReferences, other => other.name == "Podsix"))
                    xml.Append("  <assembly fullname=\"" + SecurityElement.Escape(assembly.name) + "\" preserve=\"all\" ignoreIfMissing=\"1\"/>\n");
            xml.Append(OfTheSystem + "</linker>\n");
            string path = Path.GetFullPath("Temp/podsix-link.xml"); // of the project, where the editor runs
            Directory.CreateDirectory(Path.GetDirectoryName(path));
            File.WriteAllText(path, xml.ToString());
            return path;
        }
    }
}
