namespace Hauberk.Sidecar.Tests;

internal sealed class TemporaryDirectory : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("hauberk-test-");

    public string Path => directory.FullName;

    public string At(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => directory.Delete(recursive: true);
}
