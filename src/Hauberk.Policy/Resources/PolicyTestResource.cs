namespace Hauberk.Policy.Resources;

/// <summary>Expectations about a policy set. Its questions are many-shaped, so they stay in <see cref="Resource.Document"/>.</summary>
public sealed record PolicyTestResource : Resource;
