namespace Hauberk.Api.ConfigApi;

public enum WatchEventType
{
    Added,
    Modified,
    Deleted,

    /// <summary>Carries nothing but a newer resourceVersion to resume from.</summary>
    Bookmark,
}
