import { openChats } from './chats.ts'
import type { TrafficJob, TrafficResult, TrafficSetup } from './contract.ts'
import { drain, freeSlots, oneByOne, pace, saturate } from './jobs.ts'

const setup = JSON.parse(process.argv[2] ?? '') as TrafficSetup
const chats = await openChats(setup)

async function run(job: TrafficJob): Promise<TrafficResult> {
  if (job.kind === 'free slots') return (await freeSlots(chats, job))()
  chats.settings.urls = job.urls
  chats.settings.isEchoed = job.isEchoed
  const departments = job.departments ?? setup.departments.map(({ id }) => id)
  const read = await start(job, departments)
  await drain(chats, job.drainSeconds)
  const result = read()
  chats.giveUp()
  return result
}

function start(job: Exclude<TrafficJob, { kind: 'free slots' }>, departments: readonly number[]) {
  switch (job.kind) {
    case 'saturate':
      return saturate(chats, job, departments)
    case 'pace':
      return pace(chats, job, departments)
    case 'one by one':
      return oneByOne(chats, job, departments)
  }
}

// The process that started this one has ended.
process.once('disconnect', () => process.exit())
process.on('message', async (job: TrafficJob) => void process.send?.(await run(job)))
process.send?.({ url: chats.url })
