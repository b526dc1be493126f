using System.Runtime.InteropServices;
using Hauberk.Net.Tls;

namespace Hauberk.Net.Tests.Tls;

public sealed class ServerTicketsTests : IDisposable
{
    private const int NameBytes = 32;

    private readonly ServerTickets tickets = new(maxPerGeneration: 3);
    private readonly PeerChain chain = new([new byte[] { 1 }]);
    private readonly long before = NativeResources.OutstandingOf(NativeResourceKind.TlsTicket);

    [Fact]
    public void Each_is_given_out_once()
    {
        Add(1);
        Assert.Same(chain, Take(1)!.Value.Chain);
        Assert.Null(Take(1));
    }

    [Fact]
    public void The_youngest_are_kept_and_the_oldest_freed()
    {
        for (byte i = 0; i < 10; i++) Add(i);
        Assert.Equal([6, 7, 8, 9], Enumerable.Range(0, 10).Where(i => Take((byte)i) is not null));
        Assert.Equal(before, NativeResources.OutstandingOf(NativeResourceKind.TlsTicket));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(NameBytes - 1)]
    [InlineData(NameBytes + 1)]
    public void A_name_of_another_length_is_nobodys(int length)
    {
        Add(0);
        Assert.Null(tickets.Take(new byte[length]));
    }

    [Fact]
    public void Once_closed_nothing_is_left_and_nothing_is_taken_in()
    {
        Add(1);
        tickets.Close();
        Assert.Equal(before, NativeResources.OutstandingOf(NativeResourceKind.TlsTicket));
        nint session = Session(2);
        Assert.False(tickets.Add(session, chain));
        SSL_SESSION_free(session);
        Assert.Null(Take(1));
    }

    public void Dispose() => tickets.Close();

    private void Add(byte name) => Assert.True(tickets.Add(Session(name), chain));

    private Ticket? Take(byte name)
    {
        Ticket? ticket = tickets.Take(Name(name));
        ticket?.Free();
        return ticket;
    }

    private static byte[] Name(byte name) => [.. Enumerable.Repeat(name, NameBytes)];

    private static nint Session(byte name)
    {
        nint session = SSL_SESSION_new();
        Assert.Equal(1, SSL_SESSION_set1_id(session, Name(name), NameBytes));
        return session;
    }

    [DllImport("libssl.so.3")] private static extern nint SSL_SESSION_new();
    [DllImport("libssl.so.3")] private static extern int SSL_SESSION_set1_id(nint session, byte[] name, uint length);
    [DllImport("libssl.so.3")] private static extern void SSL_SESSION_free(nint session);
}
