using FlameAssistant.Testing;
using FlameAssistant.Web.Shared;

namespace FlameAssistant.Web.Tests.Shared;

/// <summary>A search field under the hands of somebody who types on while the page searches.</summary>
public sealed class TypedSearchTests : IDisposable
{
    private static readonly TimeSpan pause = TimeSpan.FromMilliseconds(300);
    private readonly TestClock clock = new();
    private readonly TypedSearch typed;

    public TypedSearchTests() => typed = new TypedSearch(clock, pause);

    public void Dispose() => typed.Dispose();

    [Fact]
    public async Task Letters_typed_while_the_page_learns_of_a_search_should_stay()
    {
        (await TypeAsync("zan")).ShouldBe("zan");
        typed.Text = "zanaho";
        typed.Show("zan");
        typed.Text.ShouldBe("zanaho");

        (await TypeAsync("zanahoria")).ShouldBe("zanahoria");
        typed.Show("zanahoria");

        typed.Text.ShouldBe("zanahoria");
    }

    [Fact]
    public async Task Several_searches_on_their_way_should_leave_what_is_typed()
    {
        await TypeAsync("a");
        await TypeAsync("ab");
        typed.Text = "abc";

        typed.Show("a");
        typed.Show("ab");

        typed.Text.ShouldBe("abc");
    }

    [Fact]
    public async Task Space_between_two_words_should_stay()
    {
        (await TypeAsync("two ")).ShouldBe("two");

        typed.Show("two");

        typed.Text.ShouldBe("two ");
    }

    [Fact]
    public async Task Search_that_the_page_was_given_elsewhere_should_go_into_the_field()
    {
        await TypeAsync("a");
        typed.Show("a");
        typed.Text = "ab";
        var waiting = typed.PauseAsync();

        typed.Show("");

        typed.Text.ShouldBeEmpty();
        (await waiting).ShouldBeNull();
        (await TypeAsync("a")).ShouldBe("a");
    }

    [Fact]
    public async Task What_is_searched_for_already_should_not_be_asked_again()
    {
        typed.Show("a");

        (await TypeAsync("a ")).ShouldBeNull();
        (await TypeAsync("ab")).ShouldBe("ab");
        (await TypeAsync("a")).ShouldBe("a");
    }

    private async Task<string?> TypeAsync(string text)
    {
        typed.Text = text;
        var waiting = typed.PauseAsync();
        clock.Advance(pause);
        return await waiting;
    }
}
