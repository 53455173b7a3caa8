using System.Reflection;
using FlameAssistant.Data;
using FlameAssistant.Jobs;

namespace FlameAssistant.Architecture.Tests;

/// <summary>The house: three floors, the same rooms on each.</summary>
internal static class Floors
{
    /// <summary>Feature rooms; each may be on every floor.</summary>
    public static readonly string[] Rooms =
    [
        "Tenancy",
        "Platform",
        "Members",
        "Channels",
        "Contacts",
        "Conversations",
        "Assistants",
        "Templates",
        "Scheduling",
        "Webhooks",
        "ApiKeys",
        "Audit",
        "Analytics",
        "Notifications",
        "Work",
        "Knowledge",
    ];

    public static Assembly Data { get; } = typeof(FlameData).Assembly;

    public static Assembly Jobs { get; } = typeof(FlameJobs).Assembly;

    public static Assembly Web { get; } = Assembly.Load("FlameAssistant.Web");

    public static string Root { get; } = FindRoot();

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "FlameAssistant.sln")))
        {
            folder =
                folder.Parent
                ?? throw new InvalidOperationException(
                    "The solution's folder is not above the tests."
                );
        }
        return folder.FullName;
    }
}
