using Hauberk.Api.Distribution;

namespace Hauberk.Sidecar.Configuration;

/// <summary>A <see cref="ResourceTable{TMessage,T}"/>, whatever its type.</summary>
internal interface IResourceTable
{
    string TypeUrl { get; }

    IEnumerable<string> Names { get; }

    /// <summary>Name to version: what a stream that resumes says it has.</summary>
    IEnumerable<KeyValuePair<string, string>> Versions { get; }

    /// <summary>Takes all of the response in, or none of it. Null: taken. Else why it cannot be.</summary>
    string? Apply(DeltaDiscoveryResponse response);

    void Forget(string name);

    /// <summary>From now on what is held counts as of no known version, so that a new stream is told all of it again.</summary>
    void ForgetVersions();

    /// <summary>All that is held, as a response that <see cref="Apply"/> would take.</summary>
    DeltaDiscoveryResponse ToResponse();
}
