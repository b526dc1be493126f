using Hauberk.Cli.Output;

namespace Hauberk.Cli.Tests.Output;

public sealed class AmountTests
{
    [Theory]
    [InlineData(0UL, "0 B")]
    [InlineData(999UL, "999 B")]
    [InlineData(1000UL, "1 kB")]
    [InlineData(1234UL, "1.2 kB")]
    [InlineData(9_960UL, "10 kB")]
    [InlineData(999_499UL, "999 kB")]
    [InlineData(999_500UL, "1 MB")]
    [InlineData(ulong.MaxValue, "18 EB")]
    public void Bytes_have_two_digits_that_count(ulong bytes, string expected) => Assert.Equal(expected, Amount.Bytes(bytes));

    [Theory]
    [InlineData(0, "0 ms")]
    [InlineData(999, "999 ms")]
    [InlineData(1_590, "1.5 s")]
    [InlineData(59_999, "59 s")]
    [InlineData(60_000, "1 min")]
    [InlineData(7_199_000, "1 h")]
    [InlineData(100_000_000, "27 h")]
    [InlineData(200_000_000, "2 d")]
    public void Durations_have_one_unit(long milliseconds, string expected) =>
        Assert.Equal(expected, Amount.Duration(TimeSpan.FromMilliseconds(milliseconds)));
}
