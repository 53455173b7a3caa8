namespace FlameAssistant.Data.Platform.Embedded;

/// <summary>
/// Who uses the server. One process holds the owner's lock, every process shares the users' lock. Both vanish with
/// their process, so a kill -9 leaves nothing behind that would have to be cleaned.
/// </summary>
internal sealed class ServerPresence : IDisposable
{
    private readonly ServerHome _home;
    private readonly FileLock? _owner;
    private readonly FileLock _user;

    private ServerPresence(ServerHome home, FileLock? owner, FileLock user) =>
        (_home, _owner, _user) = (home, owner, user);

    internal bool Owns => _owner is not null;

    /// <summary>Null while the last user of before is stopping the server.</summary>
    internal static ServerPresence? TryEnter(ServerHome home)
    {
        var owner = FileLock.TryTake(home.OwnerLockFile);
        if (FileLock.TryShare(home.UsersLockFile) is { } user)
            return new ServerPresence(home, owner, user);
        owner?.Dispose();
        return null;
    }

    /// <summary>Leaves; returns a lock that keeps newcomers out if we were the last, to be held while stopping.</summary>
    internal FileLock? Leave()
    {
        Dispose();
        return FileLock.TryTake(_home.UsersLockFile);
    }

    public void Dispose()
    {
        _owner?.Dispose();
        _user.Dispose();
    }
}
