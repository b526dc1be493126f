using Google.Protobuf;
using Hauberk.Policy.Reading;
using Hauberk.Policy.Slicing;
using CoreResource = Hauberk.Policy.Resources.Resource;

namespace Hauberk.Api.Distribution;

public static class PolicyResourceConversion
{
    public static PolicyResource ToMessage(this CoreResource resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        var message = new PolicyResource { Json = ByteString.CopyFrom(ResourceJson.Write(resource.Document).Span) };
        message.RequiredFeatures.AddRange(Features.RequiredBy(resource));
        return message;
    }
}
