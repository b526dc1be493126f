using System.Collections.Immutable;
using Hauberk.Policy.Reading;
using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Testing.Questions;

/// <summary>One kind of question: its key in a case, and how its input is read.</summary>
internal sealed record Question(string Key, Func<MappingReader, Func<ResourceSet, Answer>> Read)
{
    public static ImmutableArray<Question> All { get; } =
    [
        Mapping("mode", ServerModeQuestions.Mode),
        Mapping("plaintextAdmitted", ServerModeQuestions.PlaintextAdmitted),
        Mapping("inbound", InboundQuestion.Read),
        Mapping("clientTls", ClientTlsQuestion.Read),
        Mapping("connect", ConnectQuestion.Read),
        Mapping("authorize", AuthorizeQuestion.Read),
        Mapping("peerAccepted", IdentityQuestions.PeerAccepted),
        Mapping("secureNaming", IdentityQuestions.SecureNaming),
        Mapping("expandIdentities", IdentityQuestions.Expand),
        Mapping("protocol", TextQuestions.Protocol),
        Mapping("normalizePath", TextQuestions.NormalizePath),
        Mapping("validate", TextQuestions.Validate),
    ];

    private static Question Mapping(string key, Func<MappingReader, Func<ResourceSet, Answer>> read) => new(key, reader =>
    {
        var input = reader.MappingOrEmpty(key);
        var ask = read(input);
        input.Finish();
        return ask;
    });
}
