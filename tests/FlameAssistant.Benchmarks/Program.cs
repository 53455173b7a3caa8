Console.WriteLine("Usage: FlameAssistant.Benchmarks <name>");
