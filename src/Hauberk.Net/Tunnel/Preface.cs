using System.Buffers.Binary;
using Hauberk.Net.Tunnel.Frames;

namespace Hauberk.Net.Tunnel;

/// <summary>What each side says first.</summary>
internal static class Preface
{
    /// <summary>DATA is passed on as it comes: long frames cost nothing.</summary>
    public const int MaxFrameBytes = 1 << 20;

    public static ReadOnlySpan<byte> Client => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    public static void Append(ref FrameBatch batch, bool isServer, TunnelOptions options)
    {
        Span<byte> settings = stackalloc byte[4 * 6];
        if (isServer)
        {
            Write(settings, 0, SettingId.MaxConcurrentStreams, options.MaxStreams);
        }
        else
        {
            batch.AppendRaw(Client);
            Write(settings, 0, SettingId.EnablePush, 0);
        }
        Write(settings, 1, SettingId.InitialWindowSize, options.FirstStreamWindowBytes);
        Write(settings, 2, SettingId.MaxFrameSize, MaxFrameBytes);
        Write(settings, 3, SettingId.MaxHeaderListSize, options.MaxHeaderListBytes);
        batch.Append(FrameType.Settings, FrameFlags.None, 0, settings);
        batch.Append(FrameType.WindowUpdate, 0, options.ConnectionWindowBytes - PeerSettings.DefaultWindowBytes);
    }

    private static void Write(Span<byte> settings, int place, SettingId id, int value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(settings[(6 * place)..], (ushort)id);
        BinaryPrimitives.WriteInt32BigEndian(settings[((6 * place) + 2)..], value);
    }
}
