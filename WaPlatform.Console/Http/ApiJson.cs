using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using WaPlatform.Console.Access;
using WaPlatform.Console.Devices;
using WaPlatform.Console.Events;
using WaPlatform.Console.Live;
using WaPlatform.Console.Messages;
using WaPlatform.Console.Platform;
using WaPlatform.Console.Simulator;
using WaPlatform.Console.Webhooks;

namespace WaPlatform.Console.Http;

/// <summary>How everything that goes over the wire is read and written; generated, so that nothing of it is trimmed away.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(Page<Device>))]
[JsonSerializable(typeof(NewDevice))]
[JsonSerializable(typeof(QueueEdit))]
[JsonSerializable(typeof(QrCode))]
[JsonSerializable(typeof(PairingCode))]
[JsonSerializable(typeof(DeviceStatus))]
[JsonSerializable(typeof(Page<StateChange>))]
[JsonSerializable(typeof(Purged))]
[JsonSerializable(typeof(LogLine))]
[JsonSerializable(typeof(Page<Message>))]
[JsonSerializable(typeof(MessageTimeline))]
[JsonSerializable(typeof(JsonObject))]
[JsonSerializable(typeof(DeviceChange))]
[JsonSerializable(typeof(QrChange))]
[JsonSerializable(typeof(JournalEvent))]
[JsonSerializable(typeof(EventsPage))]
[JsonSerializable(typeof(IncomingText))]
[JsonSerializable(typeof(Receipt))]
[JsonSerializable(typeof(NetworkSwitch))]
[JsonSerializable(typeof(SendFault))]
[JsonSerializable(typeof(Switch))]
[JsonSerializable(typeof(Hang))]
[JsonSerializable(typeof(Page<Webhook>))]
[JsonSerializable(typeof(WebhookWish))]
[JsonSerializable(typeof(WebhookSwitch))]
[JsonSerializable(typeof(Page<Delivery>))]
[JsonSerializable(typeof(ReplayRange))]
[JsonSerializable(typeof(Replay))]
[JsonSerializable(typeof(Page<User>))]
[JsonSerializable(typeof(NewUser))]
[JsonSerializable(typeof(RoleChange))]
[JsonSerializable(typeof(PasswordReset))]
[JsonSerializable(typeof(Page<ApiKey>))]
[JsonSerializable(typeof(NewKey))]
[JsonSerializable(typeof(Page<AuditEntry>))]
[JsonSerializable(typeof(AuditCheck))]
[JsonSerializable(typeof(Hosts))]
[JsonSerializable(typeof(EngineState))]
[JsonSerializable(typeof(RolloutWish))]
[JsonSerializable(typeof(EnginePin))]
[JsonSerializable(typeof(Page<Backup>))]
[JsonSerializable(typeof(SystemReport))]
[JsonSerializable(typeof(Jobs))]
[JsonSerializable(typeof(CleanupWish))]
[JsonSerializable(typeof(CleanupReport))]
[JsonSerializable(typeof(Dashboard))]
[JsonSerializable(typeof(Metrics))]
[JsonSerializable(typeof(Health))]
[JsonSerializable(typeof(HealthDetail))]
public sealed partial class ApiJson : JsonSerializerContext;
