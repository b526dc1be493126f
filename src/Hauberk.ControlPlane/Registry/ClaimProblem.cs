namespace Hauberk.ControlPlane.Registry;

/// <summary>A resource claims what it may not have.</summary>
/// <param name="Field">Where it does so.</param>
internal sealed record ClaimProblem(string Field, string Message);
