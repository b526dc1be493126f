using Hauberk.Policy.Decision;
using Hauberk.Policy.Explanation;
using Hauberk.Policy.Reading;
using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Testing.Questions;

/// <summary>What becomes of a connection's bytes, HTTP handling being there: the matrix of specification 6.6 seen from outside.</summary>
internal static class InboundQuestion
{
    private static readonly Dictionary<string, WireForm> Wires =
        new() { ["plaintext"] = WireForm.Plaintext, ["tls"] = WireForm.OtherTls, ["mtls"] = WireForm.MeshTls };

    private static readonly Dictionary<string, bool> Applications = new() { ["tcp"] = false, ["http"] = true, ["http2"] = true };

    // Nothing stands before the application.
    private static readonly InboundHandling WithoutSidecar = new(InboundAction.PassThrough, false, ServerMode.Disable, DecisionReason.EndpointWithoutSidecar);

    public static Func<ResourceSet, Answer> Read(MappingReader reader)
    {
        var workload = WorkloadInput.Read(reader, "workload").Workload;
        var port = reader.RequiredInteger("port");
        var wire = reader.OneOf("wire", Wires) ?? WireForm.Plaintext;
        var speaksHttp = reader.OneOf("app", Applications) ?? false;
        if (!workload.HasSidecar) return _ => Of(WithoutSidecar, wire, speaksHttp);
        return set => Of(CompiledWorkloadPolicy.Compile(set, workload).HandleInbound(port, wire, httpHandlingAvailable: true), wire, speaksHttp);
    }

    private static Answer Of(InboundHandling handling, WireForm wire, bool speaksHttp)
    {
        var terminates = handling.Action == InboundAction.TerminateMutualTls;
        // What is left to read: the application's own protocol, unless TLS still wraps it.
        var isReadableHttp = speaksHttp && (terminates || wire == WireForm.Plaintext);
        var handledAsHttp = handling.IsHttp || (handling.DetectsHttp && isReadableHttp);
        // One-way TLS has no client certificate to show.
        var isRejected = handling.Action == InboundAction.Refuse
            || (terminates && wire == WireForm.OtherTls)
            || (handling.IsHttp && !isReadableHttp);
        return Answer.Of($"Inbound: {DecisionSentence.Of(handling.Reason)}.", null,
            ("outcome", isRejected ? "reject" : "accept"),
            ("terminatesTls", terminates ? "true" : "false"),
            ("handledAs", handledAsHttp ? "http" : "tcp"));
    }
}
