import { parentPort, workerData } from 'node:worker_threads'
import { readRoutingFile } from '../routing/read-file.ts'

/** The thread of `readRoutingFileApart`: reads one text, and ends. */
// eslint-disable-next-line unicorn/require-post-message-target-origin -- that is for windows
parentPort?.postMessage(readRoutingFile(String(workerData)))
