namespace Hauberk.Policy.Reading;

/// <summary>What a field that no reader asked for means.</summary>
internal enum UnknownFields
{
    Warned,

    /// <summary>A misspelt field here would let more in than its writer meant, so the resource is refused.</summary>
    Refused,

    /// <summary>Kept for others who read the same object (status, managed fields).</summary>
    Kept,
}
