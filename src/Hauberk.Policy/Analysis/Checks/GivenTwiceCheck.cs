using Hauberk.Policy.Validation;

namespace Hauberk.Policy.Analysis.Checks;

/// <summary>Two resources of one kind and name: in a store the later would replace the earlier; side by side both count.</summary>
internal static class GivenTwiceCheck
{
    public static void Run(AnalysisContext context)
    {
        foreach (var same in context.Set.All.GroupBy(r => (r.Kind, r.QualifiedName)))
            foreach (var again in same.Skip(1))
                context.Warn(ProblemCodes.ResourceGivenTwice, again, "metadata.name", $"this name was used before, at {same.First().Document.Position}.");
    }
}
