using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using WaPlatform.Contracts.Messages;
using WaPlatform.Data;
using WaPlatform.Gateway.Access;
using WaPlatform.Gateway.Faults;
using WaPlatform.Gateway.Lists;

namespace WaPlatform.Gateway.Messages;

internal static class MessageEndpoints
{
    public static void MapMessages(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/messages").WithTags("Messages").WithMetadata(BodyLimit.Json);

        group.MapPost("/send", Send).RequireAuthorization(Scopes.MessagesSend);
        group.MapGet("/", ListMessages).RequireAuthorization(Scopes.MessagesRead);
        group.MapGet("/{id}", GetMessage).RequireAuthorization(Scopes.MessagesRead);
    }

    /// <summary>Sends a message. 200 when it was sent; 202 when it is accepted and not sent yet.</summary>
    /// <param name="idempotencyKey">A repeated request with the same key and body is the same message, and is sent once.</param>
    internal static async Task<Results<Ok<MessageView>, Accepted<MessageView>, ProblemResult>> Send(
        SendRequest request, [FromHeader(Name = "Idempotency-Key")] string? idempotencyKey, Sender sender, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        if (MessageDraft.Read(request, idempotencyKey, errors) is not { } draft)
        {
            return errors.ToResult();
        }

        var message = await sender.SendAsync(draft, request.Wait ?? true, request.RequireConnected ?? false, cancellationToken);
        return message.Status switch
        {
            MessageStatus.Sent or MessageStatus.Delivered or MessageStatus.Read => TypedResults.Ok(message),
            MessageStatus.Failed => Refused(message),
            _ => TypedResults.Accepted($"/api/messages/{message.Id}", message),
        };
    }

    /// <summary>One message.</summary>
    internal static async Task<Results<Ok<MessageView>, ProblemResult>> GetMessage(string id, WaDbContext db, CancellationToken cancellationToken) =>
        Guid.TryParse(id, out var key) && await db.Messages.AsNoTracking().SingleOrDefaultAsync(m => m.Id == key, cancellationToken) is { } message
            ? TypedResults.Ok(message.ToView())
            : new ProblemResult(ErrorCode.MessageNotFound, "No message has that id.");

    /// <summary>Messages, newest first.</summary>
    /// <param name="device">Only those that this device sends.</param>
    /// <param name="status">Only those in this status, or in one of several with commas.</param>
    /// <param name="to">Only those to this recipient.</param>
    internal static async Task<Results<Ok<Page<MessageView>>, ProblemResult>> ListMessages(
        string? device, string? status, string? to, string? tag, int? limit, string? after, WaDbContext db, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        var page = PageRequest.Read(limit, after, errors);
        var filter = MessageFilter.Read(device, status, to, tag, errors);
        var last = Guid.AllBitsSet;
        errors.Require(page.After is null || Guid.TryParseExact(page.After, "D", out last), "after", "Is not a cursor of this list.");
        if (errors.Any)
        {
            return errors.ToResult();
        }

        var messages = filter.Apply(db.Messages.AsNoTracking());
        var total = await messages.CountAsync(cancellationToken);
        if (page.After is not null)
        {
            messages = messages.Where(m => m.Id < last);
        }

        var rows = await messages.OrderByDescending(m => m.Id).Take(page.Limit + 1).ToListAsync(cancellationToken);
        var next = rows.Count > page.Limit ? PageRequest.Encode(rows[page.Limit - 1].Id.ToString("D")) : null;
        return TypedResults.Ok(new Page<MessageView>([.. rows.Take(page.Limit).Select(m => m.ToView())], next, total));
    }

    private static ProblemResult Refused(MessageView message) => new(new Fault(ErrorCode.EngineError, "The engine refused the message; it will not be tried again.")
    {
        EngineCode = message.Error?.Code,
        EngineMessage = message.Error?.Detail,
        MessageId = message.Id,
        Idempotent = message.Idempotent ? true : null,
    });
}
