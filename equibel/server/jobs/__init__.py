"""Jobs: long computations in processes of their own, from a queue in the database.

The routes use `job_service.JobService`.  A computation is a process (`process`, `fork_server`, `child`, `child_work`): so it
can be ended at any moment and does not use the server's memory.  The queue is the table of jobs (`job_store`); `scheduler`
chooses the next job, `job_execution` runs one job, and `notifications` wakes the requests that wait for it.  Computations
within a request are in `immediate`, and take `turns`.
"""
