namespace Hauberk.Policy.Resources;

/// <summary>trafficPolicy.tls.mode of a DestinationRule.</summary>
public enum ClientTlsMode
{
    Disable,
    Simple,
    Mutual,
    IstioMutual,
}
