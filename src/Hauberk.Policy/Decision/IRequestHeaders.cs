namespace Hauberk.Policy.Decision;

/// <summary>The headers of a request, wherever the transport keeps them.</summary>
public interface IRequestHeaders
{
    /// <param name="name">Compared without case.</param>
    /// <param name="value">Repeated headers joined by a comma.</param>
    bool TryGet(string name, out ReadOnlySpan<char> value);
}
