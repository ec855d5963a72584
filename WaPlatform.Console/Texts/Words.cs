namespace WaPlatform.Console.Texts;

/// <summary>Names the resources with everything that the console says: Words.resx (English) and Words.pt-BR.resx.</summary>
public sealed class Words;
