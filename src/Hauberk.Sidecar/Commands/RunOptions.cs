using System.Collections.Immutable;
using System.Net;

namespace Hauberk.Sidecar.Commands;

/// <summary>What <c>hauberk-sidecar run</c> was asked for.</summary>
internal sealed record RunOptions
{
    /// <summary>Null, or a file that is gone: what the state directory keeps of it.</summary>
    public string? JoinFile { get; init; }

    public required string StateDirectory { get; init; }

    /// <summary>Whom the proxy becomes when it is started as root; null: it stays who it is.</summary>
    public string? User { get; init; }

    /// <summary>Its sockets carry a mark, by which capture tells them.</summary>
    public bool MarksSockets { get; init; }

    /// <summary>Where the application is called, in place of the address that its clients called.</summary>
    public IPAddress? ApplicationAddress { get; init; }

    /// <summary>Others may open tunnels to it; else each connection to it is mutual TLS of its own.</summary>
    public bool TakesTunnels { get; init; }

    /// <summary>What capture leaves alone on the way in.</summary>
    public required ImmutableArray<int> ExcludedInboundPorts { get; init; }

    /// <summary>A file, "-" for standard output, or null for none.</summary>
    public string? AccessLog { get; init; }

    public required int Loops { get; init; }

    public required int DrainMs { get; init; }

    /// <summary>Started by the supervisor: it ends with its standard input.</summary>
    public bool IsSupervised { get; init; }

    public bool IsVerbose { get; init; }
}
