import { html } from '../html.js'
import { t } from '../words.js'

/** Shown while there are no figures: the reason, without animation. @param {{ data: any, problem: any }} props */
export function Missing({ data, problem }) {
  if (problem !== null && problem.status !== 401)
    return html`<p class="problem" role="alert">${t('problem', { message: problem.message })}</p>`
  return data === null ? html`<p class="skeleton" aria-busy="true">${t('loading')}</p>` : null
}

/** @param {{ next: string | null, onMore: (next: string) => void }} props */
export function More({ next, onMore }) {
  return next === null
    ? null
    : html`<button type="button" class="more" onClick=${() => onMore(next)}>${t('more')}</button>`
}
