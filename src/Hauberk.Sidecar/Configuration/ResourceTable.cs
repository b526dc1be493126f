using System.Collections.Immutable;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Hauberk.Api.Distribution;

namespace Hauberk.Sidecar.Configuration;

/// <summary>Resources of one type that are held, by name, as they came and as they were read. Not safe for several threads.</summary>
internal sealed class ResourceTable<TMessage, T>(string typeUrl, MessageParser<TMessage> parser, ResourceTable<TMessage, T>.Reader read) : IResourceTable
    where TMessage : IMessage<TMessage>
    where T : class
{
    private const int MaxNameLength = 1024;

    private readonly Dictionary<string, Held> held = new(StringComparer.Ordinal);

    /// <summary>Null: read. Else what is wrong.</summary>
    public delegate string? Reader(string name, TMessage message, out T? value);

    public string TypeUrl => typeUrl;

    public IEnumerable<KeyValuePair<string, string>> Versions => held.Select(static h => KeyValuePair.Create(h.Key, h.Value.Version));

    public IEnumerable<string> Names => held.Keys;

    public IEnumerable<T> Values => held.Values.Select(static h => h.Value);

    /// <summary>What the last <see cref="Apply"/> changed; a null value was removed.</summary>
    public ImmutableArray<KeyValuePair<string, T?>> LastChanges { get; private set; } = [];

    public T? Find(string name) => held.GetValueOrDefault(name)?.Value;

    public string? Apply(DeltaDiscoveryResponse response)
    {
        var read = new List<KeyValuePair<string, Held>>(response.Resources.Count);
        foreach (var resource in response.Resources)
        {
            if (TryRead(resource, out var value) is { } problem)
                return $"{ResourceTypeUrl.ShortName(typeUrl)} {Hauberk.Identity.IdentityProblem.Show(resource.Name)}: {problem}";
            read.Add(KeyValuePair.Create(resource.Name, value!));
        }
        foreach (var (name, value) in read)
            held[name] = value;
        foreach (var name in response.RemovedResources)
            held.Remove(name);
        LastChanges = [
            .. read.Select(static r => KeyValuePair.Create(r.Key, (T?)r.Value.Value)),
            .. response.RemovedResources.Select(static name => KeyValuePair.Create(name, (T?)null))];
        return null;
    }

    public void Forget(string name) => held.Remove(name);

    public void ForgetVersions()
    {
        foreach (var (name, value) in held.ToList())
            held[name] = value with { Version = "" };
    }

    public DeltaDiscoveryResponse ToResponse()
    {
        var response = new DeltaDiscoveryResponse { TypeUrl = typeUrl };
        foreach (var (name, value) in held)
            response.Resources.Add(new Resource { Name = name, Version = value.Version, Resource_ = new Any { TypeUrl = typeUrl, Value = value.Body } });
        return response;
    }

    private string? TryRead(Resource resource, out Held? value)
    {
        value = null;
        if (resource.Name.Length is 0 or > MaxNameLength)
            return $"a name of {resource.Name.Length} characters";
        if (resource.Resource_?.TypeUrl != typeUrl)
            return "it is of another type";
        try
        {
            var problem = read(resource.Name, parser.ParseFrom(resource.Resource_.Value), out var decoded);
            value = decoded is null ? null : new Held(resource.Version, resource.Resource_.Value, decoded);
            return problem;
        }
        catch (InvalidProtocolBufferException e)
        {
            return e.Message;
        }
    }

    private sealed record Held(string Version, ByteString Body, T Value);
}
