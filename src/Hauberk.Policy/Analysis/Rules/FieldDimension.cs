namespace Hauberk.Policy.Analysis.Rules;

/// <summary>What of a request a field looks at. Fields of one dimension can contradict each other.</summary>
internal enum FieldDimension
{
    Peer,
    SourceAddress,
    RemoteAddress,
    DestinationAddress,
    Port,
    Sni,
    Token,
    Header,
    Host,
    Method,
    Path,
}
