using System.Globalization;
using WaPlatform.Simulator.Accounts;
using WaPlatform.Simulator.Http;
using WaPlatform.Simulator.Json;

namespace WaPlatform.Simulator.Groups;

/// <summary>A group's name, topic, picture and rules.</summary>
internal static class GroupSettingRoutes
{
    private const int LongestName = 25;

    private static readonly BodySpec PhotoBody = new BodySpec("group.SetGroupPhotoRequest").Text("group_id");
    private static readonly BodySpec NameBody = new BodySpec("group.SetGroupNameRequest").Text("group_id", "name");
    private static readonly BodySpec LockedBody = new BodySpec("group.SetGroupLockedRequest").Text("group_id").Boolean("locked");
    private static readonly BodySpec AnnounceBody = new BodySpec("group.SetGroupAnnounceRequest").Text("group_id").Boolean("announce");
    private static readonly BodySpec TopicBody = new BodySpec("group.SetGroupTopicRequest").Text("group_id", "topic");

    public static void AddGroupSettingRoutes(this RouteTable routes, GroupStore groups, TimeProvider time)
    {
        routes.Post("/group/photo", (context, cancellationToken) => PhotoAsync(groups, time, context, cancellationToken));
        routes.Post("/group/name", (context, cancellationToken) => NameAsync(groups, time, context, cancellationToken));
        routes.Post("/group/locked", (context, cancellationToken) => SetAsync(groups, context, LockedBody, static (group, body) =>
            (group with { Locked = body.Boolean("locked") }, body.Boolean("locked") ? "Success set group as locked" : "Success set group as unlocked"), cancellationToken));
        routes.Post("/group/announce", (context, cancellationToken) => SetAsync(groups, context, AnnounceBody, static (group, body) =>
            (group with { Announce = body.Boolean("announce") }, body.Boolean("announce") ? "Success enable announce mode" : "Success disable announce mode"), cancellationToken));
        routes.Post("/group/topic", (context, cancellationToken) => SetAsync(groups, context, TopicBody, (group, body) =>
            (group with { Topic = body.Text("topic"), TopicSetAt = time.GetUtcNow() }, body.Text("topic").Length == 0 ? "Success remove group topic" : "Success update group topic"), cancellationToken));
    }

    private static async Task<Answer> PhotoAsync(GroupStore groups, TimeProvider time, RequestContext context, CancellationToken cancellationToken)
    {
        var body = await context.BindAsync(PhotoBody, cancellationToken);
        var id = Jids.Sanitize(body.Text("group_id"));
        var photo = body.File("photo");
        if (photo is { ContentType: not ("image/jpeg" or "image/jpg" or "image/png" or "image/webp") })
        {
            throw new ApiException(400, "INVALID_IMAGE_FORMAT",
                $"Image validation failed: unsupported image format: {photo.ContentType} (supported: JPEG, PNG, WebP)");
        }

        new Rules().Required("group_id", id).Throw();
        var account = await context.OnlineAccountAsync();

        var picture = photo is null ? "" : time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        groups.Change(account, id, group => group with { PictureId = picture });
        var message = photo is null ? "Success remove group photo" : "Success update group photo";
        return Answer.Success(message, GoJson.Struct(("picture_id", photo is null ? "remove" : picture), ("message", message)));
    }

    private static async Task<Answer> NameAsync(GroupStore groups, TimeProvider time, RequestContext context, CancellationToken cancellationToken)
    {
        var body = await context.BindAsync(NameBody, cancellationToken);
        var (id, name) = (Jids.Sanitize(body.Text("group_id")), body.Text("name"));
        new Rules().Required("group_id", id).Required("name", name)
            .Check("name", name.Length <= LongestName, "the length must be between 1 and 25").Throw();
        var account = await context.OnlineAccountAsync();

        groups.Change(account, id, group => group with { Name = name, NameSetAt = time.GetUtcNow() });
        return Answer.Success($"Success update group name to '{name}'");
    }

    private static async Task<Answer> SetAsync(
        GroupStore groups, RequestContext context, BodySpec spec, Func<Group, BoundBody, (Group Group, string Done)> set, CancellationToken cancellationToken)
    {
        var body = await context.BindAsync(spec, cancellationToken);
        var id = Jids.Sanitize(body.Text("group_id"));
        new Rules().Required("group_id", id).Throw();
        var account = await context.OnlineAccountAsync();

        var done = "";
        groups.Change(account, id, group =>
        {
            (group, done) = set(group, body);
            return group;
        });
        return Answer.Success(done);
    }
}
