namespace Hauberk.Net.Tunnel;

/// <summary>The settings that matter to a tunnel, by their numbers on the wire (RFC 9113, section 6.5.2).</summary>
internal enum SettingId : ushort
{
    EnablePush = 2,
    MaxConcurrentStreams = 3,
    InitialWindowSize = 4,
    MaxFrameSize = 5,
    MaxHeaderListSize = 6,
}
