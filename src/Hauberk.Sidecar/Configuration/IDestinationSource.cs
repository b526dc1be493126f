using System.Net;

namespace Hauberk.Sidecar.Configuration;

/// <summary>Where the outbound path learns what an address is.</summary>
public interface IDestinationSource
{
    /// <summary>
    /// Completes at once where the details are held; else asks the control plane and waits, never longer than its own bound. It fails closed: an
    /// address of the mesh without details is refused, never external. Safe for any number of threads; the caller's scheduler is its own
    /// to return to.
    /// </summary>
    ValueTask<DestinationLookup> LookupAsync(IPAddress address, CancellationToken cancellationToken);
}
