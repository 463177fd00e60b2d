import { workerData } from 'node:worker_threads'

const LOOK_EVERY_MS = 1000

// Another parent process means that the service has ended.
setInterval(() => {
  if (process.ppid !== workerData) process.kill(process.pid, 'SIGKILL')
}, LOOK_EVERY_MS)
