namespace Hauberk.ControlPlane.Tests;

public sealed class StateDirectoryTests : IDisposable
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode Open = Owner | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private readonly string path = Directory.CreateTempSubdirectory("hauberk-state-").FullName;

    public void Dispose() => Directory.Delete(path, recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void One_that_is_open_is_closed_before_it_is_used(bool isOfAnEarlierRun)
    {
        if (isOfAnEarlierRun) File.WriteAllText(new StateDirectory(path).Store, "");
        File.SetUnixFileMode(path, Open);
        _ = new StateDirectory(path);
        Assert.Equal(Owner, File.GetUnixFileMode(path));
    }

    [Fact]
    public void One_that_others_use_too_is_refused_and_left_as_it_is()
    {
        File.WriteAllText(Path.Combine(path, "of-somebody-else"), "");
        File.SetUnixFileMode(path, Open);
        Assert.Contains("chmod 700", Assert.Throws<IOException>(() => new StateDirectory(path)).Message, StringComparison.Ordinal);
        Assert.Equal(Open, File.GetUnixFileMode(path));
    }
}
