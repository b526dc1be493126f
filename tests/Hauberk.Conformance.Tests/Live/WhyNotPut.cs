namespace Hauberk.Conformance.Tests.Live;

/// <summary>Why a case cannot be put to a live sidecar of today. Every case that is not put has one of these.</summary>
internal enum WhyNotPut
{
    NotAboutTraffic,
    NeedsHttpHandling,
    NeedsTlsOrigination,
    NeedsSubsetRouting,
    NeedsExternalAuthorizer,
    NeedsForwardedAddress,
    NeedsAddressThatLoopbackCannotHave,
    AsksWhereThereIsNoSidecar,
    ModeOfThePortLetsNoSuchTrafficIn,
    MeshAdmitsNoPeerOfThatTrustDomain,
    ConnectionIsNotMutualTls,
}
