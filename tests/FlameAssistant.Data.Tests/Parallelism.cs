// More than cores: a test waits for PostgreSQL most of its time.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]
