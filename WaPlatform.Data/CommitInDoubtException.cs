namespace WaPlatform.Data;

/// <summary>The connection broke while the database committed: the transaction is stored as a whole, or not at all, and only the database can tell.</summary>
public sealed class CommitInDoubtException(Exception inner) : Exception("The connection broke during a commit.", inner);
