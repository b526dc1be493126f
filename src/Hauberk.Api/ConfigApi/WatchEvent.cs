using System.Text.Json;

namespace Hauberk.Api.ConfigApi;

public sealed record WatchEvent(WatchEventType Type, JsonElement Object);
