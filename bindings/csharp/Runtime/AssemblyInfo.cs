using System.Runtime.CompilerServices;

// The tests hold the native structs against the C header.
[assembly: InternalsVisibleTo("Podsix.Tests")]

// It tells which listeners Unity has destroyed.
[assembly: InternalsVisibleTo("Podsix.Unity")]
