namespace Hauberk.Policy.Explanation;

/// <param name="HttpHandlingAvailable">Whether the server's sidecar reads requests; where not, rules take their TCP form.</param>
/// <param name="Request">For ports that are handled as HTTP.</param>
public sealed record ExplainOptions(bool HttpHandlingAvailable = false, ExplainedRequest? Request = null, string? Subset = null)
{
    internal ExplainedRequest RequestOrDefault => Request ?? new();
}
