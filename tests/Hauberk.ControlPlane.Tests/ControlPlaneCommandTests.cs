using System.CommandLine;
using Hauberk.CommandLines;

namespace Hauberk.ControlPlane.Tests;

public sealed class ControlPlaneCommandTests
{
    private ControlPlaneOptions? started;

    [Theory]
    [InlineData(",")]
    [InlineData("")]
    public void Without_a_host_that_others_call_it_is_not_started(string address) =>
        Assert.Equal("--address names no host", UsageError.Of(Parse("--address", address), "hauberk-control-plane")?.Sentence);

    [Theory]
    [InlineData("--address", "10.0.0.5, mesh.example,")]
    [InlineData("--address", "10.0.0.5", "--address", "mesh.example")]
    public void Hosts_are_separated_by_commas_or_given_one_by_one(params string[] arguments)
    {
        Assert.Equal(0, Parse(arguments).Invoke());
        Assert.Equal(["10.0.0.5", "mesh.example"], started?.Addresses);
    }

    private ParseResult Parse(params string[] arguments) => ControlPlaneCommand.Create(options =>
    {
        started = options;
        return Task.FromResult(0);
    }).Parse(["--state-dir", "state", .. arguments], UsageError.Parser);
}
