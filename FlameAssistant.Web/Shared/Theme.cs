using MudBlazor;

namespace FlameAssistant.Web.Shared;

/// <summary>
/// MudBlazor's two palettes. The values are those of <c>wwwroot/app.css</c>, which draws everything of our own;
/// text and accent meet WCAG AA (4.5:1) on every background they stand on.
/// </summary>
public static class Theme
{
    private static readonly string[] Fonts = ["Inter", "system-ui", "sans-serif"];

    public static readonly MudTheme Flame = new()
    {
        PaletteLight = new PaletteLight
        {
            Primary = "#c2410c",
            PrimaryContrastText = "#ffffff",
            Secondary = "#53545f",
            Tertiary = "#1466c9",
            Info = "#1466c9",
            Success = "#157347",
            Warning = "#8a5a00",
            WarningContrastText = "#ffffff",
            Error = "#c4232c",
            Dark = "#1c1c21",
            Background = "#ffffff",
            BackgroundGray = "#fafafa",
            Surface = "#ffffff",
            DrawerBackground = "#f4f4f5",
            AppbarBackground = "#ffffff",
            AppbarText = "#1c1c21",
            TextPrimary = "#1c1c21",
            TextSecondary = "#53545f",
            TextDisabled = "#63646f",
            ActionDefault = "#53545f",
            ActionDisabled = "#63646f",
            LinesDefault = "#e4e4e7",
            LinesInputs = "#8c8d97",
            TableLines = "#e4e4e7",
            Divider = "#e4e4e7",
        },
        PaletteDark = new PaletteDark
        {
            Primary = "#fb923c",
            PrimaryContrastText = "#1f0f04",
            Secondary = "#b2b3be",
            Tertiary = "#78b7ff",
            Info = "#78b7ff",
            InfoContrastText = "#0b1a2b",
            Success = "#5cc98f",
            SuccessContrastText = "#06180f",
            Warning = "#f2c063",
            WarningContrastText = "#221705",
            Error = "#ff8f8f",
            ErrorContrastText = "#2b0708",
            Dark = "#27272d",
            Background = "#151518",
            BackgroundGray = "#121214",
            Surface = "#1e1e23",
            DrawerBackground = "#0e0e10",
            AppbarBackground = "#151518",
            AppbarText = "#ededf1",
            TextPrimary = "#ededf1",
            TextSecondary = "#b2b3be",
            TextDisabled = "#9a9ba7",
            ActionDefault = "#b2b3be",
            ActionDisabled = "#9a9ba7",
            LinesDefault = "#2a2a30",
            LinesInputs = "#73747f",
            TableLines = "#2a2a30",
            Divider = "#2a2a30",
        },
        LayoutProperties = new LayoutProperties { DefaultBorderRadius = "8px" },
        Typography = new Typography
        {
            Default = new DefaultTypography
            {
                FontFamily = Fonts,
                FontSize = "14px",
                LineHeight = "20px",
                LetterSpacing = "normal",
            },
            Button = new ButtonTypography { TextTransform = "none", FontWeight = "500" },
        },
    };
}
