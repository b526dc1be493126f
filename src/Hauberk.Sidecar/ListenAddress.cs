using System.Net;

namespace Hauberk.Sidecar;

/// <summary>An address to accept connections on.</summary>
/// <param name="Destination">
/// Where its connections are meant to go, where nothing captures traffic; null: where they were addressed to before they were redirected.
/// </param>
public sealed record ListenAddress(IPEndPoint Address, IPEndPoint? Destination = null);
