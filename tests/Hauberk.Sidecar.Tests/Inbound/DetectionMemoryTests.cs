using Hauberk.Sidecar.Inbound;

namespace Hauberk.Sidecar.Tests.Inbound;

public sealed class DetectionMemoryTests
{
    private readonly DetectionMemory memory = new();

    [Fact]
    public void What_an_application_says_to_a_client_that_stayed_silent_for_long_is_no_greeting()
    {
        memory.ApplicationSpokeFirst(80, DetectionMemory.GreetingTime + TimeSpan.FromTicks(1));
        memory.ApplicationSpokeFirst(25, DetectionMemory.GreetingTime);
        Assert.Equal([25], memory.ServerFirstPorts);
    }

    [Fact]
    public void A_port_is_forgotten_by_itself()
    {
        foreach (var port in new[] { 3306, 25, 21 })
            memory.ApplicationSpokeFirst(port, TimeSpan.Zero);
        memory.ClientSpokeFirst(25);
        Assert.Equal([21, 3306], memory.ServerFirstPorts);
    }
}
