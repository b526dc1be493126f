namespace Hauberk.Demo;

/// <summary>A lock that ends with the process, however that ends.</summary>
internal static class OnlyOne
{
    /// <summary>Null: another process holds it.</summary>
    public static FileStream? TryClaim(string file)
    {
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
