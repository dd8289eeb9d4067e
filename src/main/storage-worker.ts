// The entry of the thread that owns the database: puts storage and the reading of kept rollouts together.
import { fileURLToPath } from 'node:url'
import { rowsOfLines } from './rollouts/kept-lines.ts'
import { runStorageWorker } from './storage/worker.ts'

runStorageWorker({ entry: fileURLToPath(import.meta.url), rowsOfLines })
