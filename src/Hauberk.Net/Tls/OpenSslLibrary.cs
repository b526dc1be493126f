using System.Runtime.InteropServices;
using Hauberk.Net.Native;
using static Hauberk.Net.Native.OpenSslConstants;

namespace Hauberk.Net.Tls;

/// <summary>The system's OpenSSL, once per process.</summary>
public static unsafe class OpenSslLibrary
{
    /// <summary>The version text of the library in use, e.g. "OpenSSL 3.0.19 27 Jan 2026".</summary>
    /// <exception cref="DllNotFoundException">The system has no OpenSSL 3.</exception>
    public static string Version { get; } = Load();

    internal static void EnsureLoaded() => _ = Version;

    private static string Load()
    {
        // Loops may still run when the process exits: OpenSSL must not tear itself down under them.
        if (OpenSsl.OPENSSL_init_ssl(OPENSSL_INIT_NO_ATEXIT, 0) != 1) throw new InvalidOperationException("OpenSSL cannot be initialised.");
        return Marshal.PtrToStringUTF8((nint)OpenSsl.OpenSSL_version(0)) ?? "";
    }
}
