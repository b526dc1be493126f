namespace Hauberk.Sidecar.Records;

public enum ClosedBy
{
    Client,
    Server,
    Sidecar,
}
