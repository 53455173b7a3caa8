namespace FlameAssistant.Simulator.WhatsApp;

/// <summary>A customer sends a file, and sees those of both sides.</summary>
internal static class CustomerFiles
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPost(
            "/simulator/channels/{id}/files",
            async (string id, HttpContext http, CustomerApi customers) =>
            {
                var form = await UploadForm.ReadAsync(http);
                if (form?.Files.GetFile("file") is not { Length: > 0 } file)
                {
                    return Wrong.Input("file is missing or empty.");
                }

                return customers.Write(
                    id,
                    new CustomerMessage
                    {
                        From = Field(form, "from"),
                        Name = Field(form, "name"),
                        Username = Field(form, "username"),
                        Bsuid = Field(form, "bsuid"),
                        Text = Field(form, "text") ?? "",
                        ReplyTo = Field(form, "reply_to"),
                    },
                    new CustomerFile(
                        UploadForm.TypeOf(file.ContentType),
                        file.FileName,
                        await UploadForm.BytesAsync(file, http.RequestAborted)
                    )
                );
            }
        );
        app.MapGet(
            // The name is for whoever reads it off the address.
            "/simulator/files/{id}/{name?}",
            (string id, HttpContext http, SimulatorState state) =>
            {
                if (state.Media.Find(id) is not { } file)
                {
                    return Results.NotFound();
                }

                http.Response.Headers.XContentTypeOptions = "nosniff";
                http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
                return Results.Bytes(
                    file.Content,
                    file.Kind == "document" ? "application/octet-stream" : file.ContentType,
                    file.Kind == "document" ? file.FileName ?? "file" : null,
                    enableRangeProcessing: true
                );
            }
        );
    }

    private static string? Field(IFormCollection form, string name) =>
        form.TryGetValue(name, out var value) ? value.ToString() : null;
}

/// <summary>As the customer chose it.</summary>
internal sealed record CustomerFile(string ContentType, string FileName, byte[] Content);
