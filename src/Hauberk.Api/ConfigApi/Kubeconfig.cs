using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography.X509Certificates;
using Hauberk.Identity;

namespace Hauberk.Api.ConfigApi;

/// <summary>
/// Where the config API is, whom to expect there and how to be admitted: what the current context of a kubeconfig file says. The file is
/// the usual YAML, so kubectl reads it too; what would weaken a check (insecure-skip-tls-verify, a proxy, a plugin to execute) is refused.
/// </summary>
public sealed class Kubeconfig
{
    public const int MaxFileBytes = 1024 * 1024;
    public const int MaxTokenLength = 16 * 1024;

    /// <summary>Name of the cluster extension {trustDomain: …} that tells the mesh's; without it, <see cref="DefaultTrustDomain"/>.</summary>
    public const string TrustDomainExtension = "hauberk.dev/trust-domain";

    public const string DefaultTrustDomain = "cluster.local";

    internal Kubeconfig(Uri server, TrustBundle roots, string? token, X509Certificate2Collection clientChain, string @namespace)
    {
        Server = server;
        Roots = roots;
        Token = token;
        ClientChain = clientChain;
        Namespace = @namespace;
    }

    /// <summary>https, host and port.</summary>
    public Uri Server { get; }

    /// <summary>The only roots that may vouch for the server, under the mesh's trust domain.</summary>
    public TrustBundle Roots { get; }

    /// <summary>Of the context; "default" where it names none.</summary>
    public string Namespace { get; }

    internal string? Token { get; }

    /// <summary>The client's certificate with its key, then its issuers; empty where a token is used.</summary>
    internal X509Certificate2Collection ClientChain { get; }

    /// <summary>Reads a file that belongs to its owner: one that other users can read or write is refused.</summary>
    public static bool TryLoad(
        string path, [NotNullWhen(true)] out Kubeconfig? kubeconfig, [NotNullWhen(false)] out KubeconfigProblem? problem)
    {
        kubeconfig = null;
        if (BoundedFile.TryRead(path, MaxFileBytes, isSecret: true, out var bytes, out var message))
            return TryParse(bytes, path, out kubeconfig, out problem);
        problem = KubeconfigProblem.OfFile(path, message);
        return false;
    }

    /// <param name="path">Named in problems; files that the text names relatively are looked for beside it.</param>
    public static bool TryParse(
        ReadOnlyMemory<byte> utf8,
        string path,
        [NotNullWhen(true)] out Kubeconfig? kubeconfig,
        [NotNullWhen(false)] out KubeconfigProblem? problem)
    {
        try
        {
            kubeconfig = new KubeconfigReader(path).Read(utf8);
            problem = null;
            return true;
        }
        catch (KubeconfigReader.RefusedException refused)
        {
            kubeconfig = null;
            problem = refused.Problem;
            return false;
        }
    }

    /// <summary>Shows no secret, so that a log line cannot.</summary>
    public override string ToString() => $"kubeconfig for {Server} of {Roots.TrustDomain}";
}
