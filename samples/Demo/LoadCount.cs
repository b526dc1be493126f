using System.Text.Json;

namespace Hauberk.Demo;

/// <summary>What the shopper counted with its own eyes.</summary>
internal sealed record LoadCount(int Requests, int Failed, int NewConnections, string FirstError)
{
    public static LoadCount Parse(string json) => JsonSerializer.Deserialize<LoadCount>(json, JsonSerializerOptions.Web)!;

    public override string ToString() =>
        $"{Requests} requests, {NewConnections} of them on new connections, {Failed} failed{(FirstError.Length > 0 ? $", first: {FirstError}" : "")}";
}
