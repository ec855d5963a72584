namespace WaPlatform.Gateway.OpenApi;

/// <summary>Marks an endpoint that answers 200 in other forms than JSON too, by Accept.</summary>
internal sealed record OtherForms(params string[] MediaTypes);
