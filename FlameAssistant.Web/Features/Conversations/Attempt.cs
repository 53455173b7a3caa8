using FlameAssistant.Data.Shared;
using FlameAssistant.Web.Shared;

namespace FlameAssistant.Web.Features.Conversations;

public static class Attempt
{
    /// <summary>An operation whose world may be down: a person's click then ends in a sentence, not in a broken page.</summary>
    public static async Task<Result<T>> RunAsync<T>(Func<Task<Result<T>>> operation)
    {
        try
        {
            return await operation();
        }
        catch (Exception problem) when (problem is not OutOfMemoryException)
        {
            return ErrorText.Unavailable;
        }
    }
}
