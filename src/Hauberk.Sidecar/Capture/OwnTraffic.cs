namespace Hauberk.Sidecar.Capture;

/// <param name="Number">A user id, a group id or a socket mark.</param>
public readonly record struct OwnTraffic(OwnTrafficKind Kind, uint Number)
{
    /// <summary>What <c>run --mark</c> puts on the sidecar's sockets. None of its bits means anything to kube-proxy (0x4000, 0x8000), CNI's port mapping (0x2000)
    /// or Cilium (0x0f00): theirs would translate or drop what the sidecar sends.</summary>
    public const uint DefaultMark = 0x1048;

    /// <summary>Null where this can tell the sidecar's traffic from everything else's.</summary>
    public string? Problem => (Kind, Number) switch
    {
        (OwnTrafficKind.Mark, 0) => "every unmarked connection has the mark 0, so nothing would be captured",
        (OwnTrafficKind.Uid, 0) => "what root sends would all pass by the sidecar; give it a user of its own, or use --mark",
        (OwnTrafficKind.Gid, 0) => "what the group root sends would all pass by the sidecar; give it a group of its own, or use --mark",
        (_, uint.MaxValue) => $"{Number} is not a user, group or mark",
        _ => null,
    };
}
