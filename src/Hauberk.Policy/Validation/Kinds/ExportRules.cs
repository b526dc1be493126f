using System.Collections.Immutable;

namespace Hauberk.Policy.Validation.Kinds;

internal static class ExportRules
{
    public static void Validate(ImmutableArray<string> exportTo, ValidationContext context)
    {
        for (var i = 0; i < exportTo.Length; i++)
            if (exportTo[i] is not ("." or "*" or "~") && !KubernetesName.IsLabel(exportTo[i]))
                context.Error(ProblemCodes.InvalidExportTo, $"spec.exportTo[{i}]", $"\"{ForeignText.Shown(exportTo[i])}\" is neither \".\", \"*\", \"~\" nor a namespace.");
        if (exportTo.Length > 1 && exportTo.Any(scope => scope is "*" or "~"))
            context.Error(ProblemCodes.InvalidExportTo, "spec.exportTo", "\"*\" and \"~\" say it all and may not stand beside others.");
    }
}
