namespace FlameAssistant.Web.Shared;

/// <summary>
/// What a component was drawn with, for parts that stand on a page by the dozen: a framework that cannot know whether an object
/// has changed draws all of them again with each change of one.
/// </summary>
public struct Given
{
    private object?[]? last;

    /// <summary>Whether any value differs, or any object is another one, than the last time.</summary>
    public bool Differs(params ReadOnlySpan<object?> now)
    {
        var isSame = last is not null && last.Length == now.Length;
        for (var i = 0; isSame && i < now.Length; i++)
        {
            isSame =
                ReferenceEquals(last![i], now[i])
                || (now[i] is ValueType or string && Equals(last[i], now[i]));
        }
        last = isSame ? last : now.ToArray();
        return !isSame;
    }
}
