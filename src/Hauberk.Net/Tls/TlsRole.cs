namespace Hauberk.Net.Tls;

public enum TlsRole
{
    Client,
    Server,
}
