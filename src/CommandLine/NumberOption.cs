using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace Hauberk.CommandLines;

/// <summary>Numbers with bounds, and a sentence that gives the bounds.</summary>
internal static class NumberOption
{
    public static T Read<T>(ArgumentResult argument, T least, T most) where T : struct, IBinaryInteger<T>
    {
        var isRead = T.TryParse(argument.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        if (!isRead || number < least || number > most)
            argument.AddError($"{((OptionResult)argument.Parent!).Option.Name} must be {least} to {most}");
        return number;
    }
}
