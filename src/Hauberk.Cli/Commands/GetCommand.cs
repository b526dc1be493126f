using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json;
using Hauberk.Api.ConfigApi;
using Hauberk.Cli.Output;
using Hauberk.Policy.Reading;

namespace Hauberk.Cli.Commands;

internal static class GetCommand
{
    public static Command Create(Terminal terminal)
    {
        var kind = new Argument<string>("KIND") { Description = KindName.Help };
        var name = new Argument<string?>("NAME") { Description = "Name of one resource. Default: all.", Arity = ArgumentArity.ZeroOrOne };
        var space = CommonOptions.Namespace();
        var everywhere = new Option<bool>("--all-namespaces", "-A") { Description = "Of every namespace." };
        var output = CommonOptions.Output(OutputFormat.Table, OutputFormat.Json, OutputFormat.Yaml);
        var watch = new Option<bool>("--watch", "-w") { Description = "Go on with changes as they happen, until Ctrl-C." };
        var command = new Command("get", "Show resources of one kind.") { kind, name, space, everywhere, output, watch };
        command.Validators.Add(result =>
        {
            if (result.GetValue(everywhere) && result.GetValue(name) is not null)
                result.AddError("a NAME and --all-namespaces exclude each other");
            if (result.GetValue(watch) && result.GetValue(output) == "yaml") result.AddError("--watch writes tables or json");
        });
        command.SetAction((parsed, cancellation) =>
        {
            var printer = new Printer(terminal, parsed.FormatOf(output));
            if (!KindName.TryFind(parsed.GetRequiredValue(kind), printer, out var found)) return Task.FromResult(ExitCode.Unusable);
            return Session.UseAsync(terminal, parsed, printer, session =>
            {
                var given = parsed.GetValue(space) ?? session.Kubeconfig.Namespace;
                var query = new Query(terminal, printer, session, found, parsed.GetValue(everywhere) ? null : given, parsed.GetValue(name));
                return parsed.GetValue(watch) ? query.WatchAsync(cancellation) : query.ShowAsync(cancellation);
            });
        });
        return command;
    }

    /// <param name="Namespace">Null: every namespace.</param>
    /// <param name="Name">Null: every name.</param>
    private sealed record Query(Terminal Terminal, Printer Printer, Session Session, ResourceKind Kind, string? Namespace, string? Name)
    {
        private readonly ResourceTable table = new(Kind, Namespace is null && Kind.IsNamespaced, Terminal.Clock);

        public async Task<int> ShowAsync(CancellationToken cancellation)
        {
            if (Name is not null)
            {
                var one = await Session.Client.GetAsync(Kind, Namespace!, Name, cancellation);
                if (!one.IsSuccess) return Session.FailToFind(Printer, one.Problem, $"{Kind.Name} {Name}");
                if (Printer.IsTable) Printer.Write(table.Of([one.Value]));
                else Printer.Document(one.Value);
                return ExitCode.Success;
            }
            var list = await Session.Client.ListAsync(Kind, Namespace, cancellation);
            if (!list.IsSuccess) return Session.Fail(Printer, list.Problem, Kind.Plural);
            if (!Printer.IsTable) Printer.Document(ListDocument(list.Value.Items));
            else if (list.Value.Items.IsEmpty) Printer.Note(NothingFound);
            else Printer.Write(table.Of(InOrder(list.Value.Items)));
            return ExitCode.Success;
        }

        /// <summary>Lists, then follows. A watch that the server ends goes on where it stood; where that is forgotten, by a new list.</summary>
        public async Task<int> WatchAsync(CancellationToken cancellation)
        {
            for (var isFirst = true; ; isFirst = false)
            {
                var list = await Session.Client.ListAsync(Kind, Namespace, cancellation);
                if (!list.IsSuccess) return Session.Fail(Printer, list.Problem, Kind.Plural);
                Write("PRESENT", InOrder(list.Value.Items), withTitles: isFirst);
                var version = list.Value.ResourceVersion;
                while (true)
                {
                    var (next, problem) = await FollowAsync(version, cancellation);
                    version = next;
                    if (problem is null) continue;
                    if (problem.Kind != ApiProblemKind.Gone) return Session.Fail(Printer, problem, Kind.Plural);
                    break;
                }
            }
        }

        private async Task<(string Version, ApiProblem? Problem)> FollowAsync(string version, CancellationToken cancellation)
        {
            await foreach (var answer in Session.Client.WatchAsync(Kind, Namespace, version, cancellation))
            {
                if (!answer.IsSuccess) return (version, answer.Problem);
                if (ResourceTable.VersionOf(answer.Value.Object) is { Length: > 0 } newer) version = newer;
                if (answer.Value.Type != WatchEventType.Bookmark)
                    Write(answer.Value.Type.ToString().ToUpperInvariant(), [answer.Value.Object], withTitles: false);
            }
            return (version, null);
        }

        private void Write(string change, IEnumerable<JsonElement> items, bool withTitles)
        {
            var wanted = items.Where(item => Name is null || ResourceTable.NameOf(item) == Name).ToList();
            if (Printer.IsTable)
            {
                if (wanted.Count > 0 || withTitles) Printer.Write(table.Of(wanted, change), withTitles);
                return;
            }
            foreach (var item in wanted)
                Printer.JsonLine(json =>
                {
                    json.WriteStartObject();
                    json.WriteString("type", change);
                    json.WritePropertyName("object");
                    item.WriteTo(json);
                    json.WriteEndObject();
                });
        }

        private string NothingFound => Namespace is null || !Kind.IsNamespaced
            ? $"There are no {Kind.Plural}."
            : $"There are no {Kind.Plural} in the namespace {Namespace}; -A looks into all of them.";
    }

    private static IEnumerable<JsonElement> InOrder(IEnumerable<JsonElement> items) =>
        items.OrderBy(ResourceTable.NamespaceOf, StringComparer.Ordinal).ThenBy(ResourceTable.NameOf, StringComparer.Ordinal);

    private static JsonElement ListDocument(ImmutableArray<JsonElement> items)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("apiVersion", "v1");
            json.WriteString("kind", "List");
            json.WriteStartArray("items");
            foreach (var item in InOrder(items)) item.WriteTo(json);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return JsonElement.Parse(buffer.WrittenSpan);
    }
}
