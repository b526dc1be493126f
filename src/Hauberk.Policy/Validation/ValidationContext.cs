using System.Globalization;
using Hauberk.Policy.Reading;
using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Validation;

/// <summary>One resource under validation: problems are placed by field path.</summary>
internal sealed class ValidationContext(Resource resource, ProblemCollector problems)
{
    public void Error(string code, string path, string message) =>
        problems.Error(code, FieldLocator.Find(resource.Document, path), path, message);

    public void Warn(string code, string path, string message) =>
        problems.Warn(code, FieldLocator.Find(resource.Document, path), path, message);

    /// <summary>Whether a field is written, but with nothing in it: null, {} or [].</summary>
    public bool IsGivenEmpty(string path) => FieldLocator.IsGivenEmpty(resource.Document, path);

    /// <summary>Whether a field is written at all.</summary>
    public bool IsGiven(string path) => FieldLocator.FindNode(resource.Document, path) is not null;

    public int? IntegerAt(string path) =>
        FieldLocator.FindNode(resource.Document, path) is ScalarNode { Kind: ScalarKind.Integer } scalar && int.TryParse(scalar.Value, CultureInfo.InvariantCulture, out var number)
            ? number : null;

    /// <summary>Reports where <paramref name="whatIsWrong"/> is not null.</summary>
    public void Check(string code, string path, string? whatIsWrong)
    {
        if (whatIsWrong is not null) Error(code, path, whatIsWrong);
    }
}
