namespace FlameAssistant.Jobs.Channels;

internal static class HttpFailures
{
    /// <summary>Whether the request certainly did not leave, so that it may be made again.</summary>
    public static bool NeverLeft(this HttpRequestException ex) =>
        ex.HttpRequestError
            is HttpRequestError.ConnectionError
                or HttpRequestError.NameResolutionError
                or HttpRequestError.SecureConnectionError
                or HttpRequestError.ProxyTunnelError;
}
