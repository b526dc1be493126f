using Hauberk.Policy.Decision;
using Hauberk.Policy.Resolution;
using Hauberk.Policy.Resources;
using Hauberk.Policy.Validation;

namespace Hauberk.Policy.Analysis.Checks;

/// <summary>Specification 6.1: ports that do not say what they speak.</summary>
internal static class PortProtocolCheck
{
    public static void Run(AnalysisContext context)
    {
        foreach (var service in context.Set.OfKind<ServiceResource>())
            for (var i = 0; i < service.Ports.Length; i++)
                Check(context, service, service.Ports[i], ProtocolOf(service.Ports[i]), i);
        foreach (var entry in context.Set.OfKind<ServiceEntryResource>())
            for (var i = 0; i < entry.Ports.Length; i++)
                Check(context, entry, entry.Ports[i],
                    ProtocolSelection.OfServiceEntry(entry.Ports[i].Number, entry.Ports[i].Name, entry.Ports[i].Protocol, entry.Ports[i].AppProtocol), i);
    }

    private static DeclaredProtocol ProtocolOf(ServicePort port) => ProtocolSelection.Of(port.Number, port.Name, port.Protocol, port.AppProtocol);

    private static void Check(AnalysisContext context, Resource resource, ServicePort port, DeclaredProtocol protocol, int index)
    {
        if (port.AppProtocol is { } app && ProtocolSelection.Stated(port.Name, port.Protocol, app) == DeclaredProtocol.Auto)
            context.Warn(ProblemCodes.UnknownAppProtocol, resource, $"spec.ports[{index}].appProtocol",
                $"the appProtocol \"{ForeignText.Shown(app)}\" is not known, so the protocol is detected; the port's name is not looked at.");
        else if (protocol == DeclaredProtocol.Auto)
            context.Warn(ProblemCodes.UndeclaredProtocol, resource, $"spec.ports[{index}]", Undeclared(port));
    }

    private static string Undeclared(ServicePort port) => port.Name.Length == 0
        ? $"port {port.Number} does not say its protocol, so it is detected from the first bytes; name it, such as \"http\" or \"tcp-db\"."
        : $"the port name \"{ForeignText.Shown(port.Name)}\" starts with no known protocol, so it is detected from the first bytes; "
            + $"\"http-{ForeignText.Shown(port.Name)}\" or \"tcp-{ForeignText.Shown(port.Name)}\" would tell.";
}
