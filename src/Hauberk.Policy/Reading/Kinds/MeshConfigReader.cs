using System.Collections.Immutable;
using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Reading.Kinds;

/// <summary>Istio's meshConfig as the spec of a resource of our own.</summary>
internal static class MeshConfigReader
{
    private static readonly ImmutableSortedDictionary<string, PathNormalization> Normalizations = new Dictionary<string, PathNormalization>
    {
        ["NONE"] = PathNormalization.None,
        ["BASE"] = PathNormalization.Base,
        ["DEFAULT"] = PathNormalization.Base,
        ["MERGE_SLASHES"] = PathNormalization.MergeSlashes,
        ["DECODE_AND_MERGE_SLASHES"] = PathNormalization.DecodeAndMergeSlashes,
    }.ToImmutableSortedDictionary();

    private static readonly ImmutableSortedDictionary<string, bool> DefaultAuthorizations =
        new Dictionary<string, bool> { ["Allow"] = false, ["Deny"] = true }.ToImmutableSortedDictionary();

    /// <summary>Fields of Istio's meshConfig that have no effect here.</summary>
    private static readonly ImmutableArray<string> WithoutEffect =
    [
        "proxyListenPort", "proxyInboundListenPort", "proxyHttpPort", "tcpKeepalive", "ingressClass", "ingressService", "ingressControllerMode",
        "ingressSelector", "enableTracing", "accessLogFile", "accessLogFormat", "accessLogEncoding", "enableEnvoyAccessLogService",
        "disableEnvoyListenerLog", "defaultConfig", "inboundTrafficPolicy", "configSources", "defaultServiceExportTo", "defaultVirtualServiceExportTo",
        "defaultHttpRetryPolicy", "localityLbSetting", "dnsRefreshRate", "h2UpgradePolicy", "inboundClusterStatName", "outboundClusterStatName",
        "certificates", "thriftConfig", "serviceSettings", "enablePrometheusMerge", "verifyCertificateAtClient", "ca", "defaultProviders",
        "discoverySelectors", "tlsDefaults", "serviceScopeConfigs",
    ];

    public static MeshConfigResource Read(ResourceHeader header, MappingReader document)
    {
        var spec = document.MappingOrEmpty("spec");
        var defaults = MeshDefaults.Instance;
        var resource = new MeshConfigResource
        {
            ApiVersion = header.ApiVersion,
            Kind = header.Kind,
            Metadata = header.Metadata,
            Document = header.Document,
            // As Istio does: an account such as "x@y" may have become the trust domain (specification 4).
            TrustDomain = spec.Text("trustDomain")?.Replace('@', '.') ?? defaults.TrustDomain,
            TrustDomainAliases = spec.Texts("trustDomainAliases"),
            CaCertificates = spec.Mappings("caCertificates", ReadCertificate),
            RootNamespace = spec.Text("rootNamespace") ?? defaults.RootNamespace,
            EnableAutoMtls = spec.Boolean("enableAutoMtls") ?? defaults.EnableAutoMtls,
            PathNormalization = ReadNormalization(spec),
            MinProtocolVersion = ReadMinProtocolVersion(spec) ?? defaults.MinProtocolVersion,
            ProtocolDetectionTimeout = ReadDetectionTimeout(spec),
            ConnectTimeout = spec.Duration("connectTimeout") ?? defaults.ConnectTimeout,
            DeniesByDefault = spec.OneOf("defaultAuthorization", DefaultAuthorizations) ?? defaults.DeniesByDefault,
            ExtensionProviders = spec.Mappings("extensionProviders", ReadProvider),
            DnsSuffix = spec.Text("dnsSuffix") ?? defaults.DnsSuffix,
        };
        RefuseWhatWidens(spec);
        spec.NotEnforced(WithoutEffect.AsSpan());
        spec.Finish();
        return resource;
    }

    // Zero is Istio's "wait forever". Waiting is always bounded here, so it reads as not given.
    private static TimeSpan? ReadDetectionTimeout(MappingReader spec) =>
        spec.Duration("protocolDetectionTimeout") is { } timeout && timeout > TimeSpan.Zero ? timeout : null;

    private static PathNormalization ReadNormalization(MappingReader spec)
    {
        if (spec.Mapping("pathNormalization") is not { } reader) return MeshDefaults.Instance.PathNormalization;
        var option = reader.OneOf("normalization", Normalizations) ?? MeshDefaults.Instance.PathNormalization;
        reader.Finish();
        return option;
    }

    private static string? ReadMinProtocolVersion(MappingReader spec)
    {
        if (spec.Mapping("meshMTLS") is not { } reader) return null;
        var version = reader.Text("minProtocolVersion");
        reader.NotEnforced("cipherSuites", "ecdhCurves");
        reader.Finish();
        return version == "TLS_AUTO" ? null : version;
    }

    private static MeshCaCertificate ReadCertificate(MappingReader reader)
    {
        var certificate = new MeshCaCertificate
        {
            Pem = reader.Text("pem"),
            SpiffeBundleUrl = reader.Text("spiffeBundleUrl"),
            TrustDomains = reader.Texts("trustDomains"),
        };
        reader.NotEnforced("certSigners");
        reader.Finish();
        return certificate;
    }

    // The name is all that policies refer to: no external authorizer is called yet.
    private static string ReadProvider(MappingReader reader) => reader.RequiredText("name");

    private static void RefuseWhatWidens(MappingReader spec)
    {
        if (spec.Mapping("outboundTrafficPolicy") is { } outbound && outbound.Text("mode") == "REGISTRY_ONLY")
            outbound.Refuse("mode", "Calls to unknown hosts are not restricted here; ignoring REGISTRY_ONLY would let them out.");
        if (!spec.Texts("defaultDestinationRuleExportTo").All(scope => scope == "*"))
            spec.Refuse("defaultDestinationRuleExportTo", "Rules without exportTo are exported to every namespace here; state exportTo in each rule.");
    }
}
