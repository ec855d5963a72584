using System.Globalization;
using WaPlatform.Simulator.Groups;
using WaPlatform.Simulator.Http;

namespace WaPlatform.Simulator.Users;

/// <summary>The account's own picture and name.</summary>
internal static class ProfileRoutes
{
    private static readonly BodySpec AvatarBody = new("user.ChangeAvatarRequest");
    private static readonly BodySpec PushNameBody = new BodySpec("user.ChangePushNameRequest").Text("push_name");

    public static void AddProfileRoutes(this RouteTable routes, Gowa gowa)
    {
        routes.Post("/user/avatar", (context, cancellationToken) => ChangeAvatarAsync(gowa, context, cancellationToken));
        routes.Post("/user/pushname", (context, cancellationToken) => ChangePushNameAsync(gowa, context, cancellationToken));
    }

    private static async Task<Answer> ChangeAvatarAsync(Gowa gowa, RequestContext context, CancellationToken cancellationToken)
    {
        var body = await context.BindAsync(AvatarBody, cancellationToken);
        if (BodyBinder.MediaType(context) != "multipart/form-data")
        {
            throw ApiException.Internal("request Content-Type has bad boundary or is not multipart/form-data");
        }

        var avatar = body.File("avatar") ?? throw ApiException.Internal("there is no uploaded file associated with the given key");
        var account = await context.OnlineAccountAsync();
        if (!avatar.ContentType.StartsWith("image/", StringComparison.Ordinal))
        {
            throw ApiException.Internal("failed to decode image: image: unknown format");
        }

        var picture = gowa.Time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        gowa.World.Profiles.Change(account, profile => profile with { PictureId = picture });
        return Answer.Success("Success change avatar");
    }

    private static async Task<Answer> ChangePushNameAsync(Gowa gowa, RequestContext context, CancellationToken cancellationToken)
    {
        var body = await context.BindAsync(PushNameBody, cancellationToken);
        var account = await context.OnlineAccountAsync();

        gowa.World.Profiles.Change(account, profile => profile with { PushName = body.Text("push_name") });
        return Answer.Success("Success change push name");
    }
}
