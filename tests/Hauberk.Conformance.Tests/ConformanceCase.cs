using Hauberk.Policy.Testing;

namespace Hauberk.Conformance.Tests;

/// <summary>One case of conformance/ and what the engine says to it.</summary>
internal sealed record ConformanceCase(PolicyTest Test, PolicyTestCase Case, PolicyTestResult Engine)
{
    public string Key => KeyOf(Path.GetFileName(Test.File), Test.Name, Case.Name);

    public static string KeyOf(string file, string test, string name) => $"{file}: {test}: {name}";
}
