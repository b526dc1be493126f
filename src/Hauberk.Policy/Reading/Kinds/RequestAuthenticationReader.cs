using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Reading.Kinds;

internal static class RequestAuthenticationReader
{
    public static RequestAuthenticationResource Read(ResourceHeader header, MappingReader document)
    {
        var spec = document.MappingOrEmpty("spec");
        var resource = new RequestAuthenticationResource
        {
            ApiVersion = header.ApiVersion,
            Kind = header.Kind,
            Metadata = header.Metadata,
            Document = header.Document,
            Selector = SelectorReader.Read(spec, "selector"),
            TargetRefs = TargetReferenceReader.Read(spec),
            JwtRules = spec.Mappings("jwtRules", ReadRule),
        };
        spec.Finish();
        return resource;
    }

    private static JwtRule ReadRule(MappingReader reader)
    {
        var rule = new JwtRule
        {
            Issuer = reader.RequiredText("issuer"),
            Audiences = reader.Texts("audiences"),
            JwksUri = reader.Text("jwksUri"),
            Jwks = reader.Text("jwks"),
            FromHeaders = reader.Mappings("fromHeaders", header => ReadPair(header, "name", "prefix", isSecondRequired: false)),
            FromParams = reader.Texts("fromParams"),
            FromCookies = reader.Texts("fromCookies"),
            OutputPayloadToHeader = reader.Text("outputPayloadToHeader"),
            ForwardOriginalToken = reader.Boolean("forwardOriginalToken") ?? false,
            OutputClaimToHeaders = reader.Mappings("outputClaimToHeaders", output => ReadPair(output, "claim", "header", isSecondRequired: true)),
        };
        reader.NotEnforced("timeout", "spaceDelimitedClaims");
        reader.Finish();
        return rule;
    }

    private static KeyValuePair<string, string> ReadPair(MappingReader reader, string first, string second, bool isSecondRequired)
    {
        var pair = KeyValuePair.Create(reader.RequiredText(first), isSecondRequired ? reader.RequiredText(second) : reader.Text(second) ?? "");
        reader.Finish();
        return pair;
    }
}
