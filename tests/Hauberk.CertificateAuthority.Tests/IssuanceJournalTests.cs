using System.Globalization;
using CsCheck;
using Hauberk.CertificateAuthority.Journal;

namespace Hauberk.CertificateAuthority.Tests;

public sealed class IssuanceJournalTests : IDisposable
{
    private readonly TestFolder folder = new();

    private string Path => folder["journal.jsonl"];

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Lines_survive_reopening()
    {
        await Write(Intent(1), Issued(1));
        await Write(Intent(2));
        Assert.Equal([Intent(1), Issued(1), Intent(2)], IssuanceJournal.Read(Path));
    }

    [Fact]
    public async Task Only_the_owner_can_read_it()
    {
        await File.WriteAllTextAsync(Path, "", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        await Write(Intent(1));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path));
    }

    [Fact]
    public async Task A_file_cut_at_any_byte_opens_with_its_whole_lines_and_goes_on()
    {
        await Write(Intent(1), Issued(1), Intent(2));
        var whole = await File.ReadAllBytesAsync(Path, TestContext.Current.CancellationToken);
        var cuts = Enumerable.Range(0, 40).Select(i => whole.Length * i / 40).Append(whole.Length - 1);
        foreach (var cut in cuts)
        {
            await File.WriteAllBytesAsync(Path, whole[..cut], TestContext.Current.CancellationToken);
            await Write(Intent(3));
            var left = whole[..cut].Count(static b => b == '\n');
            Assert.Equal([.. new[] { Intent(1), Issued(1), Intent(2) }.Take(left), Intent(3)], IssuanceJournal.Read(Path));
        }
    }

    [Fact]
    public async Task Zeros_left_at_the_end_by_a_power_cut_are_removed()
    {
        await Write(Intent(1));
        await File.AppendAllTextAsync(Path, new string('\0', 5000), TestContext.Current.CancellationToken);
        await Write(Intent(2));
        Assert.Equal([Intent(1), Intent(2)], IssuanceJournal.Read(Path));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("")]
    public async Task A_damaged_line_in_the_middle_stops_the_authority_and_is_named(string line)
    {
        await Write(Intent(1));
        await File.AppendAllTextAsync(Path, line + "\n", TestContext.Current.CancellationToken);
        var thrown = Assert.Throws<InvalidDataException>(() => IssuanceJournal.Open(Path));
        Assert.Contains($"{Path}, line 2", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_serial_number_is_never_used_twice_not_even_after_a_restart()
    {
        await using (var journal = IssuanceJournal.Open(Path))
        {
            await journal.AppendAsync(Intent(1));
            await Assert.ThrowsAsync<InvalidOperationException>(() => journal.AppendAsync(Intent(1)));
        }
        await using (var journal = IssuanceJournal.Open(Path))
            await Assert.ThrowsAsync<InvalidOperationException>(() => journal.AppendAsync(Intent(1)));
        Assert.Equal([Intent(1)], IssuanceJournal.Read(Path));
    }

    [Fact]
    public async Task A_file_with_a_serial_number_twice_is_refused()
    {
        await Write(Intent(1));
        await File.AppendAllTextAsync(Path, await File.ReadAllTextAsync(Path, TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);
        Assert.Throws<InvalidDataException>(() => IssuanceJournal.Open(Path));
    }

    [Fact]
    public async Task Two_processes_cannot_hold_one_journal()
    {
        await using var first = IssuanceJournal.Open(Path);
        Assert.Throws<IOException>(() => IssuanceJournal.Open(Path));
    }

    [Fact]
    public async Task Lines_appended_at_once_are_all_there_and_each_whole()
    {
        await using (var journal = IssuanceJournal.Open(Path))
            await Task.WhenAll(Enumerable.Range(0, 500).Select(i => journal.AppendAsync(Intent(i))));
        Assert.Equal(
            Enumerable.Range(0, 500).Select(Intent).OrderBy(static r => r.Serial),
            IssuanceJournal.Read(Path).OrderBy(static r => r.Serial));
    }

    [Fact]
    public void Serial_numbers_of_expired_certificates_are_forgotten()
    {
        var serials = new LiveSerials();
        for (var day = 0; day < 100; day++)
            Assert.True(serials.TryAdd(Intent(day) with { At = TestClock.Start.AddDays(day), NotAfter = TestClock.Start.AddDays(day + 1) }));
        Assert.InRange(serials.Count, 1, 3);
    }

    [Fact]
    public void Any_bytes_either_open_or_are_refused_as_damaged() =>
        Gen.Byte.Array[0, 200].Sample(bytes =>
        {
            File.WriteAllBytes(Path, bytes);
            try
            {
                IssuanceJournal.Open(Path).DisposeAsync().AsTask().GetAwaiter().GetResult();
                return !bytes.Contains((byte)'\n');
            }
            catch (InvalidDataException)
            {
                return bytes.Contains((byte)'\n');
            }
        }, iter: 200, threads: 1);

    private async Task Write(params IssuanceRecord[] records)
    {
        await using var journal = IssuanceJournal.Open(Path);
        foreach (var record in records)
            await journal.AppendAsync(record);
    }

    private static IssuanceRecord Intent(int number) => new(
        IssuanceStep.Intent, number.ToString("x32", CultureInfo.InvariantCulture), TestAuthority.Web.ToString(),
        TestClock.Start.AddHours(24), new string('a', 64), TestClock.Start);

    private static IssuanceRecord Issued(int number) => Intent(number) with { Step = IssuanceStep.Issued };
}
