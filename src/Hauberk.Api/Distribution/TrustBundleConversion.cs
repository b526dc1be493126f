using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;
using Hauberk.Identity;
using CoreTrustBundle = Hauberk.Identity.TrustBundle;

namespace Hauberk.Api.Distribution;

public static class TrustBundleConversion
{
    public static TrustBundle ToMessage(this CoreTrustBundle bundle)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        var message = new TrustBundle { TrustDomain = bundle.TrustDomain.Name };
        message.Roots.AddRange(bundle.Roots.Select(static root => ByteString.CopyFrom(root.Span)));
        return message;
    }

    public static bool TryRead(
        TrustBundle message, [NotNullWhen(true)] out CoreTrustBundle? bundle, [NotNullWhen(false)] out string? problem)
    {
        ArgumentNullException.ThrowIfNull(message);
        bundle = null;
        if (!TrustDomain.TryParse(message.TrustDomain, out var trustDomain, out var identityProblem)
            || !CoreTrustBundle.TryCreate(trustDomain, message.Roots.Select(static r => r.Memory), out bundle, out identityProblem))
        {
            problem = identityProblem.Message;
            return false;
        }
        problem = null;
        return true;
    }
}
