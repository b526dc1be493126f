using Grpc.Net.Client;

namespace Hauberk.Sidecar.Configuration;

/// <summary>One mutually authenticated connection to the control plane.</summary>
/// <param name="Superseded">Fires when the certificate it was made with has been replaced or has run out.</param>
internal sealed record ControlPlaneConnection(GrpcChannel Channel, CancellationToken Superseded);
