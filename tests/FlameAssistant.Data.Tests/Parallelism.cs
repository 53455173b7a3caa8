// More than cores: a test waits for PostgreSQL most of its time.
[assembly: Xunit.v3.Parallelization(MaxThreads = 4)]
