using FlameAssistant.Data.Channels;
using FlameAssistant.Data.Conversations;
using FlameAssistant.Data.Shared;

namespace FlameAssistant.Web.Features.Conversations;

/// <summary>What is made in a dialog and sent as a whole: approved templates, and what a customer chooses from.</summary>
public sealed partial class Composer
{
    private TemplateDialog? templates;
    private ChoicesDialog? choices;

    private ChannelRules Rules => ChannelRules.Of(Details.Channel.Type);

    /// <summary>Also, and above all, while nothing else may be sent.</summary>
    private bool MayTemplate =>
        Rules.HasTemplates
        && Window.Bar is ReplyBar.None or ReplyBar.WindowEnded or ReplyBar.NeverWritten;

    private bool MayChoose =>
        Rules.MaxButtons > 0 || Rules.MaxRows > 0 || Rules.TakesLinks || Rules.TakesPlaces;

    private Task<Error?> SendWholeAsync(OutgoingText whole) => Send(whole with { Quoted = quote });

    /// <summary>The dialog began with what was typed here: sent, it is gone from here. A place and a contact leave it.</summary>
    private async Task<Error?> SendChoiceAsync(OutgoingText choice, string begunWith)
    {
        var problem = await Send(choice with { Quoted = quote });
        if (problem is null)
        {
            quote = null;
            if (choice.Text.Length > 0 && text == begunWith)
            {
                text = "";
                draft.Touch();
                await draft.SaveAsync();
            }
            StateHasChanged();
        }
        return problem;
    }
}
