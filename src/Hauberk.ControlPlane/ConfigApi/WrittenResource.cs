using System.Collections.Immutable;
using Hauberk.ControlPlane.Store;

namespace Hauberk.ControlPlane.ConfigApi;

/// <summary>What became of a write: the resource as stored with warnings, or why not.</summary>
internal sealed record WrittenResource
{
    public WrittenResource(ApiFailure failure) => Failure = failure;

    public WrittenResource(StoredResource resource, long revision, ImmutableArray<string> warnings) =>
        (Resource, Revision, Warnings) = (resource, revision, warnings);

    public StoredResource? Resource { get; }

    /// <summary>Of the write.</summary>
    public long Revision { get; }

    public ImmutableArray<string> Warnings { get; } = [];

    public ApiFailure? Failure { get; }
}
