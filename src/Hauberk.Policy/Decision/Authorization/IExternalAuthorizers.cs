namespace Hauberk.Policy.Decision.Authorization;

/// <summary>What CUSTOM policies ask (specification 3.12).</summary>
internal interface IExternalAuthorizers
{
    /// <returns>Null: no answer, which denies.</returns>
    bool? Ask(string provider);
}
