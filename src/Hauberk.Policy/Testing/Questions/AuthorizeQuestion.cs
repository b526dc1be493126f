using System.Collections.Immutable;
using System.Net;
using Hauberk.Identity;
using Hauberk.Policy.Decision;
using Hauberk.Policy.Decision.Authorization;
using Hauberk.Policy.Explanation;
using Hauberk.Policy.Reading;
using Hauberk.Policy.Resolution;
using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Testing.Questions;

internal sealed class AuthorizeQuestion
{
    private static readonly Dictionary<string, bool> Answers = new() { ["allow"] = true, ["deny"] = false };

    private readonly WorkloadInput to;
    private readonly string? principal;
    private readonly string? sourceIp;
    private readonly RequestInput request;
    private readonly GivenAnswers custom;

    private AuthorizeQuestion(MappingReader reader)
    {
        to = WorkloadInput.Read(reader, "to", hasPort: true, hasProtocol: true);
        var from = reader.MappingOrEmpty("from");
        (principal, sourceIp) = (from.Text("principal"), from.Text("ip"));
        from.Finish();
        request = RequestInput.Read(reader);
        var answers = reader.MappingOrEmpty("custom");
        custom = new(answers.Node.Entries.Select(e => (e.Key, Allows: answers.OneOf(e.Key, Answers) ?? false))
            .ToImmutableDictionary(a => a.Key, a => a.Allows));
        answers.Finish();
    }

    public static Func<ResourceSet, Answer> Read(MappingReader reader) => new AuthorizeQuestion(reader).Ask;

    private Answer Ask(ResourceSet set)
    {
        SpiffeId? peer = null;
        if (principal is not null && !IdentityInput.TryParse(principal, out peer, out var problem)) return problem;
        var compiled = CompiledWorkloadPolicy.Compile(set, to.Workload);
        var port = to.Port ?? 0;
        var destinationIp = request.DestinationIp ?? to.Workload.Addresses.FirstOrDefault();
        if (!TryAddress(sourceIp, out var source) || !TryAddress(destinationIp, out var destination) || !TryAddress(request.RemoteIp, out var remote))
            return Answer.Error("An address is none.");
        var connection = new ConnectionFacts(peer, source, destination, port, request.Sni)
        {
            RemoteAddress = request.RemoteIp is null ? null : remote,
        };
        var protocol = compiled.ProtocolOf(port);
        return to.IsHttp ?? (protocol.IsHttp() || (protocol == DeclaredProtocol.Auto && request.SpeaksHttp))
            ? AskRequest(set, compiled, connection)
            : Of(AuthorizationExplanation.Of(set, to.Workload, compiled, new RequestFacts { Connection = connection }, RuleForm.Tcp, custom));
    }

    private Answer AskRequest(ResourceSet set, CompiledWorkloadPolicy compiled, in ConnectionFacts connection)
    {
        if (!NormalizedPath.TryOf(request.Path, set.Mesh.PathNormalization, out var path))
            return Answer.Of("DENY", "The path is no path that may be decided upon: answered with 400.");
        return Of(AuthorizationExplanation.Of(set, to.Workload, compiled, request.Facts(connection, path), RuleForm.Http, custom));
    }

    private static Answer Of(AuthorizationExplanation explanation)
    {
        var decision = explanation.Decision;
        var misses = explanation.Policies.SelectMany(p => p.Rules).Where(r => r.Miss is not null).Select(r => $" {r.Rule} did not match: {r.Miss}.");
        var near = decision.Reason == DecisionReason.NoAllowRuleMatched ? string.Concat(misses) : "";
        return Answer.Of(decision.IsAllowed ? "ALLOW" : "DENY", $"Because {DecisionSentence.Of(decision.Reason)}.{near}", decision.Rule?.ToString());
    }

    private static bool TryAddress(string? text, out IPAddress address)
    {
        var isAddress = IPAddress.TryParse(text ?? "0.0.0.0", out var parsed);
        address = parsed ?? IPAddress.Any;
        return isAddress;
    }

    /// <summary>External authorizers that answer as the test says.</summary>
    private sealed class GivenAnswers(ImmutableDictionary<string, bool> answers) : IExternalAuthorizers
    {
        public bool? Ask(string provider) => answers.TryGetValue(provider, out var allows) ? allows : null;
    }
}
