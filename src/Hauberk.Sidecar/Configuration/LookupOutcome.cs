namespace Hauberk.Sidecar.Configuration;

public enum LookupOutcome
{
    /// <summary>Not to be called: see <see cref="DestinationLookup.Refusal"/>.</summary>
    Refused,

    /// <summary>A destination of the mesh, with its details.</summary>
    Found,

    /// <summary>Nothing the mesh knows: bytes go on as the application sent them.</summary>
    External,
}
