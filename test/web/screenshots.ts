/** Writes the pictures of the README to docs/images: `npm run screenshots`. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { createAccount, type Envelope } from '../../demo/account.ts'
import { createLimiter } from '../../demo/limiter.ts'
import { seededRandom } from '../../demo/random.ts'
import { createSender, type Sender } from '../../demo/sender.ts'
import { startService } from '../../demo/service-process.ts'
import { openStandIn } from '../../demo/stand-in.ts'
import { AGENTS, DEMO_API_KEY, DEMO_SIGNING_KEY, DEPARTMENTS } from '../../demo/team.ts'
import { startTraffic } from '../../demo/traffic.ts'
import { systemClock } from '../../src/clock.ts'

const TOKEN = 'screenshots-0123456789'
const FOLDER = 'docs/images'
const WARM_UP_MS = 30_000
const PICTURES = [
  { screen: 'now', name: 'now', colorScheme: 'light', width: 1280 },
  { screen: 'now', name: 'now-dark', colorScheme: 'dark', width: 1280 },
  { screen: 'now', name: 'now-phone', colorScheme: 'light', width: 360 },
  { screen: 'chat/1010', name: 'chat', colorScheme: 'light', width: 1280 },
  { screen: 'report', name: 'report', colorScheme: 'light', width: 1280 },
] as const

const directory = await mkdtemp(join(tmpdir(), 'autoassign-screenshots-'))
let sender: Sender | null = null
const emit = (envelope: Envelope) => sender?.send(envelope)
const account = createAccount({ agents: AGENTS, departments: DEPARTMENTS, clock: systemClock, emit })
const limiter = createLimiter('sliding', 240, systemClock)
const standIn = await openStandIn({ account, apiKey: DEMO_API_KEY, limiter })
const service = await startService(
  {
    HELPCRUNCH_API_KEY: DEMO_API_KEY,
    HELPCRUNCH_WEBHOOK_SIGNING_KEY: DEMO_SIGNING_KEY,
    HELPCRUNCH_API_URL: standIn.url,
    HELPCRUNCH_SUBDOMAIN: 'acme',
    DATABASE_URL: `file:${join(directory, 'screenshots.db')}`,
    RATE_LIMIT_PER_MINUTE: '240',
    AGENT_CAPACITY: '3',
    ADMIN_TOKEN: TOKEN,
  },
  () => undefined,
)
sender = createSender({ url: `${service.url}/webhooks/helpcrunch`, signingKey: DEMO_SIGNING_KEY, clock: systemClock })
const random = seededRandom(1)
const traffic = startTraffic({ account, chatsPerMinute: 75, conversationMs: 14_000, clock: systemClock, random })
await new Promise<void>((resolve) => void systemClock.after(WARM_UP_MS, resolve))

await mkdir(FOLDER, { recursive: true })
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
})
for (const { screen, name, colorScheme, width } of PICTURES) {
  const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme, locale: 'en-US' })
  const page = await context.newPage()
  await page.goto(service.url)
  await page.locator('input[name=token]').fill(TOKEN)
  await page.locator('input[name=name]').fill('Olena')
  await page.locator('button[type=submit]').click()
  await page.locator('nav').waitFor()
  await page.goto(`${service.url}/#/default/${screen}`)
  await page.locator('main table').last().waitFor()
  if (screen === 'report') await page.locator('canvas').waitFor()
  await page.screenshot({ path: `${FOLDER}/${name}.png` })
  await context.close()
}
await browser.close()
traffic.close()
sender.close()
service.kill('SIGTERM')
await service.ended
await standIn.close()
await rm(directory, { recursive: true, force: true })
process.stdout.write(`${PICTURES.length} pictures are in ${FOLDER}\n`)
