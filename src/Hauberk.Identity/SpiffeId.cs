using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Hauberk.Identity;

/// <summary>
/// A SPIFFE ID by the SPIFFE-ID standard, section 2: <c>spiffe://trust-domain/path</c>, at most 2048 bytes, no query, fragment, port, user
/// info or percent-encoding, no empty, <c>.</c> or <c>..</c> path segment. Compared exactly.
/// </summary>
public sealed class SpiffeId : IEquatable<SpiffeId>
{
    public const int MaxLength = 2048;

    /// <summary>The namespace that only the mesh's own programs live in.</summary>
    public const string SystemNamespace = "hauberk-system";

    /// <summary>The control plane's service account in <see cref="SystemNamespace"/>.</summary>
    public const string ControlPlaneServiceAccount = "control-plane";

    private const string Scheme = "spiffe://";

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_");

    private readonly string uri;

    private SpiffeId(string uri, TrustDomain trustDomain, string path)
    {
        this.uri = uri;
        TrustDomain = trustDomain;
        Path = path;
        (Namespace, ServiceAccount) = AsServiceAccount(path);
    }

    public TrustDomain TrustDomain { get; }

    /// <summary>Empty, or starts with a slash.</summary>
    public string Path { get; }

    /// <summary>X where the path is exactly <c>/ns/X/sa/Y</c>; null otherwise.</summary>
    public string? Namespace { get; }

    /// <summary>Y where the path is exactly <c>/ns/X/sa/Y</c>; null otherwise.</summary>
    public string? ServiceAccount { get; }

    public static bool TryParse(
        string? text, [NotNullWhen(true)] out SpiffeId? id, [NotNullWhen(false)] out IdentityProblem? problem)
    {
        id = null;
        text ??= "";
        problem = Check(text);
        if (problem is not null)
            return false;
        var pathStart = PathStart(text);
        var trustDomain = TrustDomain.Parse(text[Scheme.Length..pathStart]);
        id = new SpiffeId(text, trustDomain, text[pathStart..]);
        return true;
    }

    /// <exception cref="FormatException">The text is not a SPIFFE ID.</exception>
    public static SpiffeId Parse(string text) => TryParse(text, out var id, out var problem) ? id : throw new FormatException(problem.Message);

    public static bool TryForServiceAccount(
        TrustDomain trustDomain,
        string @namespace,
        string serviceAccount,
        [NotNullWhen(true)] out SpiffeId? id,
        [NotNullWhen(false)] out IdentityProblem? problem)
    {
        ArgumentNullException.ThrowIfNull(trustDomain);
        id = null;
        problem = CheckSegment(@namespace) ?? CheckSegment(serviceAccount);
        return problem is null && TryParse($"{Scheme}{trustDomain}/ns/{@namespace}/sa/{serviceAccount}", out id, out problem);
    }

    /// <exception cref="FormatException">The namespace or the service account is not a valid path segment.</exception>
    public static SpiffeId ForServiceAccount(TrustDomain trustDomain, string @namespace, string serviceAccount) =>
        TryForServiceAccount(trustDomain, @namespace, serviceAccount, out var id, out var problem)
            ? id
            : throw new FormatException(problem.Message);

    /// <summary>The one identity that a sidecar accepts from its control plane.</summary>
    public static SpiffeId ControlPlane(TrustDomain trustDomain) =>
        ForServiceAccount(trustDomain, SystemNamespace, ControlPlaneServiceAccount);

    private static IdentityProblem? Check(string text)
    {
        if (text.Length > MaxLength)
            return new(IdentityProblemCode.SpiffeIdTooLong,
                $"the SPIFFE ID {IdentityProblem.Show(text)} is longer than {MaxLength} bytes");
        if (!text.StartsWith(Scheme, StringComparison.Ordinal))
            return new(IdentityProblemCode.NotSpiffe, $"{IdentityProblem.Show(text)} does not start with {Scheme}");
        var pathStart = PathStart(text);
        return TrustDomain.Check(text.AsSpan(Scheme.Length, pathStart - Scheme.Length)) ?? CheckPath(text.AsSpan(pathStart));
    }

    private static int PathStart(string text) =>
        text.IndexOf('/', Scheme.Length) is var slash and >= 0 ? slash : text.Length;

    private static IdentityProblem? CheckPath(ReadOnlySpan<char> path)
    {
        if (path.IsEmpty)
            return null;
        foreach (var segment in path[1..].Split('/'))
        {
            if (CheckSegment(path[1..][segment]) is { } problem)
                return problem;
        }
        return null;
    }

    private static IdentityProblem? CheckSegment(ReadOnlySpan<char> segment)
    {
        if (segment.IsEmpty)
            return new(IdentityProblemCode.InvalidPath, "a segment of the path is empty");
        if (segment is "." or "..")
            return new(IdentityProblemCode.InvalidPath, $"the path has the segment {IdentityProblem.Show(segment)}");
        if (segment.ContainsAnyExcept(Allowed))
            return new(IdentityProblemCode.InvalidPath,
                $"the path segment {IdentityProblem.Show(segment)} has a character other than A-Z, a-z, 0-9, '.', '-' and '_'");
        return null;
    }

    private static (string? Namespace, string? ServiceAccount) AsServiceAccount(string path) =>
        path.Split('/') is ["", "ns", var @namespace, "sa", var serviceAccount] ? (@namespace, serviceAccount) : (null, null);

    public bool Equals(SpiffeId? other) => other is not null && string.Equals(uri, other.uri, StringComparison.Ordinal);

    public override bool Equals(object? obj) => Equals(obj as SpiffeId);

    public override int GetHashCode() => uri.GetHashCode(StringComparison.Ordinal);

    /// <summary>The canonical URI.</summary>
    public override string ToString() => uri;

    public static bool operator ==(SpiffeId? left, SpiffeId? right) => Equals(left, right);

    public static bool operator !=(SpiffeId? left, SpiffeId? right) => !Equals(left, right);
}
