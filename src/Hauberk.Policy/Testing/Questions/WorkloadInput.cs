using Hauberk.Policy.Reading;
using Hauberk.Policy.Resources;
using Hauberk.Policy.Validation;

namespace Hauberk.Policy.Testing.Questions;

/// <summary>A workload in a question, with the port and protocol that some questions give beside it.</summary>
internal sealed record WorkloadInput(Workload Workload, int? Port, bool? IsHttp)
{
    private static readonly Dictionary<string, bool> Protocols = new() { ["http"] = true, ["tcp"] = false };

    /// <param name="key">The field that holds the workload; it is required.</param>
    public static WorkloadInput Read(MappingReader question, string key, bool hasPort = false, bool hasProtocol = false)
    {
        if (!question.Has(key)) question.Error(ProblemCodes.MissingField, key, $"The field \"{key}\" is required.");
        var reader = question.MappingOrEmpty(key);
        var workload = new Workload
        {
            Namespace = question.Has(key) ? reader.RequiredText("namespace") : "",
            Labels = reader.TextMap("labels"),
            ServiceAccount = reader.Text("serviceAccount") ?? "default",
            Addresses = reader.Text("ip") is { } ip ? [ip] : [],
            HasSidecar = reader.Boolean("sidecar") ?? true,
        };
        var port = hasPort ? reader.Integer("port") : null;
        bool? isHttp = hasProtocol ? reader.OneOf("protocol", Protocols) : null;
        reader.Finish();
        return new(workload, port, isHttp);
    }
}
