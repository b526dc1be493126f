namespace Hauberk.ControlPlane.ConfigApi;

public sealed record WatchLimits
{
    public static WatchLimits Default { get; } = new();

    /// <summary>How often an idle watch gets a bookmark, where its client asked for them.</summary>
    public TimeSpan BookmarkInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A watch ends after this and its client resumes; timeoutSeconds may ask for less.</summary>
    public TimeSpan MaxDuration { get; init; } = TimeSpan.FromMinutes(30);
}
