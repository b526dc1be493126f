using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Hauberk.Net.Native;
using static Hauberk.Net.Native.OpenSslConstants;

namespace Hauberk.Net.Tls;

/// <summary>The BIO (OpenSSL's notion of a transport) between a session and its loop's <see cref="RecordBuffers"/>.</summary>
internal static unsafe class RecordBio
{
    private static readonly nint Method = MakeMethod();

    public static nint Create(RecordBuffers* records)
    {
        nint bio = OpenSsl.BIO_new(Method);
        if (bio == 0) throw new CryptographicException("BIO_new failed");
        OpenSsl.BIO_set_data(bio, records);
        OpenSsl.BIO_set_init(bio, 1);
        return bio;
    }

    private static nint MakeMethod()
    {
        OpenSslLibrary.EnsureLoaded();
        fixed (byte* name = "records\0"u8)
        {
            // OpenSSL keeps the name's pointer; a literal's bytes stay where they are.
            nint method = OpenSsl.BIO_meth_new(OpenSsl.BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, name);
            _ = OpenSsl.BIO_meth_set_read(method, &Read);
            _ = OpenSsl.BIO_meth_set_write(method, &Write);
            _ = OpenSsl.BIO_meth_set_ctrl(method, &Control);
            return method;
        }
    }

    [UnmanagedCallersOnly]
    private static int Read(nint bio, byte* destination, int length)
    {
        var records = (RecordBuffers*)OpenSsl.BIO_get_data(bio);
        OpenSsl.BIO_clear_flags(bio, BIO_FLAGS_RWS | BIO_FLAGS_SHOULD_RETRY);
        if (records->InputLength > 0) return records->TakeInput(destination, length);
        OpenSsl.BIO_set_flags(bio, BIO_FLAGS_READ | BIO_FLAGS_SHOULD_RETRY);
        return -1;
    }

    [UnmanagedCallersOnly]
    private static int Write(nint bio, byte* source, int length)
    {
        OpenSsl.BIO_clear_flags(bio, BIO_FLAGS_RWS | BIO_FLAGS_SHOULD_RETRY);
        ((RecordBuffers*)OpenSsl.BIO_get_data(bio))->AppendOutput(source, length);
        return length;
    }

    [UnmanagedCallersOnly]
    private static nint Control(nint bio, int command, nint number, nint pointer) => command == BIO_CTRL_FLUSH ? 1 : 0;
}
