using System.IO.MemoryMappedFiles;

namespace Hauberk.Fuzz;

/// <summary>The input that is being tried, in a file that outlives the process: a stack overflow leaves no other trace.</summary>
internal sealed class CurrentInput : IDisposable
{
    private readonly string path;
    private readonly MemoryMappedFile file;
    private readonly MemoryMappedViewAccessor view;

    public CurrentInput(string path)
    {
        this.path = path;
        file = MemoryMappedFile.CreateFromFile(path, FileMode.Create, null, sizeof(int) + FuzzLimits.MaxInputBytes);
        view = file.CreateViewAccessor();
    }

    public void Set(byte[] input)
    {
        view.Write(0, input.Length);
        view.WriteArray(sizeof(int), input, 0, input.Length);
    }

    /// <summary>What a process that died was trying; null: none died.</summary>
    public static byte[]? Recover(string path)
    {
        if (!File.Exists(path)) return null;
        var bytes = File.ReadAllBytes(path);
        File.Delete(path);
        return bytes.Length < sizeof(int) ? null : bytes[sizeof(int)..(sizeof(int) + Math.Clamp(BitConverter.ToInt32(bytes), 0, bytes.Length - sizeof(int)))];
    }

    public void Dispose()
    {
        view.Dispose();
        file.Dispose();
        File.Delete(path);
    }
}
