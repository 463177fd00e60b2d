import type { RoutingFile } from '../../src/routing/file-schema.ts'

/** Something of everything that a routing file can say. */
export const FULL: RoutingFile = {
  capacity: 5,
  channels: { email: 0.5 },
  freed: { onHold: true, silentMinutes: 120 },
  shift: 'office',
  shifts: {
    office: { zone: 'Europe/Kyiv', hours: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '09:00', to: '18:00' }] },
  },
  agents: { 2: { weight: 5, skills: ['french'], capacity: 8, leave: [{ from: '2026-12-24', to: '2026-12-31' }] } },
  departments: {
    20: { whenNobody: 'anyway', overflow: [{ to: 'own', seconds: 60 }, { to: 10, seconds: 120 }, { to: 'nobody' }] },
  },
  labels: { french: { language: ['fr'] }, vip: { tags: ['vip'] } },
  needs: [{ label: 'french', skill: 'french', relaxAfterMinutes: 5 }],
  priorities: { vip: 15 },
  hereMinutes: 60,
  sticky: { waitSeconds: 30 },
  guard: { chats: 1, minutes: 5 },
  external: { url: 'http://127.0.0.1:9/', timeoutMs: 100 },
  noAnswer: { minutes: 10, awayAfter: 3 },
}
