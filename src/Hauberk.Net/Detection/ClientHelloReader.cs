using System.Buffers.Binary;

namespace Hauberk.Net.Detection;

/// <summary>Reads a ClientHello from the first bytes of a connection, without taking part in the handshake.</summary>
public static class ClientHelloReader
{
    /// <summary>The most bytes a hello with its record headers may take; a longer one is invalid.</summary>
    public const int MaxBytes = 16 * 1024;

    private const int RecordHeaderBytes = 5;
    private const int MessageHeaderBytes = 4;
    private const int HandshakeRecord = 22;
    private const int ClientHelloMessage = 1;
    private const int MaxRecordBytes = 16 * 1024;

    /// <summary>Looks at all bytes so far, from the connection's first. Pure; never throws.</summary>
    public static ClientHelloReading Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > 0 && bytes[0] != HandshakeRecord || bytes.Length > 1 && bytes[1] != 3) return ClientHelloReading.NotTls;
        ReadOnlySpan<byte> bounded = bytes[..Math.Min(bytes.Length, MaxBytes)];
        Span<byte> message = stackalloc byte[MaxBytes];
        ClientHelloStatus status = Assemble(bounded, message, out int length);
        if (status == ClientHelloStatus.NeedMore) return bytes.Length >= MaxBytes ? ClientHelloReading.Invalid : ClientHelloReading.NeedMore;
        if (status == ClientHelloStatus.Invalid) return ClientHelloReading.Invalid;
        return ClientHelloParser.TryParse(message[MessageHeaderBytes..length], out ClientHello? hello)
            ? new ClientHelloReading(ClientHelloStatus.Complete, hello)
            : ClientHelloReading.Invalid;
    }

    /// <summary>Joins the handshake message from the records it is spread over (RFC 8446, section 5.1).</summary>
    private static ClientHelloStatus Assemble(ReadOnlySpan<byte> records, Span<byte> message, out int length)
    {
        length = 0;
        while (records.Length >= RecordHeaderBytes)
        {
            int body = BinaryPrimitives.ReadUInt16BigEndian(records[3..]);
            if (records[0] != HandshakeRecord || records[1] != 3 || body is 0 or > MaxRecordBytes) return ClientHelloStatus.Invalid;
            ReadOnlySpan<byte> present = records.Slice(RecordHeaderBytes, Math.Min(body, records.Length - RecordHeaderBytes));
            present.CopyTo(message[length..]);
            length += present.Length;
            ClientHelloStatus status = Judge(message[..length]);
            if (status != ClientHelloStatus.NeedMore)
            {
                if (status == ClientHelloStatus.Complete) length = MessageLength(message);
                return status;
            }
            if (present.Length < body) return ClientHelloStatus.NeedMore;
            records = records[(RecordHeaderBytes + body)..];
        }
        // A next record's type is known before its header is whole.
        return records.Length > 0 && records[0] != HandshakeRecord || records.Length > 1 && records[1] != 3
            ? ClientHelloStatus.Invalid
            : ClientHelloStatus.NeedMore;
    }

    private static ClientHelloStatus Judge(ReadOnlySpan<byte> message)
    {
        if (message.Length > 0 && message[0] != ClientHelloMessage) return ClientHelloStatus.Invalid;
        if (message.Length < MessageHeaderBytes) return ClientHelloStatus.NeedMore;
        int whole = MessageLength(message);
        if (whole > MaxBytes - RecordHeaderBytes) return ClientHelloStatus.Invalid;
        return message.Length < whole ? ClientHelloStatus.NeedMore : ClientHelloStatus.Complete;
    }

    private static int MessageLength(ReadOnlySpan<byte> message) =>
        MessageHeaderBytes + (message[1] << 16 | message[2] << 8 | message[3]);
}
