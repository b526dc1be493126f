namespace Hauberk.ControlPlane.Store;

public enum WriteOutcome
{
    /// <summary>Durable now.</summary>
    Done,

    /// <summary>Another revision is there than the caller named.</summary>
    Conflict,

    /// <summary>Nothing is there to replace or delete.</summary>
    NotFound,

    /// <summary>Over the bound for one resource.</summary>
    TooLarge,

    /// <summary>Over the bound for the whole store.</summary>
    Full,
}
