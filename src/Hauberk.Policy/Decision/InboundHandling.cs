namespace Hauberk.Policy.Decision;

/// <param name="IsHttp">True where requests are to be read; false: opaque bytes.</param>
/// <param name="Mode">The effective mode that applied.</param>
public readonly record struct InboundHandling(InboundAction Action, bool IsHttp, ServerMode Mode, DecisionReason Reason)
{
    /// <summary>True where nothing is declared: the first bytes of the payload decide between requests and opaque bytes.</summary>
    public bool DetectsHttp { get; init; }
}
