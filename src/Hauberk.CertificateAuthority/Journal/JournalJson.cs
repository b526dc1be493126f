using System.Text.Json.Serialization;

namespace Hauberk.CertificateAuthority.Journal;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(IssuanceRecord))]
internal sealed partial class JournalJson : JsonSerializerContext;
