"""Jobs: computations that take long, in processes of their own, from a queue in the database.

`service.Jobs` is what the routes use.  A computation is a process (`process`, `nursery`, `child`, `work`), because it
has to be ended at any moment and must not take the server's memory.  The queue is the table of jobs (`store`); `scheduler`
decides whose turn it is, `execution` carries out one job, and `news` tells those who wait.  Computations within a request
are `immediate`, and take `turns`.
"""
