using Hauberk.Identity;
using Hauberk.Identity.Tests.Corpus;
using Hauberk.Sidecar.Identity;

namespace Hauberk.Sidecar.Tests.Identity;

public sealed class CertificateFileTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly TemporaryDirectory directory = new();
    private readonly TestMesh mesh = new(Now);
    private readonly StateDirectory state;
    private readonly CertificateFile file;

    public CertificateFileTests()
    {
        state = StateDirectory.Open(directory.At("state"));
        file = new CertificateFile(state);
    }

    [Fact]
    public void Only_its_owner_can_read_the_key_and_enter_the_directory()
    {
        Save();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(state.At(CertificateFile.Name)));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(state.Path));
    }

    [Fact]
    public void A_directory_that_was_open_to_others_is_closed_to_them()
    {
        var open = Directory.CreateDirectory(directory.At("open"), (UnixFileMode)0b111_101_101);
        StateDirectory.Open(open.FullName);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(open.FullName));
    }

    [Fact]
    public void A_link_in_the_place_of_the_directory_is_refused()
    {
        Directory.CreateDirectory(directory.At("elsewhere"));
        File.CreateSymbolicLink(directory.At("link"), directory.At("elsewhere"));
        Assert.Throws<IOException>(() => StateDirectory.Open(directory.At("link")));
    }

    [Fact]
    public void Nothing_on_disk_is_no_problem()
    {
        Assert.False(TryLoad(Now, out var problem));
        Assert.Null(problem);
    }

    [Fact]
    public void A_certificate_that_has_run_out_is_not_loaded()
    {
        Save();
        Assert.True(TryLoad(Now.AddHours(23), out _));
        Assert.False(TryLoad(Now.AddHours(25), out var problem));
        Assert.Contains("Expired", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_of_another_workload_is_not_loaded()
    {
        Save();
        var other = SpiffeId.Parse("spiffe://cluster.local/ns/shop/sa/orders");
        Assert.False(file.TryLoad(other, mesh.Bundles, Now, out _, out var problem));
        Assert.Contains("not for", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_of_another_key_is_not_loaded()
    {
        Save();
        var first = File.ReadAllText(state.At(CertificateFile.Name));
        Save();
        var second = File.ReadAllText(state.At(CertificateFile.Name));
        var end = "-----END PRIVATE KEY-----\n";
        var mixed = first[..(first.IndexOf(end, StringComparison.Ordinal) + end.Length)] + second[(second.IndexOf(end, StringComparison.Ordinal) + end.Length)..];
        File.WriteAllText(state.At(CertificateFile.Name), mixed);
        Assert.False(TryLoad(Now, out var problem));
        Assert.Contains("another key", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_cut_short_anywhere_is_not_loaded()
    {
        Save();
        var whole = File.ReadAllBytes(state.At(CertificateFile.Name));
        for (var length = 0; length < whole.Length - 2; length += 37)
        {
            File.WriteAllBytes(state.At(CertificateFile.Name), whole[..length]);
            Assert.False(TryLoad(Now, out var problem), $"{length} of {whole.Length} bytes");
            Assert.NotNull(problem);
        }
    }

    public void Dispose() => directory.Dispose();

    private void Save() => file.Save(TestWorkload.Certificate(mesh, Now, Now.AddHours(24)));

    private bool TryLoad(DateTimeOffset now, out string? problem) => file.TryLoad(TestWorkload.Id, mesh.Bundles, now, out _, out problem);
}
