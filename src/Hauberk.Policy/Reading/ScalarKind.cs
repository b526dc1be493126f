namespace Hauberk.Policy.Reading;

/// <summary>What a scalar is after YAML's core schema; quoted text is always Text.</summary>
public enum ScalarKind
{
    Text,
    Integer,
    Decimal,
    Boolean,
    Null,
}
