"""The ledger: one record a job, its state, the lease of the process that holds it, and recovery after a death."""
