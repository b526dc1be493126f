using Grpc.Net.Client;
using Hauberk.Sidecar.Identity;

namespace Hauberk.Sidecar.Configuration;

/// <summary>The connection to the control plane that goes with the current certificate; a renewed certificate means a new connection.</summary>
internal sealed class ControlPlaneConnections : IDisposable
{
    private const int MaxMessageBytes = 64 << 20;

    private readonly Lock gate = new();
    private readonly Uri address;
    private readonly ControlPlaneTls tls;
    private readonly CertificateHolder certificates;
    private CancellationTokenSource superseded = new();
    private TaskCompletionSource<ControlPlaneConnection> current = NotYet();

    public ControlPlaneConnections(Uri address, ControlPlaneTls tls, CertificateHolder certificates)
    {
        this.address = address;
        this.tls = tls;
        this.certificates = certificates;
        certificates.Changed += Change;
        Change(certificates.Current);
    }

    /// <summary>Waits until there is a certificate to make one with. It connects when it is first used.</summary>
    public Task<ControlPlaneConnection> GetAsync(CancellationToken cancellationToken)
    {
        lock (gate)
            return current.Task.WaitAsync(cancellationToken);
    }

    public void Dispose()
    {
        certificates.Changed -= Change;
        Change(null);
        superseded.Dispose();
    }

    private void Change(WorkloadCertificate? certificate)
    {
        CancellationTokenSource old;
        GrpcChannel? oldChannel;
        lock (gate)
        {
            old = superseded;
            oldChannel = current.Task.IsCompletedSuccessfully ? current.Task.Result.Channel : null;
            superseded = new CancellationTokenSource();
            if (current.Task.IsCompletedSuccessfully)
                current = NotYet();
            if (certificate is not null)
                current.SetResult(new ControlPlaneConnection(Open(certificate), superseded.Token));
        }
        old.Cancel();
        old.Dispose();
        oldChannel?.Dispose();
    }

    private GrpcChannel Open(WorkloadCertificate certificate) =>
        GrpcChannel.ForAddress(address, new GrpcChannelOptions
        {
            HttpHandler = tls.CreateHandler(certificate),
            DisposeHttpClient = true,
            MaxReceiveMessageSize = MaxMessageBytes,
        });

    private static TaskCompletionSource<ControlPlaneConnection> NotYet() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
