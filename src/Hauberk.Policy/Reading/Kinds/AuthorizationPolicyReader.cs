using System.Collections.Immutable;
using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Reading.Kinds;

internal static class AuthorizationPolicyReader
{
    public const string DryRunAnnotation = "istio.io/dry-run";

    private static readonly ImmutableSortedDictionary<string, AuthorizationAction> Actions = new Dictionary<string, AuthorizationAction>
    {
        ["ALLOW"] = AuthorizationAction.Allow,
        ["DENY"] = AuthorizationAction.Deny,
        ["AUDIT"] = AuthorizationAction.Audit,
        ["CUSTOM"] = AuthorizationAction.Custom,
    }.ToImmutableSortedDictionary();

    public static AuthorizationPolicyResource Read(ResourceHeader header, MappingReader document)
    {
        var spec = document.MappingOrEmpty("spec");
        var resource = new AuthorizationPolicyResource
        {
            ApiVersion = header.ApiVersion,
            Kind = header.Kind,
            Metadata = header.Metadata,
            Document = header.Document,
            Selector = SelectorReader.Read(spec, "selector"),
            TargetRefs = TargetReferenceReader.Read(spec),
            Action = spec.OneOf("action", Actions) ?? AuthorizationAction.Allow,
            Rules = spec.Mappings("rules", ReadRule),
            ProviderName = ReadProvider(spec),
            IsDryRun = header.Metadata.Annotations.TryGetValue(DryRunAnnotation, out var text) && ParseBoolean(text) == true,
        };
        spec.Finish();
        return resource;
    }

    /// <summary>As Go's strconv.ParseBool, which Istio reads annotations with; null where the text is none.</summary>
    public static bool? ParseBoolean(string text) => text switch
    {
        "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
        "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
        _ => null,
    };

    private static string? ReadProvider(MappingReader spec)
    {
        if (spec.Mapping("provider") is not { } reader) return null;
        var name = reader.RequiredText("name");
        reader.Finish();
        return name;
    }

    private static AuthorizationRule ReadRule(MappingReader reader)
    {
        var rule = new AuthorizationRule
        {
            From = reader.Mappings("from", entry => ReadInner(entry, "source", ReadSource)),
            To = reader.Mappings("to", entry => ReadInner(entry, "operation", ReadOperation)),
            When = reader.Mappings("when", ReadCondition),
        };
        reader.Finish();
        return rule;
    }

    private static T ReadInner<T>(MappingReader entry, string key, Func<MappingReader, T> read)
    {
        var result = read(entry.MappingOrEmpty(key));
        entry.Finish();
        return result;
    }

    private static AuthorizationSource ReadSource(MappingReader reader)
    {
        var source = new AuthorizationSource
        {
            Principals = reader.Texts("principals"),
            NotPrincipals = reader.Texts("notPrincipals"),
            RequestPrincipals = reader.Texts("requestPrincipals"),
            NotRequestPrincipals = reader.Texts("notRequestPrincipals"),
            Namespaces = reader.Texts("namespaces"),
            NotNamespaces = reader.Texts("notNamespaces"),
            ServiceAccounts = reader.Texts("serviceAccounts"),
            NotServiceAccounts = reader.Texts("notServiceAccounts"),
            TrustDomains = reader.Texts("trustDomains"),
            NotTrustDomains = reader.Texts("notTrustDomains"),
            IpBlocks = reader.Texts("ipBlocks"),
            NotIpBlocks = reader.Texts("notIpBlocks"),
            RemoteIpBlocks = reader.Texts("remoteIpBlocks"),
            NotRemoteIpBlocks = reader.Texts("notRemoteIpBlocks"),
        };
        reader.Finish();
        return source;
    }

    private static AuthorizationOperation ReadOperation(MappingReader reader)
    {
        var operation = new AuthorizationOperation
        {
            Hosts = reader.Texts("hosts"),
            NotHosts = reader.Texts("notHosts"),
            Ports = reader.Texts("ports"),
            NotPorts = reader.Texts("notPorts"),
            Methods = reader.Texts("methods"),
            NotMethods = reader.Texts("notMethods"),
            Paths = reader.Texts("paths"),
            NotPaths = reader.Texts("notPaths"),
        };
        reader.Finish();
        return operation;
    }

    private static AuthorizationCondition ReadCondition(MappingReader reader)
    {
        var condition = new AuthorizationCondition
        {
            Key = reader.RequiredText("key"),
            Values = reader.Texts("values"),
            NotValues = reader.Texts("notValues"),
        };
        reader.Finish();
        return condition;
    }
}
