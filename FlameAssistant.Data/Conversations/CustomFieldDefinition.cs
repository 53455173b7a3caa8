using FlameAssistant.Data.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FlameAssistant.Data.Conversations;

/// <summary>A field that a tenant adds to its conversations or contacts.</summary>
public sealed class CustomFieldDefinition
{
    public Guid Id { get; set; }

    /// <summary>One of <see cref="CustomFieldSubjects"/>.</summary>
    public required string Subject { get; set; }

    /// <summary><c>^[a-z][a-z0-9_]{0,62}$</c>.</summary>
    public required string Key { get; set; }

    public required string Label { get; set; }

    /// <summary>One of <see cref="CustomFieldKinds"/>.</summary>
    public string Kind { get; set; } = CustomFieldKinds.Text;

    public List<string> Choices { get; set; } = [];
    public bool IsRequired { get; set; }
    public bool IsActive { get; set; } = true;
    public int Position { get; set; }
}

public static class CustomFieldKinds
{
    public const string Text = "text";
    public const string Number = "number";
    public const string Date = "date";
    public const string Boolean = "boolean";
    public const string Choice = "choice";
    public const string Url = "url";

    public static readonly IReadOnlyList<string> All = [Text, Number, Date, Boolean, Choice, Url];
}

public static class CustomFieldSubjects
{
    public const string Conversation = "conversation";
    public const string Contact = "contact";

    public static readonly IReadOnlyList<string> All = [Conversation, Contact];
}

internal sealed class CustomFieldDefinitionConfiguration
    : IEntityTypeConfiguration<CustomFieldDefinition>,
        ITenantMapping
{
    public void Configure(EntityTypeBuilder<CustomFieldDefinition> builder)
    {
        builder.ToTable("custom_field_definitions");
        builder.Property(d => d.Id).ValueGeneratedNever();
    }
}
