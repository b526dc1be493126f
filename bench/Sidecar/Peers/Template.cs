namespace Hauberk.Sidecar.Benchmarks.Peers;

/// <summary>A configuration file with {{names}} in it.</summary>
internal static class Template
{
    /// <returns><paramref name="target"/>, written.</returns>
    public static string Fill(string template, string target, Dictionary<string, string> values)
    {
        var text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Peers", template));
        foreach (var (name, value) in values) text = text.Replace($"{{{{{name}}}}}", value, StringComparison.Ordinal);
        File.WriteAllText(target, text);
        return target;
    }
}
