namespace Hauberk.Lab;

/// <summary>The laboratory itself failed: a program is missing, a namespace could not be made, a condition never came true.</summary>
public sealed class LabException(string message) : Exception(message);
