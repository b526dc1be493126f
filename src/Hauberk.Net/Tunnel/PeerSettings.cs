using System.Buffers.Binary;
using Hauberk.Net.Tunnel.Frames;

namespace Hauberk.Net.Tunnel;

/// <summary>What the peer's SETTINGS allow us; unknown ones are passed over, as RFC 9113 section 6.5.2 demands.</summary>
internal struct PeerSettings()
{
    public const int DefaultWindowBytes = 65_535;
    public const int MinMaxFrameBytes = 16_384;
    private const int MaxMaxFrameBytes = (1 << 24) - 1;

    public int InitialWindowBytes { get; private set; } = DefaultWindowBytes;

    public int MaxStreams { get; private set; } = int.MaxValue;

    public int MaxFrameBytes { get; private set; } = MinMaxFrameBytes;

    /// <summary>How the connection must end for these settings; None: it need not.</summary>
    /// <param name="payload">Of a SETTINGS frame.</param>
    /// <param name="fromServer">Servers must not enable push.</param>
    public Http2Error Apply(ReadOnlySpan<byte> payload, bool fromServer)
    {
        for (; payload.Length >= 6; payload = payload[6..])
        {
            uint value = BinaryPrimitives.ReadUInt32BigEndian(payload[2..]);
            Http2Error error = Apply((SettingId)BinaryPrimitives.ReadUInt16BigEndian(payload), value, fromServer);
            if (error != Http2Error.None) return error;
        }
        return Http2Error.None;
    }

    private Http2Error Apply(SettingId id, uint value, bool fromServer)
    {
        switch (id)
        {
            case SettingId.EnablePush when value > (fromServer ? 0 : 1):
            case SettingId.MaxFrameSize when value is < MinMaxFrameBytes or > MaxMaxFrameBytes:
                return Http2Error.Protocol;
            case SettingId.InitialWindowSize when value > int.MaxValue:
                return Http2Error.FlowControl;
            case SettingId.InitialWindowSize:
                InitialWindowBytes = (int)value;
                break;
            case SettingId.MaxFrameSize:
                MaxFrameBytes = (int)value;
                break;
            case SettingId.MaxConcurrentStreams:
                MaxStreams = (int)Math.Min(value, int.MaxValue);
                break;
        }
        return Http2Error.None;
    }
}
