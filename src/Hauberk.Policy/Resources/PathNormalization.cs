namespace Hauberk.Policy.Resources;

/// <summary>meshConfig.pathNormalization.normalization (specification 3.9).</summary>
public enum PathNormalization
{
    None,
    Base,
    MergeSlashes,
    DecodeAndMergeSlashes,
}
