using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Hauberk.Api.ConfigApi;

/// <summary>One request, one bounded answer: HTTP and its failures become values here, and nowhere else.</summary>
internal sealed class ConfigApiTransport : IDisposable
{
    private const int MaxWarningLength = 1024;
    private readonly Kubeconfig kubeconfig;
    private readonly ApiLimits limits;
    private readonly TimeProvider clock;
    private readonly ControlPlaneVerifier verifier;
    private readonly HttpMessageInvoker http;

    public ConfigApiTransport(Kubeconfig kubeconfig, ApiLimits limits, TimeProvider clock)
    {
        this.kubeconfig = kubeconfig;
        this.limits = limits;
        this.clock = clock;
        verifier = new ControlPlaneVerifier(kubeconfig.Roots, clock);
        http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            SslOptions = verifier.CreateTlsOptions(kubeconfig.ClientChain),
            ConnectTimeout = limits.ConnectTimeout,
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            AutomaticDecompression = DecompressionMethods.None,
            MaxResponseHeadersLength = 64,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        });
    }

    public Uri Server => kubeconfig.Server;

    public async Task<ApiAnswer<JsonElement>> SendAsync(
        HttpMethod method, string path, ReadOnlyMemory<byte>? body, CancellationToken cancellation)
    {
        using var timeout = new CancellationTokenSource(limits.CallTimeout, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
        try
        {
            using var response = await RequestAsync(method, path, body, both.Token).ConfigureAwait(false);
            return await ReadAsync(response, both.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested && Explain(e) is { } problem)
        {
            return ApiAnswer<JsonElement>.Failed(problem, []);
        }
    }

    /// <summary>The body of a success as it arrives; the caller disposes it. Only the start of the answer is bound in time.</summary>
    public async Task<ApiAnswer<Stream>> OpenAsync(string path, CancellationToken cancellation)
    {
        using var timeout = new CancellationTokenSource(limits.CallTimeout, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
        try
        {
            var response = await RequestAsync(HttpMethod.Get, path, null, both.Token).ConfigureAwait(false);
            if (response.IsSuccessStatusCode)
            {
                var body = await response.Content.ReadAsStreamAsync(both.Token).ConfigureAwait(false);
                return ApiAnswer<Stream>.Of(body, WarningsOf(response));
            }
            using (response)
            {
                var refused = await ReadAsync(response, both.Token).ConfigureAwait(false);
                return ApiAnswer<Stream>.Failed(refused.Problem!, refused.Warnings);
            }
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested && Explain(e) is { } problem)
        {
            return ApiAnswer<Stream>.Failed(problem, []);
        }
    }

    private Task<HttpResponseMessage> RequestAsync(
        HttpMethod method, string path, ReadOnlyMemory<byte>? body, CancellationToken cancellation)
    {
        var request = new HttpRequestMessage(method, new Uri(kubeconfig.Server, path));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("hauberk", null));
        if (kubeconfig.Token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", kubeconfig.Token);
        if (body is { } json) request.Content = new ReadOnlyMemoryContent(json) { Headers = { ContentType = new("application/json") } };
        return http.SendAsync(request, cancellation);
    }

    private async Task<ApiAnswer<JsonElement>> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var warnings = WarningsOf(response);
        var body = await ReadBoundedAsync(response.Content, cancellation).ConfigureAwait(false);
        if (body is null)
            return Failed(new(ApiProblemKind.TooLarge, $"the answer is larger than {limits.MaxResponseBytes} bytes"));
        var json = ApiJson.TryParse(body.Value, limits.MaxJsonDepth);
        if (!response.IsSuccessStatusCode) return Failed(ApiStatus.ProblemOf((int)response.StatusCode, json));
        return json is { } value
            ? ApiAnswer<JsonElement>.Of(value, warnings)
            : Failed(new(ApiProblemKind.Malformed, "the answer is not JSON"));

        ApiAnswer<JsonElement> Failed(ApiProblem problem) => ApiAnswer<JsonElement>.Failed(problem, warnings);
    }

    private async Task<ReadOnlyMemory<byte>?> ReadBoundedAsync(HttpContent content, CancellationToken cancellation)
    {
        if (content.Headers.ContentLength > limits.MaxResponseBytes) return null;
        using var stream = await content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        using var held = new MemoryStream();
        var buffer = new byte[16 * 1024];
        for (int read; (read = await stream.ReadAsync(buffer, cancellation).ConfigureAwait(false)) > 0;)
        {
            if (held.Length + read > limits.MaxResponseBytes) return null;
            held.Write(buffer, 0, read);
        }
        return held.GetBuffer().AsMemory(0, (int)held.Length);
    }

    private ImmutableArray<string> WarningsOf(HttpResponseMessage response) =>
        [.. response.Headers.Warning.Take(limits.MaxWarnings).Select(warning => Cut(Unquote(warning.Text)))];

    private static string Cut(string text) => text.Length <= MaxWarningLength ? text : text[..MaxWarningLength];

    private static string Unquote(string text) =>
        text is ['"', .. var inner, '"']
            ? inner.Replace("\\\"", "\"", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal)
            : text;

    private ApiProblem? Explain(Exception e) => e switch
    {
        OperationCanceledException => new(ApiProblemKind.TimedOut, $"no answer from {Server.Authority} in time"),
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } =>
            new(ApiProblemKind.Unreachable, $"the host {Server.Host} is not known"),
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => Untrusted(e),
        HttpRequestException http => new(ApiProblemKind.Unreachable, $"{Server.Authority}: {Innermost(http).Message}"),
        IOException => new(ApiProblemKind.Unreachable, $"the connection to {Server.Authority} broke off"),
        _ => null,
    };

    private ApiProblem Untrusted(Exception e) => verifier.Refusal is { } refusal
        ? new(ApiProblemKind.Untrusted, $"{Server.Authority} is not the control plane of {kubeconfig.Roots.TrustDomain}: {refusal}")
        : new(ApiProblemKind.Untrusted, $"no TLS connection to {Server.Authority}: {Innermost(e).Message}");

    private static Exception Innermost(Exception e) => e.GetBaseException();

    public void Dispose() => http.Dispose();
}
