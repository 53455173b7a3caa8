using FlameAssistant.Data.Shared;
using FlameAssistant.Testing;

namespace FlameAssistant.Data.Tests.Platform;

public sealed class SharedReadsTests
{
    private readonly TestClock clock = new();
    private readonly SharedReads<int, int> reads;
    private readonly List<int> asked = [];

    public SharedReadsTests() => reads = new(clock, TimeSpan.FromSeconds(1));

    [Fact]
    public async Task Who_asks_at_the_same_moment_should_share_a_reading()
    {
        var hold = new TaskCompletionSource();
        var first = Ask([1, 2], hold.Task);
        var second = Ask([2, 3], hold.Task);
        hold.SetResult();

        (await Task.WhenAll([.. first, .. second])).ShouldBe([10, 20, 20, 30]);
        asked.Order().ShouldBe([1, 2, 3]);
    }

    [Fact]
    public async Task Who_asks_after_a_change_should_not_join_the_reading_before_it()
    {
        var hold = new TaskCompletionSource();
        var before = Ask([1], hold.Task).Single();
        reads.Forget(1);
        var after = Ask([1], Task.CompletedTask).Single();

        (await after).ShouldBe(10);
        before.IsCompleted.ShouldBeFalse();
        hold.SetResult();
        (await before).ShouldBe(10);
        asked.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Reading_should_end_by_time_and_by_failure()
    {
        await Ask([1], Task.CompletedTask).Single();
        clock.Advance(TimeSpan.FromSeconds(2));
        await Should.ThrowAsync<InvalidOperationException>(
            Ask([1], Task.FromException(new InvalidOperationException())).Single()
        );

        (await Ask([1], Task.CompletedTask).Single()).ShouldBe(10);
        asked.Count.ShouldBe(3);
    }

    private IReadOnlyList<Task<int>> Ask(int[] keys, Task hold) =>
        reads.Get(
            keys,
            async missing =>
            {
                lock (asked)
                {
                    asked.AddRange(missing);
                }
                await hold;
                return key => key * 10;
            }
        );
}
