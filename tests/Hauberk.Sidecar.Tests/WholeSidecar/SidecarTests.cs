namespace Hauberk.Sidecar.Tests.WholeSidecar;

/// <summary>Whole sidecars share the process's count of native handles, so their tests run one after another.</summary>
[CollectionDefinition("whole sidecars", DisableParallelization = true)]
public sealed class SidecarTests;
