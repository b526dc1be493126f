namespace Hauberk.Cli.Output;

internal enum OutputFormat
{
    Table,
    Json,
    Yaml,
}
