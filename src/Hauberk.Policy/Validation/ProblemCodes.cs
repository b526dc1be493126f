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
}
