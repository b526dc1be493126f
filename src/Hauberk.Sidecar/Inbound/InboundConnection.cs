using System.Net;
using Hauberk.Net.Channels;
using Hauberk.Net.Detection;
using Hauberk.Net.EventLoops;
using Hauberk.Net.Sockets;
using Hauberk.Net.Tls;
using Hauberk.Policy.Decision;
using Hauberk.Sidecar.Enforcement;
using Hauberk.Sidecar.Records;

namespace Hauberk.Sidecar.Inbound;

/// <summary>The spine of a connection that comes in for the application.</summary>
/// <param name="explicitDestination">Where nothing captures traffic: what the listener stands for.</param>
internal sealed class InboundConnection(DataPath path, ConnectionRegistry registry, TcpConnection client, IPEndPoint? explicitDestination)
    : ApplicationConnection(path, registry, SourceOf(client))
{
    /// <summary>No byte came in time: perhaps the client waits for the server to speak, perhaps it is only slow.</summary>
    private bool isSilent;

    /// <summary>The client left without a word.</summary>
    private bool hasEnded;
    private TlsChannel? terminated;

    protected override async Task ServeAsync()
    {
        if (FindDestination() is not { } destination)
            return;
        if (!await OpenAsync(deadline => ClassifyAsync(destination, deadline)))
            return;
        if (!Authorize(destination))
            return;
        if (await DialApplicationAsync(destination) is not { } application)
            return;
        if (isSilent && !await HearWhoSpeaksFirstAsync(destination, application))
            return;
        Relay(terminated ?? (ByteChannel)new PlainChannel(client), new PlainChannel(application));
    }

    protected override void BreakClient() => client.Abort();

    /// <summary>Null: refused.</summary>
    private IPEndPoint? FindDestination()
    {
        if ((explicitDestination ?? client.OriginalDestination) is not { } destination)
        {
            // Nothing redirected it here: somebody calls the sidecar itself.
            Refuse(CloseReason.OwnPort);
            return null;
        }
        Record.Destination = destination;
        if (!Path.Options.OwnPorts.Contains(destination.Port))
            return destination;
        Refuse(CloseReason.OwnPort);
        return null;
    }

    /// <summary><paramref name="look"/> at the first bytes, then what the matrix says. False: refused.</summary>
    private Task<bool> OpenAsync(Func<Deadline, Task<WireForm?>> look) =>
        OpenAsync<bool>(async deadline => await look(deadline) is { } form && !IsOver && await HandleAsync(form, deadline));

    /// <summary>Looks at the first bytes for as long as the port's mode demands. Null: refused.</summary>
    private async Task<WireForm?> ClassifyAsync(IPEndPoint destination, Deadline handshakeDeadline)
    {
        if (Path.Snapshots.Current is not { } snapshot)
        {
            Refuse(CloseReason.NoConfiguration);
            return null;
        }
        var mode = snapshot.Policy.ModeOf(destination.Port);
        // Whatever comes goes on as it is: nothing to wait for.
        if (mode == ServerMode.Disable)
            return WireForm.Plaintext;
        // Only a client that may come in without a proof can be one that waits for the server to speak.
        if (mode == ServerMode.Strict || !Decide(snapshot.Policy, destination).IsAllowed)
            return await DetectAsync(handshakeDeadline, handshakeDeadline);
        isSilent = Path.Memory.SparesTheWait(destination.Port, Record.Source.Address, snapshot) && !FirstWord.HasBegun(client, out _);
        if (isSilent)
            return WireForm.Plaintext;
        var patience = Deadline.After((int)(snapshot.Mesh.ProtocolDetectionTimeout ?? Limits.DetectionTimeout).TotalMilliseconds);
        var form = await DetectAsync(patience, handshakeDeadline);
        Record.HasWaited = isSilent;
        return form;
    }

    /// <param name="patience">For a first byte. TLS that has begun is no client that waits for the server: its hello has as long as a handshake.</param>
    /// <returns>Null: refused.</returns>
    private async Task<WireForm?> DetectAsync(Deadline patience, Deadline handshakeDeadline)
    {
        var detected = await ProtocolDetector.DetectAsync(client, new DetectionOptions(), patience);
        if (detected.Kind == DetectedKind.MalformedTls)
            detected = await ProtocolDetector.DetectAsync(client, new DetectionOptions(), handshakeDeadline);
        ServerName = detected.Hello?.ServerName;
        (isSilent, hasEnded) = (detected.Kind == DetectedKind.Silent, detected.Kind == DetectedKind.Ended);
        if (detected.Kind is DetectedKind.Tls or DetectedKind.MalformedTls or DetectedKind.Plaintext)
            Record.FirstSpeaker = FirstSpeaker.Client;
        switch (detected.Kind)
        {
            case DetectedKind.Tls:
                return MeshProtocols.AreOffered(detected.Hello!.AlpnProtocols) ? WireForm.MeshTls : WireForm.OtherTls;
            case DetectedKind.MalformedTls:
                return WireForm.OtherTls;
            case DetectedKind.Broken:
                Refuse(Record.Upstream is null ? CloseReason.ClosedWhileDetecting : CloseReason.Reset, ClosedBy.Client);
                return null;
            default:
                // Ended, too: a probe that wanted to see the port open.
                return WireForm.Plaintext;
        }
    }

    /// <summary>
    /// The application was dialled for a client that has said nothing. Where the application speaks first, they talk; where the client does after
    /// all, what it says decides as if it had come in time. False: refused.
    /// </summary>
    private async Task<bool> HearWhoSpeaksFirstAsync(IPEndPoint destination, TcpConnection application)
    {
        var first = await FirstWord.HearAsync(client, application);
        if (IsOver)
            return false;
        if (first == FirstSpeaker.Client)
        {
            Action = null;
            return await OpenAsync(deadline => DetectAsync(deadline, deadline)) && Authorize(destination);
        }
        Record.FirstSpeaker = first;
        if (first == FirstSpeaker.Application)
            Path.Memory.ApplicationSpokeFirst(destination.Port);
        return true;
    }

    /// <summary>Does what the matrix says. False: refused.</summary>
    private async Task<bool> HandleAsync(WireForm form, Deadline deadline)
    {
        var handling = Handle(form);
        Record.Security = form == WireForm.Plaintext ? ConnectionSecurity.Plaintext : ConnectionSecurity.Tls;
        if (Action == InboundAction.TerminateMutualTls)
            return await HandshakeAsync(deadline);
        if (Action == InboundAction.Refuse)
            RefuseForm(handling.Reason);
        if (Action == InboundAction.PassThrough && Record.FirstSpeaker == FirstSpeaker.Client)
            Path.Memory.ClientSpokeFirst(Record.Destination!.Port);
        return Action == InboundAction.PassThrough;
    }

    /// <summary>What came may not come in; who said nothing sent no plaintext, and is refused by the mode all the same.</summary>
    private void RefuseForm(DecisionReason reason)
    {
        if (reason == DecisionReason.PlaintextUnderStrict && (isSilent || hasEnded))
            reason = DecisionReason.ModeStrict;
        if (hasEnded)
            Deny(reason, close: CloseReason.ClosedWhileDetecting, by: ClosedBy.Client);
        else
            Deny(reason, close: isSilent ? CloseReason.DetectionTimeout : CloseReason.NotAuthorized);
    }

    private async Task<bool> HandshakeAsync(Deadline deadline)
    {
        terminated = await AcceptTlsAsync(client, static tls => tls.Server, deadline);
        if (terminated is null)
            return false;
        Record.IsResumed = terminated.IsResumed;
        Record.Security = ConnectionSecurity.MutualTls;
        return IsProven(terminated);
    }
}
