using System.Text;
using Hauberk.Identity;

namespace Hauberk.Fuzz.Targets;

/// <summary>SPIFFE IDs: what is accepted is written as it was read.</summary>
internal sealed class SpiffeIdTarget : IFuzzTarget
{
    public string Name => "spiffe-id";

    public void Fuzz(ReadOnlySpan<byte> input)
    {
        var text = Encoding.UTF8.GetString(input);
        if (!SpiffeId.TryParse(text, out var id, out var problem))
        {
            PropertyBrokenException.Unless(problem.Message.Length is > 0 and < 1024, "a refusal says why, in bounded length");
            return;
        }
        PropertyBrokenException.Unless(id.ToString() == text && SpiffeId.Parse(text) == id, "an identity is written as it was read");
        PropertyBrokenException.Unless(text.Length <= 2048 && text.All(char.IsAscii), "an identity is bounded and ASCII");
        PropertyBrokenException.Unless(
            id.Namespace is null || text == $"spiffe://{id.TrustDomain.Name}/ns/{id.Namespace}/sa/{id.ServiceAccount}",
            "namespace and account are the whole path");
    }
}
