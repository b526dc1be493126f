namespace Hauberk.Sidecar.Records;

public enum ConnectionDirection
{
    Inbound,
    Outbound,
}
