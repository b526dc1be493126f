using Hauberk.Net.Detection;

namespace Hauberk.Fuzz.Targets;

/// <summary>First bytes of a connection. What was decided on a part must still be so on the whole.</summary>
internal sealed class ClientHelloTarget : IFuzzTarget
{
    public string Name => "client-hello";

    public void Fuzz(ReadOnlySpan<byte> input)
    {
        var whole = ClientHelloReader.Read(input);
        PropertyBrokenException.Unless(whole.Status == ClientHelloStatus.Complete == whole.Hello is not null, "a hello is there when complete");
        var half = ClientHelloReader.Read(input[..(input.Length / 2)]);
        PropertyBrokenException.Unless(
            half.Status == ClientHelloStatus.NeedMore || half.Status == whole.Status, "more bytes do not change what was decided");
    }
}
