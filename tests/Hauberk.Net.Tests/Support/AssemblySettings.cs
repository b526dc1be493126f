// Tests assert that the process holds no native resource at their end, which only holds one test at a time.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
