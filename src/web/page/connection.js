import { shortTime } from './format.js'
import { html } from './html.js'
import { t } from './words.js'

/** Says when the figures are no longer of now. @param {{ lostSince: number | null, zone: string }} props */
export function Connection({ lostSince, zone }) {
  return html`<div role="status" class=${lostSince === null ? 'hidden' : 'banner'}>
    ${lostSince === null ? '' : t('connectionLost', { time: shortTime(lostSince, zone) })}
  </div>`
}
