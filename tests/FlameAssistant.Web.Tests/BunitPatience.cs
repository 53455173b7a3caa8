using System.Runtime.CompilerServices;
using Bunit;

namespace FlameAssistant.Web.Tests;

/// <summary>Only what never comes true ends by waiting, whatever else the machine does; bUnit's own second is too short.</summary>
internal static class BunitPatience
{
    [ModuleInitializer]
    internal static void Set() => BunitContext.DefaultWaitTimeout = TimeSpan.FromSeconds(30);
}
