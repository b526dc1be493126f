using Hauberk.Sidecar.Commands;

namespace Hauberk.Sidecar.Tests.Commands;

public sealed class RunCommandTests
{
    [Theory]
    [InlineData("", "22")]
    [InlineData("--exclude-inbound-ports 9000", "22,9000")]
    [InlineData("--exclude-inbound-ports 9000 --capture-ssh", "9000")]
    [InlineData("--capture-ssh", "")]
    public async Task Tunnels_lead_to_SSH_only_where_it_is_captured(string line, string excluded)
    {
        RunOptions? read = null;
        var command = RunCommand.Create(options =>
        {
            read = options;
            return Task.FromResult(0);
        });
        Assert.Equal(0, await command.Parse(line).InvokeAsync(cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal(excluded, string.Join(',', read!.ExcludedInboundPorts));
    }
}
