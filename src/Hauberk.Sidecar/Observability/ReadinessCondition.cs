namespace Hauberk.Sidecar.Observability;

/// <summary>What a sidecar needs before traffic should be sent its way.</summary>
public enum ReadinessCondition
{
    /// <summary>It holds a certificate that is valid.</summary>
    Certificate,

    /// <summary>It has been configured, now or before its last restart.</summary>
    Configuration,

    /// <summary>It listens on 15001 and 15006.</summary>
    Listeners,

    /// <summary>It is not shutting down.</summary>
    Running,
}
