namespace Hauberk.ControlPlane.Store;

/// <summary>The store could not make a write durable; it did not happen.</summary>
public sealed class StoreUnavailableException(string message, Exception? cause = null) : IOException(message, cause);
