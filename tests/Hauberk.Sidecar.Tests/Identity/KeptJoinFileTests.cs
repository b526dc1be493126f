using Hauberk.Identity.Tests.Corpus;
using Hauberk.Sidecar.Identity;
using Hauberk.Sidecar.Tests.Supervision;

namespace Hauberk.Sidecar.Tests.Identity;

public sealed class KeptJoinFileTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    [Fact]
    public void What_a_crash_left_unfinished_is_gone_once_it_is_kept()
    {
        var state = StateDirectory.Open(directory.At("state"));
        File.WriteAllText(state.At(KeptJoinFile.Name) + ".new", "{");
        new KeptJoinFile(state).Save(SavedMesh.JoinFile(new TestMesh(TimeProvider.System.GetUtcNow())));
        Assert.Equal([state.At(KeptJoinFile.Name)], Directory.GetFiles(state.Path));
    }

    public void Dispose() => directory.Dispose();
}
