// Asks the registry which digest the base image's tag has now, and writes it into deploy/base-image, from which `npm run image`
// builds. A tag can be moved to another image; a digest cannot. Needs Docker and the registry.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'

const FILE = 'deploy/base-image'
const pinned = readFileSync(FILE, 'utf8').trim()
const [tag = ''] = pinned.split('@')

execFileSync('docker', ['pull', '--quiet', tag], { stdio: ['ignore', 'ignore', 'inherit'] })
const digests = execFileSync(
  'docker',
  ['image', 'inspect', '--format', '{{range .RepoDigests}}{{println .}}{{end}}', tag],
  {
    encoding: 'utf8',
  },
)
const [digest] = /sha256:[0-9a-f]{64}/.exec(digests) ?? []
if (digest === undefined) {
  process.stderr.write(`${tag} has no digest here: it was not pulled from a registry\n`)
  process.exitCode = 1
} else {
  writeFileSync(FILE, `${tag}@${digest}\n`)
  process.stdout.write(`${pinned}\n→ ${tag}@${digest}\n`)
}
