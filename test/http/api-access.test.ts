import { request } from 'node:http'
import { describe, expect, test } from 'vitest'
import { ADMIN, bearer, openApi, VIEWER, type Api } from '../support/api.ts'

const FROM_PAGE = { 'sec-fetch-site': 'same-origin' }
const KEYED = { 'idempotency-key': 'a-key-of-its-own' }

/** Logs in as the page does. */
async function logIn(api: Api, token: string, name = 'Olena') {
  const response = await api.post('session', { token, name }, FROM_PAGE)
  const [cookie] = response.cookies
  return { response, cookie, headers: { ...FROM_PAGE, cookie: `${cookie?.name}=${cookie?.value}` } }
}

const codeOf = (response: { json(): unknown }) => (response.json() as { error: { code: string } }).error.code

describe('a token', () => {
  test('opens the API; the errors for a missing, a wrong and an unset token differ', async () => {
    const api = await openApi()
    expect((await api.get('accounts/default/now')).statusCode).toBe(200)
    const missing = await api.get('accounts/default/now', {})
    expect([missing.statusCode, codeOf(missing)]).toEqual([401, 'not_logged_in'])
    const wrong = await api.get('accounts/default/now', bearer('wrong-token-0123456789'))
    expect([wrong.statusCode, codeOf(wrong)]).toEqual([401, 'wrong_token'])
    const none = await openApi({ tokens: [] })
    expect(codeOf(await none.get('session', {}))).toBe('no_login_configured')
  })

  test('of a viewer reads and does not act', async () => {
    const api = await openApi()
    expect((await api.get('accounts/default/now', bearer(VIEWER))).statusCode).toBe(200)
    const acting = await api.post('accounts/default/agents/1/pause', {}, { ...bearer(VIEWER), ...KEYED })
    expect([acting.statusCode, codeOf(acting)]).toEqual([403, 'viewers_only_look'])
    const checking = await api.post('accounts/default/rules/check', { text: '{}' }, bearer(VIEWER))
    expect([checking.statusCode, codeOf(checking)]).toEqual([403, 'viewers_only_look'])
    expect(api.acts).toEqual([])
  })

  test('of one account shows no other', async () => {
    const api = await openApi()
    const headers = bearer(api.betaToken)
    expect((await api.get('accounts/beta/now', headers)).statusCode).toBe(200)
    expect(codeOf(await api.get('accounts/default/now', headers))).toBe('no_such_account')
    expect((await api.get('session', headers)).json()).toMatchObject({ accounts: ['beta'] })
    expect((await api.get('accounts', headers)).json()).toMatchObject({ accounts: [{ name: 'beta' }] })
    const acting = await api.post('accounts/default/agents/1/pause', {}, { ...headers, ...KEYED })
    expect(acting.statusCode).toBe(404)
  })

  test('is not checked after ten wrong ones from its address; a session goes on', async () => {
    const api = await openApi()
    const { headers } = await logIn(api, ADMIN)
    const tries = []
    for (let i = 0; i < 12; i += 1) tries.push((await api.post('session', { token: 'x' }, FROM_PAGE)).statusCode)
    expect(tries.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 401))
    expect(tries.slice(10)).toEqual([429, 429])
    const right = await api.get('session')
    expect([right.statusCode, codeOf(right), right.headers['retry-after']]).toEqual([429, 'too_many_requests', '6'])
    expect((await api.get('session', headers)).statusCode).toBe(200)
    api.clock.advance(6000)
    expect((await api.get('session')).statusCode).toBe(200)
  })
})

describe('a session', () => {
  test('is a signed cookie for the page’s own origin, and names the person in the log of actions', async () => {
    const api = await openApi()
    const { response, cookie, headers } = await logIn(api, ADMIN)
    expect(response.json()).toEqual({
      who: 'Olena (ADMIN_TOKEN)',
      role: 'operator',
      accounts: ['default', 'beta'],
      canLogOut: true,
    })
    expect(cookie).toMatchObject({
      name: '__Host-autoassign',
      path: '/',
      secure: true,
      httpOnly: true,
      sameSite: 'Strict',
    })
    expect(cookie?.value).not.toContain(ADMIN)
    const acting = await api.post('accounts/default/agents/1/pause', { reason: ' lunch ' }, { ...headers, ...KEYED })
    expect(acting.statusCode).toBe(200)
    expect(api.acts).toMatchObject([
      { kind: 'pause', agentId: 1, until: null, who: 'Olena (ADMIN_TOKEN)', reason: 'lunch' },
    ])
  })

  test('ends after twelve hours, and says so', async () => {
    const api = await openApi()
    const { headers } = await logIn(api, ADMIN)
    api.clock.advance(12 * 3_600_000 - 1000)
    expect((await api.get('session', headers)).statusCode).toBe(200)
    api.clock.advance(1000)
    expect(codeOf(await api.get('session', headers))).toBe('session_expired')
  })

  test('holds at each instance with the same tokens, and only there; a changed cookie is refused', async () => {
    const { headers } = await logIn(await openApi(), ADMIN)
    expect((await (await openApi()).get('session', headers)).statusCode).toBe(200)
    const tokens = [{ name: 'ADMIN_TOKEN', secret: 'another-token-0123456', role: 'operator', accounts: null }] as const
    expect((await (await openApi({ tokens })).get('session', headers)).statusCode).toBe(401)
    const changed = { ...headers, cookie: headers.cookie.replace('=e', '=f') }
    expect((await (await openApi()).get('session', changed)).statusCode).toBe(401)
  })

  test.for<[string, Record<string, string>]>([
    ['another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
    ['another page of the same site', { 'sec-fetch-site': 'same-site' }],
    ['an old browser on another origin', { origin: 'https://evil.example' }],
    ['a client that names no origin', {}],
  ])('does nothing for %s', async ([, from]) => {
    const api = await openApi({ publicUrl: new URL('https://desk.example/autoassign/') })
    const { headers } = await logIn(api, ADMIN)
    const acting = await api.post('accounts/default/agents/1/pause', {}, { cookie: headers.cookie, ...KEYED, ...from })
    expect([acting.statusCode, codeOf(acting)]).toEqual([403, 'other_site'])
    expect(api.acts).toEqual([])
  })

  test('does not begin where another site makes the browser log in', async () => {
    const api = await openApi()
    const response = await api.post('session', { token: ADMIN, name: 'Olena' }, { 'sec-fetch-site': 'cross-site' })
    expect([response.statusCode, codeOf(response), response.cookies]).toEqual([403, 'other_site', []])
  })

  test('accepts an old browser whose origin is the public address', async () => {
    const api = await openApi({ publicUrl: new URL('https://desk.example/autoassign/') })
    const { headers } = await logIn(api, ADMIN)
    const from = { cookie: headers.cookie, ...KEYED, origin: 'https://desk.example' }
    expect((await api.post('accounts/default/agents/1/pause', {}, from)).statusCode).toBe(200)
  })
})

describe('single sign-on', () => {
  const ON = { singleSignOn: { userHeader: 'remote-user', operators: ['ann'] }, trustedProxies: ['10.0.0.0/8'] }
  const from = (api: Api, remoteAddress: string, headers: Record<string, string>) =>
    api.app.inject({ url: '/api/v1/session', remoteAddress, headers })

  test('takes the name from a trusted proxy; a person who is not among the operators is a viewer', async () => {
    const api = await openApi(ON)
    expect((await from(api, '10.1.2.3', { 'remote-user': 'ann' })).json()).toMatchObject({
      who: 'ann',
      role: 'operator',
    })
    expect((await from(api, '::ffff:10.1.2.3', { 'remote-user': 'bob' })).json()).toMatchObject({ role: 'viewer' })
  })

  test.for<[string, string, Record<string, string>]>([
    ['another address', '192.0.2.1', { 'remote-user': 'ann' }],
    [
      'an address that only claims to come by the proxy',
      '192.0.2.1',
      { 'remote-user': 'ann', 'x-forwarded-for': '10.1.2.3' },
    ],
    ['the proxy without a name', '10.1.2.3', {}],
    ['the proxy with an empty name', '10.1.2.3', { 'remote-user': ' ' }],
  ])('refuses %s', async ([, address, headers]) => {
    expect((await from(await openApi(ON), address, headers)).statusCode).toBe(401)
  })

  test('ignores a header that is there twice: one may be the client’s own', async () => {
    const api = await openApi({ ...ON, trustedProxies: ['127.0.0.1'] })
    const url = await api.app.listen({ host: '127.0.0.1', port: 0 })
    const ask = (names: string[]) =>
      new Promise((resolve, reject) => {
        const sent = request(`${url}/api/v1/session`, { headers: { 'remote-user': names } }, (response) => {
          response.resume()
          resolve(response.statusCode)
        })
        sent.on('error', reject).end()
      })
    expect([await ask(['bob']), await ask(['ann', 'bob'])]).toEqual([200, 401])
  })

  test('is off where no header is set', async () => {
    const api = await openApi({ trustedProxies: ['10.0.0.0/8'] })
    expect((await from(api, '10.1.2.3', { 'remote-user': 'ann' })).statusCode).toBe(401)
  })
})

describe('without a login', () => {
  test('/readyz names departments, people and files only with a token', async () => {
    const { app } = await openApi()
    const open = (await app.inject('/readyz')).body
    expect(open).toContain('routing')
    expect(open).not.toMatch(/Sales|routing\.yaml/)
    expect((await app.inject({ url: '/readyz', headers: bearer(VIEWER) })).body).toMatch(/Sales.*routing\.yaml/)
  })

  test('a session reads the metrics and the details of /readyz, but not a session for one account', async () => {
    const api = await openApi()
    const { headers } = await logIn(api, VIEWER)
    expect((await api.app.inject({ url: '/readyz', headers })).body).toContain('Sales')
    expect((await api.app.inject({ url: '/metrics', headers })).statusCode).toBe(200)
    const ofBeta = await logIn(api, api.betaToken)
    expect((await api.app.inject({ url: '/readyz', headers: ofBeta.headers })).body).not.toContain('Sales')
    expect((await api.app.inject({ url: '/metrics', headers: ofBeta.headers })).statusCode).toBe(401)
  })

  test('METRICS_TOKEN opens the metrics and the details of /readyz, and nothing else', async () => {
    const { app } = await openApi({ metricsToken: 'metrics-token-0123456789' })
    expect((await app.inject('/metrics')).statusCode).toBe(401)
    const headers = bearer('metrics-token-0123456789')
    expect((await app.inject({ url: '/metrics', headers })).statusCode).toBe(200)
    expect((await app.inject({ url: '/readyz', headers })).body).toContain('Sales')
    expect((await app.inject({ url: '/api/v1/session', headers })).statusCode).toBe(401)
  })

  test('nothing else under /api/v1 answers', async () => {
    const { app } = await openApi()
    const { paths } = (await app.inject({ url: '/api/v1/openapi.json', headers: bearer(ADMIN) })).json() as {
      paths: Record<string, object>
    }
    expect(Object.keys(paths).length).toBeGreaterThan(20)
    for (const [path, methods] of Object.entries(paths))
      for (const method of Object.keys(methods).filter((name) => name !== 'post' || !path.endsWith('/session'))) {
        const url = path.replaceAll(/\{\w+\}/g, '1')
        const payload = method === 'post' ? { payload: {} } : {}
        expect(
          (await app.inject({ method: method.toUpperCase() as 'GET', url, ...payload })).statusCode,
          `${method} ${url}`,
        ).toBe(401)
      }
    expect((await app.inject('/api/v1/docs/')).statusCode).toBe(401)
    expect((await app.inject('/api/v1/openapi.json')).statusCode).toBe(401)
  })
})

test('the page itself says nothing, and allows only its own scripts and styles', async () => {
  const { app } = await openApi({ publicUrl: new URL('https://desk.example/autoassign') })
  const page = await app.inject('/autoassign/')
  expect(page.statusCode).toBe(200)
  expect(page.headers['content-security-policy']).toContain("default-src 'none'")
  expect(page.headers['content-security-policy']).not.toContain('unsafe')
  expect(page.body).toContain('src="/autoassign/page/main.js"')
  expect(page.body).not.toMatch(/<script(?![^>]*src=)/)
  for (const path of ['/autoassign/page/main.js', '/page/vendor/hooks.js'])
    expect((await app.inject(path)).statusCode).toBe(200)
})
