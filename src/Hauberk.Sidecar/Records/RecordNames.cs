using Hauberk.Policy.Decision;

namespace Hauberk.Sidecar.Records;

/// <summary>The spelling of records in access logs, flows and metrics.</summary>
internal static class RecordNames
{
    public static string Of(ConnectionDirection direction) => direction == ConnectionDirection.Inbound ? "inbound" : "outbound";

    public static string Of(Verdict verdict) => verdict == Verdict.Allow ? "allow" : "deny";

    public static string Of(ClosedBy closedBy) => closedBy switch
    {
        ClosedBy.Client => "client",
        ClosedBy.Server => "server",
        _ => "sidecar",
    };

    public static string Of(FirstSpeaker speaker) => speaker switch
    {
        FirstSpeaker.Client => "client",
        FirstSpeaker.Application => "application",
        _ => "",
    };

    public static string Of(ConnectionSecurity security) => security switch
    {
        ConnectionSecurity.Plaintext => "plaintext",
        ConnectionSecurity.Tls => "tls",
        ConnectionSecurity.Passthrough => "passthrough",
        ConnectionSecurity.MutualTls => "mtls",
        ConnectionSecurity.Tunnel => "hbone",
        _ => "",
    };

    public static string Of(ServerMode? mode) => mode switch
    {
        ServerMode.Permissive => "PERMISSIVE",
        ServerMode.Strict => "STRICT",
        ServerMode.Disable => "DISABLE",
        _ => "",
    };
}
