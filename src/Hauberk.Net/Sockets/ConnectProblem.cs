namespace Hauberk.Net.Sockets;

/// <summary>Why a connection was not made.</summary>
public sealed record ConnectProblem(ConnectProblemKind Kind, string Detail)
{
    public override string ToString() => $"{Kind}: {Detail}";
}
