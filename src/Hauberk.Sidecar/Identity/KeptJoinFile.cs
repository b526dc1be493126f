using System.Diagnostics.CodeAnalysis;
using Hauberk.Api.Enrolment;

namespace Hauberk.Sidecar.Identity;

/// <summary>
/// What a restart needs of the join file (control plane, roots, workload), kept once there is a certificate, so that the operator may delete the file
/// itself. The token is not kept: a certificate is what proves the workload from then on.
/// </summary>
internal sealed class KeptJoinFile(StateDirectory directory)
{
    public const string Name = "joined.json";

    /// <summary>Stands where the token was. No control plane takes it.</summary>
    private const string NoToken = "hbk1.not-kept";

    private readonly string path = directory.At(Name);

    public bool Exists => File.Exists(path);

    public bool TryLoad([NotNullWhen(true)] out JoinFile? join, [NotNullWhen(false)] out string? problem) => JoinFile.TryRead(path, out join, out problem);

    /// <exception cref="IOException"/>
    public void Save(JoinFile join) => directory.Write(Name, (join with { Token = NoToken }).ToJson());
}
