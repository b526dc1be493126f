namespace Hauberk.Sidecar.Configuration;

/// <summary>Why an address cannot be called. Stable: in access records and metrics, in this spelling.</summary>
public enum LookupRefusal
{
    None,

    /// <summary>This sidecar has never been configured.</summary>
    NoConfiguration,

    /// <summary>The mesh knows the address, but its details did not arrive in time.</summary>
    DetailsUnavailable,

    /// <summary>The details need a feature this sidecar does not have, or cannot be read.</summary>
    DetailsUnreadable,
}
