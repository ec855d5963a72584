using WaPlatform.Simulator.Accounts;
using WaPlatform.Simulator.Http;
using WaPlatform.Simulator.Users;

namespace WaPlatform.Simulator.Calls;

internal static class CallRoutes
{
    private static readonly BodySpec RejectBody = new BodySpec("call.RejectCallRequest").Text("caller_jid", "call_id");

    public static void AddCallRoutes(this RouteTable routes, Gowa gowa) =>
        routes.Post("/call/reject", (context, cancellationToken) => RejectAsync(gowa, context, cancellationToken));

    private static async Task<Answer> RejectAsync(Gowa gowa, RequestContext context, CancellationToken cancellationToken)
    {
        var body = await context.BindAsync(RejectBody, cancellationToken);
        new Rules().Required("caller_jid", body.Text("caller_jid")).Required("call_id", body.Text("call_id")).Throw();
        await context.RecipientAsync(gowa, Jids.Sanitize(body.Text("caller_jid")));

        return Answer.Success("Call rejected successfully");
    }
}
