using FlameAssistant.Data.Tenancy;

namespace FlameAssistant.Data.Channels;

/// <summary>The script with templates, paces and restrictions; a tenant below it has everything else.</summary>
internal static class CloudSchema
{
    private const int Script = 15;

    public static bool IsReady(TenantUnit unit) => unit.Tenant.SchemaVersion >= Script;
}
