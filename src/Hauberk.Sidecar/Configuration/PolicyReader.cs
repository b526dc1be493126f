using System.Collections.Immutable;
using System.Text.Json;
using Google.Protobuf.Collections;
using Hauberk.Api.Distribution;
using Hauberk.Policy.Decision;
using Hauberk.Policy.Reading;
using Hauberk.Policy.Slicing;
using Hauberk.Policy.Validation;
using CoreResource = Hauberk.Policy.Resources.Resource;

namespace Hauberk.Sidecar.Configuration;

/// <summary>From policies as they travel to resources. What cannot be enforced here comes out as such: it is denied, never left out.</summary>
internal static class PolicyReader
{
    public static ReadPolicies Read(RepeatedField<PolicyResource> messages)
    {
        var resources = ImmutableArray.CreateBuilder<CoreResource>(messages.Count);
        var unsupported = ImmutableArray.CreateBuilder<UnsupportedResource>();
        foreach (var message in messages)
        {
            if (TryRead(message, out var resource, out var problem))
                resources.Add(resource);
            else
                unsupported.Add(problem);
        }
        return new(resources.ToImmutable(), unsupported.ToImmutable());
    }

    private static bool TryRead(PolicyResource message, out CoreResource resource, out UnsupportedResource problem)
    {
        (resource, problem) = (null!, null!);
        if (message.RequiredFeatures.FirstOrDefault(static f => !Features.Known.Contains(f)) is { } unknown)
        {
            problem = Unsupported(message, $"it needs the feature {Hauberk.Identity.IdentityProblem.Show(unknown)}, which this sidecar does not know");
            return false;
        }
        var read = ResourceReader.Read(message.Json.Memory, "");
        if (!read.HasErrors && read.Resources is [var only])
        {
            resource = only;
            return true;
        }
        var why = read.Problems.FirstOrDefault(static p => p.Severity == ProblemSeverity.Error)?.Message ?? $"{read.Resources.Length} resources instead of one";
        problem = Unsupported(message, $"it cannot be read: {why}");
        return false;
    }

    private static UnsupportedResource Unsupported(PolicyResource message, string why)
    {
        try
        {
            using var json = JsonDocument.Parse(message.Json.Memory);
            var root = json.RootElement;
            var metadata = root.GetProperty("metadata");
            return new(Text(root, "kind"), Text(metadata, "namespace"), Text(metadata, "name"), why);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return new("", "", "", why);
        }
    }

    private static string Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
