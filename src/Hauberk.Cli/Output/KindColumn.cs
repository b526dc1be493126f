using System.Text.Json;

namespace Hauberk.Cli.Output;

internal sealed record KindColumn(string Title, Func<JsonElement, string> Read, bool Wraps = false);
