using System.Collections.Immutable;
using System.Text.Json;

namespace Hauberk.Api.ConfigApi;

/// <param name="ResourceVersion">Where a watch may go on from.</param>
public sealed record ResourceList(ImmutableArray<JsonElement> Items, string ResourceVersion);
