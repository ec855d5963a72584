using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using WaPlatform.Contracts.Devices;
using WaPlatform.Contracts.Messages;
using WaPlatform.Data;
using WaPlatform.Gateway.Access;
using WaPlatform.Gateway.Faults;
using WaPlatform.Gateway.Lists;
using WaPlatform.Gateway.Media;
using WaPlatform.ServiceDefaults.Media;

namespace WaPlatform.Gateway.Messages;

internal static class MessageEndpoints
{
    private const string FormType = "multipart/form-data";

    public static void MapMessages(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/messages").WithTags("Messages").WithMetadata(BodyLimit.Json);

        group.MapPost("/send", Send).RequireAuthorization(Scopes.MessagesSend).WithMetadata(new BodyLimit(SendForm.MaxBody))
            .Accepts<SendRequest>("application/json", FormType).AddOpenApiOperationTransformer(SendDescription.OfSend);
        group.MapPost("/send-bulk", SendBulk).RequireAuthorization(Scopes.MessagesSend).WithMetadata(new BodyLimit(BulkIntake.MaxBody))
            .Accepts<BulkRequest>("application/json").AddOpenApiOperationTransformer(SendDescription.OfBulk);
        group.MapGet("/", ListMessages).RequireAuthorization(Scopes.MessagesRead);
        group.MapGet("/{id}", GetMessage).RequireAuthorization(Scopes.MessagesRead);
    }

    /// <summary>Sends a message. 200 when it was sent; 202 when it is accepted and not sent yet.</summary>
    /// <param name="idempotencyKey">A repeated request with the same key and body is the same message, and is sent once.</param>
    internal static async Task<Results<Ok<MessageView>, Accepted<MessageView>, ProblemResult>> Send(
        HttpContext context, [FromHeader(Name = "Idempotency-Key")] string? idempotencyKey, SendForm form, MessageIntake intake, MediaStore media,
        DeviceAccess access, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        var (request, upload) = context.Request.HasJsonContentType() ? (await ReadJsonAsync(context, cancellationToken), null)
            : IsForm(context.Request) ? await form.ReadAsync(context.Request, errors, cancellationToken)
            : throw new BadHttpRequestException("No body that is known.", StatusCodes.Status415UnsupportedMediaType);
        var draft = request is null ? null : MessageDraft.Read(request, request.From, idempotencyKey, upload, timeProvider.GetUtcNow(), errors);
        if (draft is null || !access.Allows(draft.From.Digits))
        {
            if (upload is not null)
            {
                media.Delete(upload.Key);
            }

            return draft is null ? errors.ToResult() : ProblemResult.NoDevice(draft.From.Digits);
        }

        MessageView message;
        try
        {
            message = await intake.SendAsync(draft, request!.Wait ?? true, request.RequireConnected ?? false, cancellationToken);
        }
        catch (MediaRefusedException exception)
        {
            errors.Add("mediaUrl", exception.Message);
            return errors.ToResult();
        }

        return message.Status switch
        {
            MessageStatus.Sent or MessageStatus.Delivered or MessageStatus.Read => TypedResults.Ok(message),
            MessageStatus.Failed => Refused(message),
            _ => TypedResults.Accepted($"/api/messages/{message.Id}", message),
        };
    }

    /// <summary>Sends many messages of one device. 202 when those that are valid are stored; the others are listed.</summary>
    /// <param name="idempotencyKey">A repeated request with the same key is the same bulk; each message's own key is this one, a colon and its index.</param>
    internal static async Task<Results<Accepted<BulkView>, ProblemResult>> SendBulk(
        HttpContext context, [FromHeader(Name = "Idempotency-Key")] string? idempotencyKey, BulkIntake intake, DeviceAccess access,
        CancellationToken cancellationToken)
    {
        if (!context.Request.HasJsonContentType())
        {
            throw new BadHttpRequestException("No body that is known.", StatusCodes.Status415UnsupportedMediaType);
        }

        var errors = new FieldErrors();
        if (await SendJson.ReadAsync(context.Request, SendJson.Bulk, cancellationToken) is not { } request)
        {
            throw new BadHttpRequestException("The body is null.");
        }

        BulkIntake.Check(request, idempotencyKey, errors);
        if (errors.Any)
        {
            return errors.ToResult();
        }

        var from = PhoneNumber.Parse(request.From!);
        if (!access.Allows(from.Digits))
        {
            return ProblemResult.NoDevice(from.Digits);
        }

        var bulk = await intake.SendAsync(request, idempotencyKey, cancellationToken);
        return TypedResults.Accepted($"/api/messages?batchId={bulk.BatchId}", bulk);
    }

    /// <summary>One message.</summary>
    internal static async Task<Results<Ok<MessageView>, ProblemResult>> GetMessage(
        string id, DeviceAccess access, WaDbContext db, CancellationToken cancellationToken) =>
        Guid.TryParse(id, out var key) && await db.Messages.AsNoTracking().AllowedTo(access).SingleOrDefaultAsync(m => m.Id == key, cancellationToken) is { } message
            ? TypedResults.Ok(message.ToView())
            : new ProblemResult(ErrorCode.MessageNotFound, "No message has that id.");

    /// <summary>Messages, newest first.</summary>
    /// <param name="device">Only those that this device sends.</param>
    /// <param name="status">Only those in this status, or in one of several with commas.</param>
    /// <param name="to">Only those to this recipient.</param>
    /// <param name="batchId">Only those of this bulk.</param>
    internal static async Task<Results<Ok<Page<MessageView>>, ProblemResult>> ListMessages(
        string? device, string? status, string? to, string? batchId, string? tag, int? limit, string? after, DeviceAccess access, WaDbContext db,
        CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        var page = PageRequest.Read(limit, after, errors);
        var filter = MessageFilter.Read(device, status, to, batchId, tag, errors);
        var last = Guid.AllBitsSet;
        errors.Require(page.After is null || Guid.TryParseExact(page.After, "D", out last), "after", "Is not a cursor of this list.");
        if (errors.Any)
        {
            return errors.ToResult();
        }

        var messages = filter.Apply(db.Messages.AsNoTracking().AllowedTo(access));
        var total = await messages.CountAsync(cancellationToken);
        if (page.After is not null)
        {
            messages = messages.Where(m => m.Id < last);
        }

        var rows = await messages.OrderByDescending(m => m.Id).Take(page.Limit + 1).ToListAsync(cancellationToken);
        var next = rows.Count > page.Limit ? PageRequest.Encode(rows[page.Limit - 1].Id.ToString("D")) : null;
        return TypedResults.Ok(new Page<MessageView>([.. rows.Take(page.Limit).Select(m => m.ToView())], next, total));
    }

    private static bool IsForm(HttpRequest request) => request.ContentType?.StartsWith(FormType, StringComparison.OrdinalIgnoreCase) == true;

    private static async Task<SendRequest> ReadJsonAsync(HttpContext context, CancellationToken cancellationToken)
    {
        // The endpoint's own limit is that of a form, which goes to the disk; JSON is held.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = BodyLimit.Json.MaxRequestBodySize;
        }

        return await SendJson.ReadAsync(context.Request, SendJson.Send, cancellationToken) ?? throw new BadHttpRequestException("The body is null.");
    }

    private static ProblemResult Refused(MessageView message) => new(new Fault(ErrorCode.EngineError, "The engine refused the message; it will not be tried again.")
    {
        EngineCode = message.Error?.Code,
        EngineMessage = message.Error?.Detail,
        MessageId = message.Id,
        Idempotent = message.Idempotent ? true : null,
    });
}
