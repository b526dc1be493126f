using System.Collections.Immutable;
using Hauberk.Policy.Resources;
using Hauberk.Policy.Validation;

namespace Hauberk.Policy.Reading.Kinds;

internal static class TrafficPolicyReader
{
    private static readonly ImmutableSortedDictionary<string, ClientTlsMode> Modes = new Dictionary<string, ClientTlsMode>
    {
        ["DISABLE"] = ClientTlsMode.Disable,
        ["SIMPLE"] = ClientTlsMode.Simple,
        ["MUTUAL"] = ClientTlsMode.Mutual,
        ["ISTIO_MUTUAL"] = ClientTlsMode.IstioMutual,
    }.ToImmutableSortedDictionary();

    public static TrafficPolicy? Read(MappingReader parent)
    {
        // "tsl" for "tls" would leave a rule that says nothing about TLS.
        if (parent.Mapping("trafficPolicy", UnknownFields.Refused) is not { } reader) return null;
        var policy = ReadSettings(reader);
        var seen = new HashSet<int>();
        var ports = reader.Mappings("portLevelSettings", port => ReadPort(port, seen));
        reader.NotEnforced("tunnel", "retryBudget");
        reader.Finish();
        return policy with { PortLevelSettings = Distinct(ports) };
    }

    private static ImmutableSortedDictionary<int, TrafficPolicy> Distinct(ImmutableArray<KeyValuePair<int, TrafficPolicy>> ports) =>
        ports.DistinctBy(p => p.Key).ToImmutableSortedDictionary();

    private static KeyValuePair<int, TrafficPolicy> ReadPort(MappingReader reader, HashSet<int> seen)
    {
        var port = reader.MappingOrEmpty("port");
        var number = port.RequiredInteger("number");
        if (!seen.Add(number)) port.Error(ProblemCodes.GivenTwice, "number", $"The port {number} has settings already.");
        port.Finish();
        var policy = ReadSettings(reader);
        reader.Finish();
        return KeyValuePair.Create(number, policy);
    }

    private static TrafficPolicy ReadSettings(MappingReader reader)
    {
        reader.NotEnforced("connectionPool", "outlierDetection", "proxyProtocol");
        return new() { Tls = ReadTls(reader), SimpleLoadBalancer = ReadLoadBalancer(reader) };
    }

    private static string? ReadLoadBalancer(MappingReader parent)
    {
        if (parent.Mapping("loadBalancer", UnknownFields.Warned) is not { } reader) return null;
        var simple = reader.Text("simple");
        reader.NotEnforced("consistentHash", "localityLbSetting", "warmupDurationSecs", "warmup");
        reader.Finish();
        return simple;
    }

    private static ClientTlsSettings? ReadTls(MappingReader parent)
    {
        if (parent.Mapping("tls", UnknownFields.Refused) is not { } reader) return null;
        var settings = new ClientTlsSettings
        {
            Mode = reader.OneOf("mode", Modes) ?? ClientTlsMode.Disable,
            ClientCertificate = reader.Text("clientCertificate"),
            PrivateKey = reader.Text("privateKey"),
            CaCertificates = reader.Text("caCertificates"),
            CredentialName = reader.Text("credentialName"),
            SubjectAltNames = reader.Texts("subjectAltNames"),
            Sni = reader.Text("sni"),
            InsecureSkipVerify = reader.Boolean("insecureSkipVerify") ?? false,
        };
        if (!reader.Has("mode")) reader.Error(ProblemCodes.MissingField, "mode", "The field \"mode\" is required; Istio would take its absence for DISABLE.");
        reader.Refuse("caCrl", "Revocation lists are not read here, so a server whose certificate was revoked would be accepted.");
        reader.Finish();
        return settings;
    }
}
