using System.Globalization;
using WaPlatform.Simulator.Groups;
using WaPlatform.Simulator.Http;
using WaPlatform.Simulator.Json;

namespace WaPlatform.Simulator.Newsletters;

internal static class NewsletterRoutes
{
    private const int UsualCount = 50;
    private const int LargestCount = 100;

    private static readonly BodySpec UnfollowBody = new BodySpec("newsletter.UnfollowRequest").Text("newsletter_id");

    public static void AddNewsletterRoutes(this RouteTable routes, Gowa gowa)
    {
        routes.Post("/newsletter/unfollow", (context, cancellationToken) => UnfollowAsync(gowa, context, cancellationToken));
        routes.Get("/newsletter/messages", (context, _) => MessagesAsync(context));
    }

    private static async Task<Answer> UnfollowAsync(Gowa gowa, RequestContext context, CancellationToken cancellationToken)
    {
        var body = await context.BindAsync(UnfollowBody, cancellationToken);
        var id = body.Text("newsletter_id");
        new Rules().Required("newsletter_id", id).Throw();
        var account = await context.OnlineAccountAsync();

        gowa.World.Newsletters.Leave(account, id);
        return Answer.Success("Success unfollow newsletter");
    }

    private static async Task<Answer> MessagesAsync(RequestContext context)
    {
        var id = context.Query("newsletter_id");
        var count = context.QueryInt("count", UsualCount);
        new Rules()
            .Required("newsletter_id", id)
            .Check("newsletter_id", id.EndsWith("@newsletter", StringComparison.Ordinal), "must end with @newsletter")
            .Min("count", count, 1).Max("count", count, LargestCount)
            .Throw();
        await context.Slot.RequireOnlineAsync();

        var newsletter = Newsletter.Known.FirstOrDefault(newsletter => newsletter.Id == id) ?? throw ApiException.Internal("newsletter not found");
        var before = context.QueryInt("before", int.MaxValue);
        var posts = newsletter.Posts.Reverse().Where(post => before == 0 || post.ServerId < before).Take(count == 0 ? UsualCount : count);
        return Answer.Success("Success get newsletter messages", GoJson.Struct(("data", GoJson.List(posts, static post => GoJson.Struct(
            ("server_id", post.ServerId),
            ("message_id", string.Create(CultureInfo.InvariantCulture, $"3EB0{post.ServerId:X18}")),
            ("type", "text"),
            ("timestamp", GoTime.Seconds(post.At)),
            ("views_count", post.Views),
            ("reaction_counts", GoJson.Map(("👍", post.Views / 10), ("❤️", post.Views / 20))),
            ("text", post.Text))))));
    }
}
