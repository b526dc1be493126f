using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

// Native libraries are looked up by the system's loader only, never beside the program.
[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
[assembly: DisableRuntimeMarshalling]
