using Hauberk.Sidecar.Inbound;

namespace Hauberk.Sidecar.Tests.Inbound;

public sealed class DetectionMemoryTests
{
    private readonly DetectionMemory memory = new();

    [Fact]
    public void A_port_is_forgotten_by_itself()
    {
        foreach (var port in new[] { 3306, 25, 21 })
            memory.ApplicationSpokeFirst(port);
        memory.ClientSpokeFirst(25);
        Assert.Equal([21, 3306], memory.ServerFirstPorts);
    }
}
