using System.Globalization;
using System.Text.Json;
using Hauberk.Api.Flows;
using Hauberk.ControlPlane.Flows;

namespace Hauberk.ControlPlane.ConfigApi;

/// <summary>GET …/flows: the newest evidence first.</summary>
internal sealed class FlowEndpoint(FlowLedger ledger)
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 5000;

    public void Map(IEndpointRouteBuilder app) => app.MapGet("/apis/hauberk.dev/v1/flows", (Delegate)List);

    private IResult List(HttpContext context)
    {
        var query = context.Request.Query;
        var limit = DefaultLimit;
        if (query["limit"] is [{ Length: > 0 } text] && !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit))
            return ApiFailure.BadRequest("limit is not a number");
        var (@namespace, verdict) = (query["namespace"].ToString(), query["verdict"].ToString());
        var flows = ledger.Latest(Math.Clamp(limit, 1, MaxLimit), flow =>
            (verdict.Length == 0 || flow.Verdict == verdict)
            && (@namespace.Length == 0 || IsIn(@namespace, flow.SourceWorkload) || IsIn(@namespace, flow.DestinationWorkload) || IsIn(@namespace, flow.Reporter)));
        return ApiJson.Result(json =>
        {
            json.WriteStartObject();
            json.WriteString("apiVersion", "hauberk.dev/v1");
            json.WriteString("kind", "FlowList");
            json.WriteStartObject("metadata");
            json.WriteEndObject();
            json.WriteStartArray("items");
            foreach (var flow in flows) Write(json, flow);
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private static bool IsIn(string @namespace, string workload) => workload.StartsWith(@namespace + "/", StringComparison.Ordinal);

    /// <summary>The message's fields under their names in JSON; numbers of 64 bits as numbers.</summary>
    private static void Write(Utf8JsonWriter json, Flow flow)
    {
        json.WriteStartObject();
        json.WriteStartObject("spec");
        foreach (var field in Flow.Descriptor.Fields.InFieldNumberOrder())
        {
            switch (field.Accessor.GetValue(flow))
            {
                case string text: json.WriteString(field.JsonName, text); break;
                case long number: json.WriteNumber(field.JsonName, number); break;
                case ulong number: json.WriteNumber(field.JsonName, number); break;
                case bool flag: json.WriteBoolean(field.JsonName, flag); break;
                case var other: throw new InvalidOperationException($"{field.Name} is a {other?.GetType()}");
            }
        }
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
