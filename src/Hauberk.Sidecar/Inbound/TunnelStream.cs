using System.Net;
using Hauberk.Identity;
using Hauberk.Net.Channels;
using Hauberk.Net.Tunnel;
using Hauberk.Policy.Decision;
using Hauberk.Sidecar.Enforcement;
using Hauberk.Sidecar.Records;

namespace Hauberk.Sidecar.Inbound;

/// <summary>The spine of a connection that comes in as a stream of a tunnel: it joins that of the others where they are decided.</summary>
internal sealed class TunnelStream(DataPath path, ConnectionRegistry registry, TunnelRequest request)
    : ApplicationConnection(path, registry, request.Channel.Connection.RemoteEndPoint)
{
    protected override async Task ServeAsync()
    {
        Record.Security = ConnectionSecurity.Tunnel;
        Record.SourceIdentity = (SpiffeId)request.Channel.Peer!;
        Record.DestinationIdentity = Path.Tls.Current?.Identity;
        if (FindDestination() is not { } destination)
            return;
        if (!IsProven(request.Channel) || !MayCome() || !Authorize(destination))
            return;
        if (await DialApplicationAsync(destination) is not { } application)
            return;
        Relay(request.Accept(), new PlainChannel(application));
    }

    /// <summary>Before the answer, the answer says why.</summary>
    protected override void BreakClient()
    {
        if (request.IsAnswered)
            request.Abort();
        else
            request.Refuse(TunnelStatus.Of(Record.CloseReason));
    }

    /// <summary>The workload's own address as its clients know it, which is on this host where the tunnel arrived. Null: refused.</summary>
    private IPEndPoint? FindDestination()
    {
        var local = request.Channel.Connection.LocalEndPoint.Address;
        var isAddress = IPEndPoint.TryParse(request.Authority, out var asked) && asked.Port > 0;
        var isOwn = isAddress && (asked!.Address.Equals(local) || Path.IsOwnAddress(asked.Address));
        Record.Destination = isOwn ? new IPEndPoint(local, asked!.Port) : isAddress ? asked : null;
        var refusal = !isOwn ? CloseReason.NotThisWorkload
            : Path.Options.OwnPorts.Contains(asked!.Port) ? CloseReason.OwnPort
            // What capture leaves to its own protection is not opened by another way.
            : Path.Options.ExcludedInboundPorts.Contains(asked.Port) ? CloseReason.ExcludedPort
            : Path.Snapshots.Current is null ? CloseReason.NoConfiguration
            : Path.Tls.Current is null ? CloseReason.NoCertificate
            : CloseReason.None;
        if (refusal != CloseReason.None)
            Refuse(refusal);
        return IsOver ? null : Record.Destination;
    }

    /// <summary>Whether the port takes what comes by a tunnel. False: refused.</summary>
    private bool MayCome()
    {
        ServerName = request.ServerName;
        var handling = Handle(WireForm.Tunnel);
        if (handling.Action == InboundAction.Refuse)
            Deny(handling.Reason);
        return !IsOver;
    }
}
