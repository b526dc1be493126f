using System.Buffers.Binary;
using Hauberk.Net.Channels;
using Hauberk.Net.Tunnel.Frames;
using Hauberk.Net.Tunnel.Hpack;

namespace Hauberk.Net.Tunnel;

/// <summary>What a tunnel receives: cuts it into frames and does what they say.</summary>
internal sealed class TunnelInput
{
    private const int ReadsPerTurn = 8;
    private const int MaxKeptFrameBytes = 64 * 1024;

    private readonly TunnelConnection tunnel;
    private readonly ByteChannel channel;
    private readonly FrameReader frames = new(Preface.MaxFrameBytes, MaxKeptFrameBytes);
    private readonly HpackDecoder headers;
    private readonly HeaderBlock block = new(MaxKeptFrameBytes);
    private readonly Action resume;
    private FloodGuard guard = new(Environment.TickCount64);
    private PeerSettings settings = new();
    private int prefaceMatched;
    private int uncredited;
    private bool resumeQueued;

    public TunnelInput(TunnelConnection tunnel)
    {
        this.tunnel = tunnel;
        channel = tunnel.Transport;
        headers = new HpackDecoder(HpackDecoder.DefaultTableBytes, tunnel.Options.MaxHeaderListBytes);
        prefaceMatched = tunnel.IsServer ? 0 : Preface.Client.Length;
        resume = Resume;
    }

    public bool HasSettings { get; private set; }

    public long LastReceivedMs { get; private set; } = Environment.TickCount64;

    /// <summary>Since when a frame or a header block has been waiting for its rest; null: none is.</summary>
    public long? WaitingSinceMs { get; private set; }

    public int PeerMaxStreams => settings.MaxStreams;

    public void DataFrameSent() => guard.FrameSent();

    /// <summary>Reads what is there; what is more than a turn's worth waits for the next.</summary>
    public void ReadAll()
    {
        for (int read = 0; read < ReadsPerTurn; read++)
        {
            Span<byte> scratch = tunnel.Loop.TunnelScratch.Input;
            int count = channel.Read(scratch, out ChannelReadState state);
            if (count > 0) Take(scratch[..count]);
            if (tunnel.IsClosed) return;
            switch (state)
            {
                case ChannelReadState.Drained: return;
                case ChannelReadState.Ended:
                    tunnel.PeerEnded();
                    return;
                case ChannelReadState.Failed:
                    tunnel.Break(channel.Problem ?? ChannelProblem.Closed);
                    return;
            }
        }
        if (resumeQueued) return;
        resumeQueued = true;
        tunnel.Loop.Post(resume);
    }

    private void Resume()
    {
        resumeQueued = false;
        tunnel.Receive();
    }

    private void Take(ReadOnlySpan<byte> input)
    {
        LastReceivedMs = Environment.TickCount64;
        if (!tunnel.TakesFrames || !MatchPreface(ref input)) return;
        while (tunnel.TakesFrames)
        {
            FrameReading reading = frames.Read(ref input, out FramePiece piece);
            if (reading == FrameReading.NeedsInput) break;
            Http2Error error = reading == FrameReading.Broken ? frames.Error : Handle(piece);
            if (error != Http2Error.None) tunnel.Fail(error, "the peer broke HTTP/2");
            // The next one waits anew.
            if (piece.EndsFrame && !block.IsOpen) WaitingSinceMs = null;
        }
        WaitingSinceMs = frames.IsWaiting || block.IsOpen ? WaitingSinceMs ?? LastReceivedMs : null;
    }

    private bool MatchPreface(ref ReadOnlySpan<byte> input)
    {
        int count = Math.Min(input.Length, Preface.Client.Length - prefaceMatched);
        if (!input[..count].SequenceEqual(Preface.Client.Slice(prefaceMatched, count)))
        {
            tunnel.Fail(Http2Error.Protocol, "the peer does not speak HTTP/2");
            return false;
        }
        prefaceMatched += count;
        input = input[count..];
        return prefaceMatched == Preface.Client.Length;
    }

    private Http2Error Handle(in FramePiece piece)
    {
        FrameType type = piece.Header.Type;
        if (!HasSettings && (type != FrameType.Settings || piece.Header.IsAck)) return Http2Error.Protocol;
        if (block.IsOpen && type != FrameType.Continuation) return Http2Error.Protocol;
        return type switch
        {
            FrameType.Data => HandleData(piece),
            FrameType.Headers => HandleHeaders(block.Begin(piece, out ReadOnlySpan<byte> bytes), bytes),
            FrameType.Continuation => HandleHeaders(block.Continue(piece, out ReadOnlySpan<byte> bytes), bytes),
            FrameType.ResetStream => HandleReset(piece),
            FrameType.Settings => HandleSettings(piece),
            FrameType.Ping => HandlePing(piece),
            FrameType.GoAway => HandleGoAway(piece),
            FrameType.WindowUpdate => HandleWindowUpdate(piece),
            FrameType.PushPromise => Http2Error.Protocol,
            _ => Charge(FloodGuard.Costly),
        };
    }

    private Http2Error HandleData(in FramePiece piece)
    {
        CreditConnection(piece.FlowBytes);
        int id = piece.Header.StreamId;
        if (tunnel.IsIdle(id)) return Http2Error.Protocol;
        bool empty = piece is { EndsFrame: true, Payload.IsEmpty: true } && !piece.Header.Has(FrameFlags.EndStream);
        if (empty && Charge(FloodGuard.Costly) is not Http2Error.None and var flood) return flood;
        if (tunnel.Find(id) is not { } stream) return tunnel.TryTakeLateBytes(piece.FlowBytes) ? Http2Error.None : Http2Error.StreamClosed;
        if (stream.Opening is not null) stream.Reset(Http2Error.Protocol, TunnelConnection.BrokenStream);
        else if (stream.Deliver(piece) is not Http2Error.None and var error) stream.Reset(error, TunnelConnection.BrokenStream);
        return Http2Error.None;
    }

    /// <summary>Given back on arrival, whoever it was for: what a stream holds is bounded by its own window.</summary>
    private void CreditConnection(int bytes)
    {
        uncredited += bytes;
        if (uncredited < tunnel.Options.ConnectionWindowBytes / 2) return;
        tunnel.Output.SendWindowUpdate(0, uncredited);
        uncredited = 0;
    }

    private Http2Error HandleHeaders(Http2Error error, ReadOnlySpan<byte> bytes)
    {
        if (error != Http2Error.None || block.IsOpen) return error;
        var fields = new List<HeaderField>();
        error = headers.Decode(bytes, fields);
        if (error != Http2Error.None) return error;
        if (tunnel.Find(block.StreamId) is { } stream) return HandleLaterHeaders(stream, fields);
        if (!tunnel.IsIdle(block.StreamId)) return Charge(FloodGuard.Costly);
        if (!tunnel.IsServer || (block.StreamId & 1) == 0) return Http2Error.Protocol;
        if (!tunnel.Serve(block.StreamId, fields, block.EndsStream)) return Charge(FloodGuard.Costly);
        // Turned away at once, it took no place that others could miss.
        return tunnel.Find(block.StreamId) is null ? Charge(FloodGuard.Cheap) : Http2Error.None;
    }

    /// <summary>A client's answer, or trailers, which end a stream.</summary>
    private Http2Error HandleLaterHeaders(TunnelChannel stream, List<HeaderField> fields)
    {
        if (stream.Opening is not null) return HandleAnswer(stream, fields);
        if (stream.HasEnded) stream.Reset(Http2Error.StreamClosed, TunnelConnection.BrokenStream);
        else if (block.EndsStream) stream.EndReceived();
        else stream.Reset(Http2Error.Protocol, TunnelConnection.BrokenStream);
        return Http2Error.None;
    }

    private Http2Error HandleAnswer(TunnelChannel stream, List<HeaderField> fields)
    {
        int? status = ConnectHeaders.ReadStatus(fields);
        if (status is null or 101 || (status < 200 && block.EndsStream)) stream.Reset(Http2Error.Protocol, TunnelConnection.BrokenStream);
        else if (status < 200) return Charge(FloodGuard.Costly);
        else TunnelConnection.Answered(stream, status.Value, block.EndsStream);
        return Http2Error.None;
    }

    private Http2Error HandleReset(in FramePiece piece)
    {
        int id = piece.Header.StreamId;
        if (tunnel.IsIdle(id)) return Http2Error.Protocol;
        TunnelChannel? stream = tunnel.Find(id);
        Http2Error error = Charge(stream is { IsEstablished: true } ? FloodGuard.Cheap : FloodGuard.Costly);
        var reason = (Http2Error)BinaryPrimitives.ReadInt32BigEndian(piece.Payload);
        stream?.Break(ChannelProblem.Reset, canRetry: reason == Http2Error.RefusedStream);
        return error;
    }

    private Http2Error HandleSettings(in FramePiece piece)
    {
        Http2Error error = Charge(FloodGuard.Costly);
        if (error != Http2Error.None || piece.Header.IsAck) return error;
        HasSettings = true;
        int before = settings.InitialWindowBytes;
        error = settings.Apply(piece.Payload, fromServer: !tunnel.IsServer);
        if (error != Http2Error.None) return error;
        tunnel.Output.MaxFrameBytes = settings.MaxFrameBytes;
        tunnel.Output.AcknowledgeSettings();
        return tunnel.TryShiftWindows(settings.InitialWindowBytes - before) ? Http2Error.None : Http2Error.FlowControl;
    }

    private Http2Error HandlePing(in FramePiece piece)
    {
        Http2Error error = Charge(FloodGuard.Costly);
        if (error == Http2Error.None && !piece.Header.IsAck) tunnel.Output.SendPing(piece.Payload, ack: true);
        return error;
    }

    private Http2Error HandleGoAway(in FramePiece piece)
    {
        tunnel.PeerLeaves(BinaryPrimitives.ReadInt32BigEndian(piece.Payload) & int.MaxValue);
        return Charge(FloodGuard.Costly);
    }

    private Http2Error HandleWindowUpdate(in FramePiece piece)
    {
        int bytes = BinaryPrimitives.ReadInt32BigEndian(piece.Payload) & int.MaxValue;
        int id = piece.Header.StreamId;
        if (id == 0 ? bytes == 0 : tunnel.IsIdle(id)) return Http2Error.Protocol;
        if (id == 0 && !tunnel.Output.TryWiden(bytes)) return Http2Error.FlowControl;
        if (tunnel.Find(id) is { } stream) Widen(stream, bytes);
        return Charge(FloodGuard.Cheap);
    }

    private void Widen(TunnelChannel stream, int bytes)
    {
        stream.SendWindow += bytes;
        if (bytes == 0) stream.Reset(Http2Error.Protocol, TunnelConnection.BrokenStream);
        else if (stream.SendWindow > int.MaxValue) stream.Reset(Http2Error.FlowControl, TunnelConnection.BrokenStream);
        else if (stream.HeldBytes > 0) tunnel.Output.Enqueue(stream);
    }

    private Http2Error Charge(int cost) => guard.TryCharge(cost, LastReceivedMs) ? Http2Error.None : Http2Error.EnhanceYourCalm;
}
