using System.Diagnostics.CodeAnalysis;

namespace FlameAssistant.Data.Shared;

/// <summary>What an operation answers: a value, or one error that says what to do about it.</summary>
public readonly record struct Result<T>
{
    private readonly T? value;

    private Result(T? value, Error? error)
    {
        this.value = value;
        Error = error;
    }

    public Error? Error { get; }

    [MemberNotNullWhen(false, nameof(Error))]
    public bool IsOk => Error is null;

    /// <summary>The value; asking a failed result for it is a defect of the caller.</summary>
    public T Value =>
        IsOk ? value! : throw new InvalidOperationException($"The result is an error: {Error}");

    public static implicit operator Result<T>(T value) => new(value, error: null);

    public static implicit operator Result<T>(Error error) => new(default, error);
}
