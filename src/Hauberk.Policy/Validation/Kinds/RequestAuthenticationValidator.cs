using System.Collections.Immutable;
using System.Text.Json;
using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Validation.Kinds;

internal static class RequestAuthenticationValidator
{
    public static void Validate(RequestAuthenticationResource resource, ValidationContext context)
    {
        TargetRules.Validate(resource, resource.Selector, resource.TargetRefs, context);
        for (var i = 0; i < resource.JwtRules.Length; i++) ValidateRule(resource.JwtRules[i], $"spec.jwtRules[{i}]", context);
        if (!resource.JwtRules.IsEmpty)
            context.Warn(ProblemCodes.TokensNotChecked, "spec.jwtRules", "Tokens are not checked yet: a request with a bad token is not refused for it.");
    }

    private static void ValidateRule(JwtRule rule, string path, ValidationContext context)
    {
        if (rule.Issuer.Length == 0) Wrong($"{path}.issuer", "The issuer may not be empty.");
        ValidateKeys(rule, path, context);
        ValidateTexts(rule.Audiences, $"{path}.audiences");
        ValidateTexts(rule.FromParams, $"{path}.fromParams");
        ValidateTexts(rule.FromCookies, $"{path}.fromCookies");
        for (var i = 0; i < rule.FromHeaders.Length; i++) ValidateHeader(rule.FromHeaders[i].Key, $"{path}.fromHeaders[{i}].name");
        if (rule.OutputPayloadToHeader is { } header) ValidateHeader(header, $"{path}.outputPayloadToHeader");
        for (var i = 0; i < rule.OutputClaimToHeaders.Length; i++)
        {
            ValidateHeader(rule.OutputClaimToHeaders[i].Value, $"{path}.outputClaimToHeaders[{i}].header");
            if (rule.OutputClaimToHeaders[i].Key.Length == 0) Wrong($"{path}.outputClaimToHeaders[{i}].claim", "The claim may not be empty.");
        }

        void Wrong(string field, string message) => context.Error(ProblemCodes.InvalidTokenRule, field, message);

        void ValidateHeader(string name, string field)
        {
            if (!HttpToken.IsToken(name)) Wrong(field, $"\"{ForeignText.Shown(name)}\" is not a header name.");
        }

        void ValidateTexts(ImmutableArray<string> texts, string field)
        {
            for (var i = 0; i < texts.Length; i++)
                if (texts[i].Length == 0) Wrong($"{field}[{i}]", "The value may not be empty.");
        }
    }

    private static void ValidateKeys(JwtRule rule, string path, ValidationContext context)
    {
        if (rule.Jwks is not null && rule.JwksUri is not null)
            context.Error(ProblemCodes.InvalidTokenRule, $"{path}.jwks", "Keys come from jwks or from jwksUri, not from both.");
        if (rule.JwksUri is { } uri && !(Uri.TryCreate(uri, UriKind.Absolute, out var parsed) && parsed.Scheme is "http" or "https" && parsed.Host.Length > 0))
            context.Error(ProblemCodes.InvalidTokenRule, $"{path}.jwksUri", $"\"{ForeignText.Shown(uri)}\" is not an http or https URL.");
        if (rule.Jwks is { } keys && !IsKeySet(keys))
            context.Error(ProblemCodes.InvalidTokenRule, $"{path}.jwks", "This is not a JSON Web Key Set: an object with an array \"keys\".");
    }

    private static bool IsKeySet(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.ValueKind == JsonValueKind.Object &&
                document.RootElement.TryGetProperty("keys", out var keys) && keys.ValueKind == JsonValueKind.Array;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
