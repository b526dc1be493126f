using Hauberk.Policy.Decision;
using Hauberk.Policy.Reading;
using Hauberk.Policy.Resolution;
using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Testing.Questions;

internal static class ServerModeQuestions
{
    public static Func<ResourceSet, Answer> Mode(MappingReader reader) => Ask(reader, (mode, _) => mode.ToString().ToUpperInvariant());

    public static Func<ResourceSet, Answer> PlaintextAdmitted(MappingReader reader) =>
        Ask(reader, (mode, hasSidecar) => mode == ServerMode.Strict && hasSidecar ? "no" : "yes");

    private static Func<ResourceSet, Answer> Ask(MappingReader reader, Func<ServerMode, bool, string> text)
    {
        var workload = WorkloadInput.Read(reader, "workload").Workload;
        var port = reader.RequiredInteger("port");
        return set =>
        {
            var chain = ServerModeResolution.Resolve(set, workload).Chain(port);
            var by = chain.LastOrDefault(s => s.Written is not null and not MutualTlsMode.Unset);
            var mode = chain[^1].Mode;
            return Answer.Of(text(mode, workload.HasSidecar), $"Port {port} is {mode.ToString().ToUpperInvariant()} by {by?.Policy ?? "default"}.", by?.Policy);
        };
    }
}
