import { shortTime } from './format.js'
import { html } from './html.js'
import { t } from './words.js'

/** Shows since when the figures are out of date. @param {{ lostSince: number | null, zone: string }} props */
export function Connection({ lostSince, zone }) {
  return html`<div role="status" class=${lostSince === null ? 'hidden' : 'banner'}>
    ${lostSince === null ? '' : t('connectionLost', { time: shortTime(lostSince, zone) })}
  </div>`
}
