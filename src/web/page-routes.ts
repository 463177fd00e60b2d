import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import type { FastifyPluginAsync } from 'fastify'
import { readVendored, VENDORED } from './vendored.ts'

const PAGE = fileURLToPath(new URL('page/', import.meta.url))
const BASE = '%BASE%'

const PAGE_HEADERS = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'cache-control': 'no-cache',
}

/** `GET /` and `/page/…`: the files of the page and of its libraries. The data that it shows comes from the API. */
export const pageRoutes: FastifyPluginAsync<{ publicUrl: URL | null }> = async (app, { publicUrl }) => {
  const base = `${(publicUrl?.pathname ?? '').replace(/\/+$/, '')}/`
  const index = readFileSync(`${PAGE}index.html`, 'utf8').replaceAll(BASE, base)
  // In place of the headers of all other answers: the page may load its own scripts and styles, and the browser caches
  // and revalidates them.
  app.addHook('onRequest', async (_request, reply) => void reply.headers(PAGE_HEADERS))
  await app.register(fastifyStatic, { root: PAGE, prefix: '/page/', index: false, cacheControl: false, etag: true })
  app.get('/', async (_request, reply) => reply.type('text/html; charset=utf-8').send(index))
  for (const name of VENDORED) {
    const { type, text } = readVendored(name)
    app.get(`/page/vendor/${name}`, async (_request, reply) =>
      reply.type(type).header('cache-control', 'public, max-age=3600').send(text),
    )
  }
}
