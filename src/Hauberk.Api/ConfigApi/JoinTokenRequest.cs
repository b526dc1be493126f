using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using Hauberk.Api.Enrolment;

namespace Hauberk.Api.ConfigApi;

/// <summary>What is sent to jointokens, and what comes back.</summary>
internal static class JoinTokenRequest
{
    public static byte[] ToJson(string serviceAccount, string workload, TimeSpan lifetime)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("apiVersion", "hauberk.dev/v1");
            json.WriteString("kind", "JoinToken");
            json.WriteStartObject("spec");
            json.WriteString("serviceAccount", serviceAccount);
            json.WriteString("workload", workload);
            json.WriteNumber("expirationSeconds", (long)lifetime.TotalSeconds);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return buffer.ToArray();
    }

    public static bool TryReadJoinFile(JsonElement answer, [NotNullWhen(true)] out JoinFile? file, [NotNullWhen(false)] out string? problem)
    {
        file = null;
        problem = "it is missing";
        return answer.Field("status").Field("joinFile") is { } joinFile
            && JoinFile.TryParse(Encoding.UTF8.GetBytes(joinFile.GetRawText()), out file, out problem);
    }
}
