import { chromium, type BrowserContextOptions, type Page } from 'playwright-core'
import { onTestFinished } from 'vitest'

const ADMIN_TOKEN = 'admin-token-0123456789'
export const VIEWER_TOKEN = 'viewer-token-0123456789'
/** What the service needs for its page. */
export const PAGE_ENV = { ADMIN_TOKEN, VIEWER_TOKEN, HELPCRUNCH_SUBDOMAIN: 'acme' }
const PATIENCE_MS = 15_000

/** A browser window for the test; an error on the page fails the test. */
export async function openBrowser(
  options: BrowserContextOptions = {},
  strictness: 'may complain' | 'silent' = 'silent',
): Promise<Page> {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  })
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-US', ...options })
  const page = await context.newPage()
  page.setDefaultTimeout(PATIENCE_MS)
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.stack ?? error.message))
  page.on('console', (message) => {
    if (/Content Security Policy/.test(message.text())) complaints.push(message.text())
  })
  onTestFinished(async () => {
    await browser.close()
    if (strictness === 'silent' && complaints.length > 0)
      throw new Error(`the page complained: ${complaints.join('\n')}`)
  })
  return page
}

/** Opens the page, and logs in as a person does. */
export async function logIn(page: Page, url: string, token = ADMIN_TOKEN, name = 'Olena'): Promise<void> {
  await page.goto(url)
  await page.locator('input[name=token]').fill(token)
  await page.locator('input[name=name]').fill(name)
  await page.locator('button[type=submit]').click()
  await page.locator('nav').waitFor()
}

/** Opens a screen by the menu. */
export async function openScreen(page: Page, name: string): Promise<void> {
  await page.getByRole('navigation').getByRole('link', { name, exact: true }).click()
  await page.getByRole('heading', { level: 1, name }).waitFor()
}

/** The row of a table with this text. */
export function rowWith(page: Page, table: string, text: string | RegExp) {
  return page.getByRole('table', { name: table }).getByRole('row').filter({ hasText: text })
}
