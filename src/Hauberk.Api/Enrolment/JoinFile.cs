using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Hauberk.Identity;

namespace Hauberk.Api.Enrolment;

/// <summary>
/// What an operator hands to a machine so that one workload can join: where the control plane is, which roots to trust before anything
/// else is known, and a token that is good for one certificate. A secret: 0600 on disk, never an argument.
/// </summary>
public sealed record JoinFile
{
    public const int MaxBytes = 256 * 1024;
    private const int MaxFieldLength = 512;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>"host:port" of the control plane's gRPC services; an IPv6 address stands in brackets.</summary>
    [JsonRequired]
    public required string ControlPlane { get; init; }

    [JsonRequired]
    public required string TrustDomain { get; init; }

    /// <summary>"namespace/name" of the WorkloadEntry.</summary>
    [JsonRequired]
    public required string Workload { get; init; }

    [JsonRequired]
    public required string ServiceAccount { get; init; }

    /// <summary>"hbk1.…"; needed only while there is no valid certificate.</summary>
    [JsonRequired]
    public required string Token { get; init; }

    /// <summary>PEM of the roots of <see cref="TrustDomain"/>: the pin for the first connection.</summary>
    [JsonRequired]
    public required string TrustBundle { get; init; }

    [JsonIgnore]
    public string Namespace => Workload[..Workload.IndexOf('/', StringComparison.Ordinal)];

    [JsonIgnore]
    public string WorkloadName => Workload[(Workload.IndexOf('/', StringComparison.Ordinal) + 1)..];

    [JsonIgnore]
    public Uri ControlPlaneUri => new("https://" + ControlPlane);

    /// <param name="problem">One sentence; it never holds the token.</param>
    public static bool TryRead(string path, [NotNullWhen(true)] out JoinFile? file, [NotNullWhen(false)] out string? problem)
    {
        file = null;
        if (!BoundedFile.TryRead(path, MaxBytes, isSecret: true, out var bytes, out problem)) problem = $"{path}: {problem}";
        else if (!TryParse(bytes.Span, out file, out problem)) problem = $"{path} is not a join file: {problem}";
        return file is not null;
    }

    public static bool TryParse(ReadOnlySpan<byte> json, [NotNullWhen(true)] out JoinFile? file, [NotNullWhen(false)] out string? problem)
    {
        file = null;
        if (json.Length > MaxBytes)
        {
            problem = $"it is longer than {MaxBytes} bytes";
            return false;
        }
        try
        {
            var read = JsonSerializer.Deserialize(json, JoinFileJson.Default.JoinFile);
            problem = read is null ? "it is empty" : read.Check();
            if (problem is null) file = read;
        }
        catch (JsonException e)
        {
            // The exception's message may quote what it read, the token included; its path and position do not.
            problem = $"it is not valid JSON of the expected shape ({e.Path ?? "$"}, line {(e.LineNumber ?? 0) + 1})";
        }
        return file is not null;
    }

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, JoinFileJson.Default.JoinFile);

    /// <summary>Writes the file 0600, whole or not at all, over one that may be there.</summary>
    public void Write(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var unfinished = $"{path}.{Guid.NewGuid():N}";
        try
        {
            using (var stream = new FileStream(unfinished, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = OwnerOnly,
            }))
            {
                stream.Write(ToJson());
                stream.Flush(flushToDisk: true);
            }
            File.Move(unfinished, path, overwrite: true);
        }
        catch
        {
            File.Delete(unfinished);
            throw;
        }
    }

    /// <summary>Shows no secret, so that a log line cannot.</summary>
    public override string ToString() => $"join file of {Workload} for {ControlPlane}";

    private string? Check()
    {
        if (!IsHostAndPort(ControlPlane)) return "controlPlane is not \"host:port\"";
        if (!Hauberk.Identity.TrustDomain.TryParse(TrustDomain, out var trustDomain, out var problem)) return $"trustDomain: {problem.Message}";
        if (Workload is null || Workload.Length > MaxFieldLength || Workload.Split('/') is not [var @namespace, { Length: > 0 }])
            return "workload is not \"namespace/name\"";
        if (!SpiffeId.TryForServiceAccount(trustDomain, @namespace, ServiceAccount ?? "", out _, out problem))
            return $"workload and serviceAccount give no identity: {problem.Message}";
        if (Token is not { Length: > 0 and <= MaxFieldLength } || !Token.StartsWith("hbk1.", StringComparison.Ordinal))
            return "token is not a join token";
        return Hauberk.Identity.TrustBundle.TryParsePem(trustDomain, TrustBundle, out _, out problem) ? null : $"trustBundle: {problem.Message}";
    }

    private static bool IsHostAndPort(string? text) =>
        text is { Length: > 0 and <= MaxFieldLength }
        && text.LastIndexOf(':') is > 0 and var colon
        && ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0
        && Uri.CheckHostName(text[..colon]) is not UriHostNameType.Unknown
        && (Uri.CheckHostName(text[..colon]) is not UriHostNameType.IPv6 || text[0] == '[');
}
