using System.Runtime.InteropServices;
using Hauberk.Net.Native;

namespace Hauberk.Net.Tls;

/// <summary>The first entry of OpenSSL's per-thread error queue, which is emptied by taking it.</summary>
internal readonly record struct OpenSslError(int Reason, string Text)
{
    private const ulong ReasonMask = 0x7fffff;

    public static unsafe OpenSslError Take()
    {
        ulong code = OpenSsl.ERR_get_error();
        string? text = code == 0 ? null : Marshal.PtrToStringUTF8((nint)OpenSsl.ERR_reason_error_string(code));
        OpenSsl.ERR_clear_error();
        return new OpenSslError((int)(code & ReasonMask), text ?? "unspecified failure");
    }
}
