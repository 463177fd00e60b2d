import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'

interface Service {
  readonly build?: unknown
  readonly read_only?: boolean
  readonly cap_drop?: readonly string[]
  readonly security_opt?: readonly string[]
  readonly mem_limit?: string
  readonly pids_limit?: number
}

const { services } = parse(readFileSync('docker-compose.yml', 'utf8'), { merge: true }) as {
  services: Record<string, Service>
}
const own = Object.entries(services).filter(([, { build }]) => build !== undefined)

test('there are services of our own', () => {
  expect(own.map(([name]) => name)).toContain('autoassign')
})

test.for(own)(
  '%s has no capability, no way to get one, no writable root, and bounded memory and processes',
  ([, service]) => {
    expect(service).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      mem_limit: expect.stringMatching(/^\d+m$/) as string,
      pids_limit: expect.any(Number) as number,
    })
  },
)

test('no service switches Docker’s seccomp profile off, or is privileged', () => {
  expect(readFileSync('docker-compose.yml', 'utf8')).not.toMatch(/seccomp:unconfined|privileged: true/)
})

test('the base image is pinned by its digest, and is the one that the Dockerfiles name by its tag', () => {
  const pinned = readFileSync('deploy/base-image', 'utf8')
  expect(pinned).toMatch(/^node:26-bookworm-slim@sha256:[0-9a-f]{64}\n$/)
  for (const file of ['Dockerfile', 'deploy/proxy/Dockerfile'])
    expect(readFileSync(file, 'utf8')).toContain(`ARG NODE_IMAGE=${pinned.split('@')[0]}\n`)
})
