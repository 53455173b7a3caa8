using System.Linq.Expressions;

namespace FlameAssistant.Data.Shared;

/// <summary>
/// Puts a compiled query together of parts that other queries use, too: EF Core reads a query's own expression, and no call in it
/// of something that would return one.
/// </summary>
internal static class QueryText
{
    /// <summary>The body of a lambda with these in place of its parameters.</summary>
    public static Expression With(this LambdaExpression lambda, params Expression[] arguments) =>
        new Replacement(
            lambda.Parameters.Zip(arguments).ToDictionary(p => (Expression)p.First, p => p.Second)
        ).Visit(lambda.Body)!;

    private sealed class Replacement(IReadOnlyDictionary<Expression, Expression> by)
        : ExpressionVisitor
    {
        public override Expression? Visit(Expression? node) =>
            node is not null && by.TryGetValue(node, out var other) ? other : base.Visit(node);
    }
}
