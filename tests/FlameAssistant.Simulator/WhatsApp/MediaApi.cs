using System.Globalization;

namespace FlameAssistant.Simulator.WhatsApp;

/// <summary>Graph's side of files: taken by number, described by id, given by address and token.</summary>
internal sealed class MediaApi(SimulatorState state)
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPost(
            "/{version:regex(^v\\d+\\.\\d+$)}/{phoneNumberId}/media",
            (string phoneNumberId, HttpContext http, MediaApi api) =>
                api.TakeAsync(phoneNumberId, http)
        );
        app.MapGet(
            "/simulator/media/{id}",
            (string id, HttpContext http, MediaApi api) => api.Give(id, http)
        );
    }

    /// <summary>The address holds for as long as the simulator runs; Meta's holds five minutes.</summary>
    public static IResult Describe(SimulatedFile file, HttpContext http) =>
        Results.Json(
            new
            {
                messaging_product = "whatsapp",
                url = $"{http.Request.Scheme}://{http.Request.Host}/simulator/media/{file.Id}",
                mime_type = file.ContentType,
                sha256 = file.Sha256,
                file_size = file.Content.Length.ToString(CultureInfo.InvariantCulture),
                id = file.Id,
            }
        );

    private async Task<IResult> TakeAsync(string phoneNumberId, HttpContext http)
    {
        if (state.Channels.Find(phoneNumberId) is not { } channel)
        {
            return GraphApi.Answer(GraphError.UnknownObject(phoneNumberId));
        }

        if (!GraphApi.HasToken(http, channel))
        {
            return GraphApi.Answer(GraphError.WrongToken());
        }

        var form = await UploadForm.ReadAsync(http);
        if (form?["messaging_product"].ToString() != "whatsapp")
        {
            return GraphApi.Answer(
                GraphError.Parameter("Param messaging_product must be whatsapp")
            );
        }

        if (form.Files.GetFile("file") is not { Length: > 0 } given)
        {
            return GraphApi.Answer(GraphError.Parameter("Param file is required"));
        }

        var type = form["type"].ToString();
        var file = state.Media.Keep(
            phoneNumberId,
            UploadForm.TypeOf(type.Length > 0 ? type : given.ContentType),
            given.FileName,
            await UploadForm.BytesAsync(given, http.RequestAborted)
        );
        return Results.Json(new { id = file.Id });
    }

    private IResult Give(string id, HttpContext http)
    {
        if (
            state.Media.Find(id) is not { } file
            || state.Channels.Find(file.Channel) is not { } channel
        )
        {
            return GraphApi.Answer(GraphError.UnknownObject(id));
        }

        return GraphApi.HasToken(http, channel)
            ? Results.Bytes(file.Content, file.ContentType)
            : GraphApi.Answer(GraphError.WrongToken());
    }
}
