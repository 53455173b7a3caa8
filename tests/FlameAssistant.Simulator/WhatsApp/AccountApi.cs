using System.Security.Cryptography;
using System.Text;

namespace FlameAssistant.Simulator.WhatsApp;

/// <summary>Graph's side of what is no message: the business account, its subscription, and what a token may do.</summary>
internal sealed class AccountApi(SimulatorState state)
{
    private static readonly string[] Rights =
    [
        "whatsapp_business_management",
        "whatsapp_business_messaging",
    ];

    public static void Map(IEndpointRouteBuilder app)
    {
        var graph = app.MapGroup("/{version:regex(^v\\d+\\.\\d+$)}");
        graph.MapGet(
            "/me/permissions",
            (HttpContext http, AccountApi api) => api.Permissions(http)
        );
        graph.MapGet(
            "/{wabaId}/phone_numbers",
            (string wabaId, HttpContext http, AccountApi api) =>
                api.Of(wabaId, http, numbers => numbers.Select(n => new { id = n.PhoneNumberId }))
        );
        graph.MapGet(
            "/{wabaId}/subscribed_apps",
            (string wabaId, HttpContext http, AccountApi api) =>
                api.Of(
                    wabaId,
                    http,
                    _ => [new { whatsapp_business_api_data = new { id = "1", name = "Flame" } }]
                )
        );
        graph.MapPost(
            "/{wabaId}/subscribed_apps",
            (string wabaId, HttpContext http, AccountApi api) => api.Subscribe(wabaId, http)
        );
    }

    /// <summary>Graph checks the proof wherever one is given.</summary>
    public static bool HasWrongProof(HttpContext http, SimulatedChannel channel) =>
        http.Request.Query["appsecret_proof"].ToString() is { Length: > 0 } proof
        && !proof.Equals(
            Convert.ToHexStringLower(
                HMACSHA256.HashData(
                    Encoding.UTF8.GetBytes(channel.AppSecret),
                    Encoding.UTF8.GetBytes(channel.AccessToken)
                )
            ),
            StringComparison.Ordinal
        );

    private IResult Permissions(HttpContext http) =>
        state.Channels.All().Any(channel => GraphApi.HasToken(http, channel))
            ? Results.Json(
                new
                {
                    data = Rights.Select(right => new { permission = right, status = "granted" }),
                }
            )
            : GraphApi.Answer(GraphError.WrongToken());

    private IResult Of(
        string wabaId,
        HttpContext http,
        Func<IReadOnlyList<SimulatedChannel>, IEnumerable<object>> data
    ) =>
        Numbers(wabaId, http, out var refusal) is { } numbers
            ? Results.Json(new { data = data(numbers) })
            : refusal!;

    private IResult Subscribe(string wabaId, HttpContext http) =>
        Numbers(wabaId, http, out var refusal) is null
            ? refusal!
            : Results.Json(new { success = true });

    private List<SimulatedChannel>? Numbers(string wabaId, HttpContext http, out IResult? refusal)
    {
        List<SimulatedChannel> numbers =
        [
            .. state.Channels.All().Where(channel => channel.WabaId == wabaId),
        ];
        refusal = numbers switch
        {
            [] => GraphApi.Answer(GraphError.UnknownObject(wabaId)),
            _ when !numbers.Any(number => GraphApi.HasToken(http, number)) => GraphApi.Answer(
                GraphError.WrongToken()
            ),
            _ => null,
        };
        return refusal is null ? numbers : null;
    }
}
