namespace Hauberk.Policy.Reading;

/// <summary>Where in a file something stands. Line and column count from 1; 0 where unknown.</summary>
public readonly record struct SourcePosition(string File, int Line, int Column)
{
    public override string ToString() => Line == 0 ? File : $"{File}:{Line}:{Column}";
}
