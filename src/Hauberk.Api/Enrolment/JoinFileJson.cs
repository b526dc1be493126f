using System.Text.Json.Serialization;

namespace Hauberk.Api.Enrolment;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    WriteIndented = true,
    AllowDuplicateProperties = false,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip)]
[JsonSerializable(typeof(JoinFile))]
internal sealed partial class JoinFileJson : JsonSerializerContext;
