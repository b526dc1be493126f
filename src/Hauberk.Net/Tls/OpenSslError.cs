using System.Runtime.InteropServices;
using Hauberk.Net.Native;

namespace Hauberk.Net.Tls;

/// <summary>The first entry of OpenSSL's per-thread error queue, which is emptied by taking it.</summary>
internal readonly record struct OpenSslError(int Reason, string Text)
{
    private const ulong ReasonMask = 0x7fffff;

    /// <summary>Before a call whose failure is to be judged. Looking first is cheaper: clearing goes through all places of the queue.</summary>
    public static void Clear()
    {
        if (OpenSsl.ERR_peek_error() != 0) OpenSsl.ERR_clear_error();
    }

    public static unsafe OpenSslError Take()
    {
        ulong code = OpenSsl.ERR_get_error();
        string? text = code == 0 ? null : Marshal.PtrToStringUTF8((nint)OpenSsl.ERR_reason_error_string(code));
        OpenSsl.ERR_clear_error();
        return new OpenSslError((int)(code & ReasonMask), text ?? "unspecified failure");
    }
}
