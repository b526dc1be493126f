namespace Hauberk.Policy.Validation;

/// <summary>
/// Stable codes of every <see cref="PolicyProblem"/>; each has a page docs/codes/CODE.md.
/// 00xx reading, 01xx validation of one resource, 02xx analysis of resources together.
/// </summary>
public static class ProblemCodes
{
    public const string Syntax = "HBK0001";
    public const string TooLarge = "HBK0002";
    public const string TooDeep = "HBK0003";
    public const string TooManyNodes = "HBK0004";
    public const string Anchor = "HBK0005";
    public const string Encoding = "HBK0006";
    public const string DuplicateKey = "HBK0007";
    public const string KeyNotText = "HBK0008";
    public const string Tag = "HBK0009";
    public const string NotAResource = "HBK0010";
    public const string UnknownKind = "HBK0011";
    public const string KindNotSupported = "HBK0012";
    public const string VersionNotSupported = "HBK0013";
    public const string WrongType = "HBK0014";
    public const string UnknownValue = "HBK0015";
    public const string MissingField = "HBK0016";
    public const string UnknownField = "HBK0017";
    public const string UnknownSecurityField = "HBK0018";
    public const string NotEnforced = "HBK0019";
    public const string RefusedField = "HBK0020";
    public const string MoreProblems = "HBK0021";

    public const string InvalidName = "HBK0101";
    public const string InvalidLabel = "HBK0102";
    public const string InvalidSelector = "HBK0103";
    public const string InvalidPort = "HBK0104";
    public const string InvalidAddress = "HBK0105";
    public const string InvalidHost = "HBK0106";
    public const string GivenTwice = "HBK0107";
    public const string InvalidExportTo = "HBK0108";
    public const string InvalidIdentity = "HBK0109";
    public const string ValueNotAllowed = "HBK0110";

    public const string PortModesWithoutSelector = "HBK0111";
    public const string PortModesEmpty = "HBK0112";

    public const string SelectorAndTargets = "HBK0121";
    public const string NoRules = "HBK0122";
    public const string Provider = "HBK0123";
    public const string EmptyMatch = "HBK0124";
    public const string EmptyList = "HBK0125";
    public const string EmptyValue = "HBK0126";
    public const string InvalidServiceAccount = "HBK0127";
    public const string InvalidPathTemplate = "HBK0128";
    public const string UnknownConditionKey = "HBK0129";
    public const string ConditionWithoutValues = "HBK0130";
    public const string InvalidDryRun = "HBK0131";
    public const string TokenFieldInCustom = "HBK0132";
    public const string PrincipalWithScheme = "HBK0133";

    public const string CustomDenies = "HBK0141";
    public const string HttpFieldsTakeTcpForm = "HBK0142";
    public const string TokensNotChecked = "HBK0143";
    public const string TargetsNoSidecar = "HBK0144";

    public const string InvalidTokenRule = "HBK0151";
    public const string ClientTlsFields = "HBK0161";
    public const string VerificationSkipped = "HBK0162";
    public const string CredentialWithoutSelector = "HBK0163";
    public const string EndpointsDoNotFit = "HBK0171";
    public const string HostsNotLookedUp = "HBK0172";
    public const string InvalidMeshSetting = "HBK0181";

    public const string RootSelectorIgnored = "HBK0201";
    public const string PeerAuthenticationLoses = "HBK0202";
    public const string PortIsServicePort = "HBK0203";
    public const string HttpFieldsOnTcpPort = "HBK0204";
    public const string LiteralStar = "HBK0205";
    public const string HostWithoutPort = "HBK0206";
    public const string UnknownAppProtocol = "HBK0207";
    public const string ProtocolConflict = "HBK0208";
    public const string NoServerIdentity = "HBK0209";
    public const string DetectionWithoutEnd = "HBK0210";
    public const string UndeclaredProtocol = "HBK0211";
    public const string SelectsNothing = "HBK0212";
    public const string RuleNeverMatches = "HBK0213";
    public const string RuleShadowed = "HBK0214";
    public const string AllowDeniesTheRest = "HBK0215";
    public const string StrictWithoutSidecar = "HBK0216";
    public const string ClientAndServerContradict = "HBK0217";
    public const string ProviderUnknown = "HBK0218";
    public const string ForeignRootsForOwnDomain = "HBK0219";
    public const string ResourceGivenTwice = "HBK0220";
}
