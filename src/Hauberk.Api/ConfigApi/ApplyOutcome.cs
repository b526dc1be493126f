namespace Hauberk.Api.ConfigApi;

public enum ApplyOutcome
{
    Created,
    Configured,
    Unchanged,
}
