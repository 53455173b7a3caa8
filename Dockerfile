# syntax=docker/dockerfile:1
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /src
COPY global.json Directory.Build.props Directory.Packages.props .editorconfig ./
COPY FlameAssistant.Data/FlameAssistant.Data.csproj FlameAssistant.Data/
COPY FlameAssistant.Jobs/FlameAssistant.Jobs.csproj FlameAssistant.Jobs/
COPY FlameAssistant.Web/FlameAssistant.Web.csproj FlameAssistant.Web/
RUN dotnet restore FlameAssistant.Web
COPY FlameAssistant.Data FlameAssistant.Data
COPY FlameAssistant.Jobs FlameAssistant.Jobs
COPY FlameAssistant.Web FlameAssistant.Web
RUN dotnet publish FlameAssistant.Web -c Release --no-restore -o /app -p:RunAnalyzers=false

FROM mcr.microsoft.com/dotnet/aspnet:10.0
WORKDIR /app
COPY --from=build /app .
ENV ASPNETCORE_ENVIRONMENT=Production Flame__Urls=http://+:8080 Flame__Files__Path=/data/files
# What customers and agents send is kept outside the image; a new volume takes this folder's owner.
RUN mkdir /data && chown $APP_UID /data
VOLUME /data
EXPOSE 8080
USER $APP_UID
# The image has no curl: bash asks by itself.
HEALTHCHECK --interval=10s --timeout=3s --start-period=40s \
  CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /health/ready HTTP/1.0\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200 '"]
ENTRYPOINT ["dotnet", "FlameAssistant.Web.dll"]
