namespace Hauberk.Sidecar.Records;

/// <summary>Who sent the first byte of a connection.</summary>
public enum FirstSpeaker
{
    /// <summary>It ended in silence, or nobody looked.</summary>
    Nobody,
    Client,
    Application,
}
