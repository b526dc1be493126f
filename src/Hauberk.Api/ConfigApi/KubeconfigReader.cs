using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Hauberk.Identity;
using Hauberk.Policy.Reading;

namespace Hauberk.Api.ConfigApi;

/// <summary>Tree to <see cref="Kubeconfig"/>: follows current-context to its cluster and user.</summary>
internal sealed class KubeconfigReader(string path)
{
    private const int MaxPemBytes = 1024 * 1024;

    public Kubeconfig Read(ReadOnlyMemory<byte> utf8)
    {
        var root = ReadTree(utf8);
        var current = Text(root, "", "current-context") ?? throw Refuse(root, "current-context", "no current context is set");
        var (context, contextPath) = Named(root, "contexts", "context", current);
        var (cluster, clusterPath) = Named(root, "clusters", "cluster", Required(context, contextPath, "cluster"));
        var (user, userPath) = Named(root, "users", "user", Required(context, contextPath, "user"));
        var chain = ReadClientChain(user, userPath);
        var token = ReadToken(user, userPath);
        if (token is null && chain.Count == 0) throw Refuse(user, userPath, NoCredential(user));
        var @namespace = Text(context, contextPath, "namespace") ?? "default";
        return new(ReadServer(cluster, clusterPath), ReadRoots(cluster, clusterPath), token, chain, @namespace);
    }

    private MappingNode ReadTree(ReadOnlyMemory<byte> utf8)
    {
        var read = DocumentTree.Read(utf8, path);
        if (read.Problems is [var first, ..]) throw new RefusedException(new(first.Position, first.FieldPath, first.Message));
        if (read.Documents is not [MappingNode root]) throw Refuse(null, "", "the file is not a kubeconfig: one YAML mapping is expected");
        return Text(root, "", "kind") == "Config"
            ? root
            : throw Refuse(root, "kind", "the file is not a kubeconfig: its kind must be Config");
    }

    private Uri ReadServer(MappingNode cluster, string at)
    {
        // Both would send the credential somewhere that was not proven to be the control plane.
        if (cluster.TryGet("insecure-skip-tls-verify", out var insecure) && insecure is not ScalarNode { Value: "false" })
            throw Refuse(insecure, $"{at}.insecure-skip-tls-verify", "the server is always verified; remove this field");
        if (cluster.TryGet("proxy-url", out var proxy)) throw Refuse(proxy, $"{at}.proxy-url", "proxies are not supported");
        var text = Required(cluster, at, "server");
        return Uri.TryCreate(text, UriKind.Absolute, out var server)
            && server is { Scheme: "https", UserInfo: "", Query: "", Fragment: "", AbsolutePath: "/", Host.Length: > 0 }
            ? server
            : throw Refuse(cluster, $"{at}.server", $"{IdentityProblem.Show(text)} is not of the form https://HOST:PORT");
    }

    private TrustBundle ReadRoots(MappingNode cluster, string at)
    {
        var pem = ReadData(cluster, at, "certificate-authority", isSecret: false)
            ?? throw Refuse(cluster, at, "certificate-authority-data is missing: without it nothing vouches for the server");
        var name = TrustDomainOf(cluster, at);
        if (!TrustDomain.TryParse(name, out var trustDomain, out var problem)) throw Refuse(cluster, $"{at}.extensions", problem.Message);
        return TrustBundle.TryParsePem(trustDomain, pem, out var roots, out problem)
            ? roots
            : throw Refuse(cluster, $"{at}.certificate-authority-data", problem.Message);
    }

    private string TrustDomainOf(MappingNode cluster, string at)
    {
        if (!cluster.TryGet("extensions", out _)) return Kubeconfig.DefaultTrustDomain;
        var extension = Find(cluster, at, "extensions", "extension", Kubeconfig.TrustDomainExtension);
        return extension is { } found ? Required(found.Node, found.Path, "trustDomain") : Kubeconfig.DefaultTrustDomain;
    }

    private string? ReadToken(MappingNode user, string at)
    {
        var token = Text(user, at, "token");
        if (token is null && Text(user, at, "tokenFile") is { } file) token = ReadFile(file, isSecret: true).Trim();
        if (token is null) return null;
        // It becomes part of a header.
        return token.Length is > 0 and <= Kubeconfig.MaxTokenLength && token.All(c => c is > ' ' and <= '~')
            ? token
            : throw Refuse(user, $"{at}.token", $"the token is not 1 to {Kubeconfig.MaxTokenLength} visible ASCII characters");
    }

    private X509Certificate2Collection ReadClientChain(MappingNode user, string at)
    {
        var chain = new X509Certificate2Collection();
        var certificates = ReadData(user, at, "client-certificate", isSecret: false);
        var key = ReadData(user, at, "client-key", isSecret: true);
        if (certificates is null && key is null) return chain;
        if (certificates is null || key is null) throw Refuse(user, at, "client-certificate-data and client-key-data go together");
        try
        {
            chain.ImportFromPem(certificates);
            chain[0] = X509Certificate2.CreateFromPem(certificates, key);
            return chain;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw Refuse(user, $"{at}.client-certificate-data", "the certificate and its key cannot be read or do not belong together");
        }
    }

    private static string NoCredential(MappingNode user) =>
        user.Entries.FirstOrDefault(e => e.Key is "exec" or "auth-provider" or "username").Key is { } other
            ? $"\"{other}\" is not supported: use a token or a client certificate"
            : "the user has no token and no client certificate";

    /// <summary>"NAME-data" in place (base64), or the file that "NAME" names; null where neither is given.</summary>
    private string? ReadData(MappingNode node, string at, string name, bool isSecret)
    {
        if (Text(node, at, name + "-data") is { } base64)
        {
            var bytes = new byte[base64.Length];
            return Convert.TryFromBase64String(base64, bytes, out var length)
                ? Encoding.UTF8.GetString(bytes, 0, length)
                : throw Refuse(node, $"{at}.{name}-data", "the value is not base64");
        }
        return Text(node, at, name) is { } file ? ReadFile(file, isSecret) : null;
    }

    private string ReadFile(string file, bool isSecret)
    {
        var full = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, file);
        return BoundedFile.TryRead(full, MaxPemBytes, isSecret, out var bytes, out var problem)
            ? Encoding.UTF8.GetString(bytes.Span)
            : throw new RefusedException(KubeconfigProblem.OfFile(full, problem));
    }

    private (MappingNode Node, string Path) Named(MappingNode root, string list, string content, string name) =>
        Find(root, "", list, content, name) ?? throw Refuse(root, list, $"there is no entry named {IdentityProblem.Show(name)}");

    private (MappingNode Node, string Path)? Find(MappingNode parent, string at, string list, string content, string name)
    {
        var listPath = at.Length == 0 ? list : $"{at}.{list}";
        if (!parent.TryGet(list, out var entries)) return null;
        if (entries is not SequenceNode sequence) throw Refuse(entries, listPath, "a list is expected");
        for (var i = 0; i < sequence.Items.Length; i++)
        {
            if (sequence.Items[i] is not MappingNode entry || Text(entry, $"{listPath}[{i}]", "name") != name) continue;
            var found = entry.TryGet(content, out var value) ? value : entry;
            return found is MappingNode node && node != entry
                ? (node, $"{listPath}[{i}].{content}")
                : throw Refuse(found, $"{listPath}[{i}].{content}", "a mapping is expected");
        }
        return null;
    }

    private string Required(MappingNode node, string at, string key) =>
        Text(node, at, key) is { Length: > 0 } text ? text : throw Refuse(node, $"{at}.{key}", "the field is missing");

    private string? Text(MappingNode node, string at, string key)
    {
        if (!node.TryGet(key, out var value) || value is ScalarNode { Kind: ScalarKind.Null }) return null;
        return value is ScalarNode scalar ? scalar.Value : throw Refuse(value, at.Length == 0 ? key : $"{at}.{key}", "text is expected");
    }

    private RefusedException Refuse(ResourceNode? node, string field, string message) =>
        new(new(node?.Position is { Line: > 0 } position ? position : new(path, 0, 0), field, message));

    /// <summary>Ends reading from any depth; never leaves <see cref="Kubeconfig.TryParse"/>.</summary>
    [SuppressMessage("Design", "CA1032", Justification = "Carries a problem and nothing else.")]
    [SuppressMessage("Design", "CA1064", Justification = "Never leaves the assembly.")]
    internal sealed class RefusedException(KubeconfigProblem problem) : Exception
    {
        public KubeconfigProblem Problem { get; } = problem;
    }
}
