// The counts of live tensors and the random generator belong to the process.
[assembly: Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
