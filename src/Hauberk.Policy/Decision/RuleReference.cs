namespace Hauberk.Policy.Decision;

/// <param name="RuleIndex">Position in the resource's rules, from 0; -1: the resource as a whole.</param>
public sealed record RuleReference(string Kind, string Namespace, string Name, int RuleIndex)
{
    /// <summary>"namespace/name[index]".</summary>
    public override string ToString() => RuleIndex < 0 ? $"{Namespace}/{Name}" : $"{Namespace}/{Name}[{RuleIndex}]";
}
