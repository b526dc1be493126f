namespace Hauberk.ControlPlane.Store;

/// <param name="Resource">Done: as stored, or as it was before its deletion. Conflict: what is there instead. Else null.</param>
/// <param name="Revision">Of this write; of the unchanged resource where nothing changed; 0 where nothing was written.</param>
public sealed record WriteResult(WriteOutcome Outcome, StoredResource? Resource = null, long Revision = 0)
{
    public bool IsDone => Outcome == WriteOutcome.Done;
}
