import { parseArgs } from 'node:util'
import { runDemo } from './demo.ts'
import { serveStandIn } from './serve.ts'
import { runVirtualDemo } from './virtual/virtual-demo.ts'

const HELP = `Shows the service at work on a stand-in for HelpCrunch, with made-up traffic.

  npm run demo                      until Ctrl-C
  npm run demo -- --seconds 30      ends by itself: exit code 0, or 1 if a chat was lost
  npm run demo -- --rate 90         new chats a minute (60)
  npm run demo -- --seed 7          other traffic (1)
  npm run demo -- --virtual-days 7  a week of a team of sixteen in virtual time, once per policy: exit code 1 if a chat
                                    had nobody although somebody was eligible, or a capacity or the limit was exceeded

The stand-in alone, for a service that runs elsewhere:
  node demo/main.ts --stand-in --host 0.0.0.0 --port 4000 --webhooks http://localhost:3000/webhooks/helpcrunch
`

const { values } = parseArgs({
  options: {
    help: { type: 'boolean', default: false },
    seconds: { type: 'string' },
    rate: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    'virtual-days': { type: 'string' },
    'stand-in': { type: 'boolean', default: false },
    host: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string', default: '4000' },
    webhooks: { type: 'string', default: 'http://127.0.0.1:3000/webhooks/helpcrunch' },
  },
})

function positive(name: string, text: string): number {
  const number = Number(text)
  if (Number.isFinite(number) && number > 0) return number
  process.stderr.write(`--${name} is "${text}"; it should be a number above 0\n`)
  process.exit(1)
}

const seconds = values.seconds === undefined ? null : positive('seconds', values.seconds)
const chatsPerMinute = positive('rate', values.rate)
const seed = positive('seed', values.seed)
const virtualDays = values['virtual-days'] === undefined ? null : positive('virtual-days', values['virtual-days'])
// Resolved by Ctrl-C, and by whoever stops the container.
const interrupted = new Promise<void>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => resolve())
})

if (values.help) process.stdout.write(HELP)
else if (values['stand-in']) {
  const { host, webhooks } = values
  await serveStandIn({ host, port: positive('port', values.port), webhooks, chatsPerMinute, seed, interrupted })
} else if (virtualDays !== null) {
  const controller = new AbortController()
  void interrupted.then(() => controller.abort())
  process.exitCode = await runVirtualDemo({ days: virtualDays, seed, signal: controller.signal })
} else process.exitCode = await runDemo({ seconds, chatsPerMinute, seed, interrupted })
