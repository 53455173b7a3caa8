using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.AspNetCore.Components.Web;

namespace FlameAssistant.Web.Shared;

/// <summary>The document. Pages are interactive without prerendering, except those that opt out (<c>/account/*</c>, 404).</summary>
public sealed partial class App
{
    private static readonly InteractiveServerRenderMode Interactive = new(prerender: false);

    [CascadingParameter]
    private HttpContext HttpContext { get; set; } = default!;

    private IComponentRenderMode? PageMode =>
        HttpContext.AcceptsInteractiveRouting() ? Interactive : null;

    private string ThemeName => Preferences.ThemeOf(HttpContext);

    private string Nonce => CspNonce.Of(HttpContext);

    private Dictionary<string, object> NonceAttributes =>
        new(StringComparer.Ordinal) { ["nonce"] = Nonce };
}
