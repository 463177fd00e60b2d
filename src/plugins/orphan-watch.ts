import { workerData } from 'node:worker_threads'

const LOOK_EVERY_MS = 1000

// Another parent: the service is gone, however it ended.
setInterval(() => {
  if (process.ppid !== workerData) process.kill(process.pid, 'SIGKILL')
}, LOOK_EVERY_MS)
