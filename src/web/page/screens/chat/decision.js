import { useSurroundings } from '../../data.js'
import { duration, shortTime } from '../../format.js'
import { html } from '../../html.js'
import { Named } from '../../parts/names.js'
import { Table } from '../../parts/table.js'
import { t } from '../../words.js'

/**
 * One decision as a table: each agent with the effect of each rule. The chosen agent is first.
 * @param {{ decision: any, names: Record<string, string> }} props
 */
export function Decision({ decision, names }) {
  const { zone } = useSurroundings()
  const { decidedAt, agentId, steps, known, summary } = decision
  const rows = rowsOf(decision)
  const heading = t('decision', { time: shortTime(decidedAt, zone), wait: duration(known.waitedMs) })
  const passedOver = steps.filter((/** @type {any} */ step) => step.isPassedOver === true || step.skipped !== undefined)
  return html`<h2>${heading}</h2>
    <p lang="en">${summary}</p>
    ${passedOver.map((/** @type {any} */ { rule, skipped }) => html`<p key=${rule}><strong>${rule}</strong>: ${skipped === undefined ? t('passedOver') : t('leftOut', { why: skipped })}</p>`)}
    ${
      rows.length === 0
        ? null
        : html`<${Table}
            caption=${heading}
            rows=${rows}
            keyOf=${(/** @type {any} */ row) => row.agentId}
            classOf=${(/** @type {any} */ row) => (row.agentId === agentId ? 'chosen' : '')}
            columns=${[
              {
                label: t('agent'),
                isHead: true,
                cell: (/** @type {any} */ row) =>
                  html`<${Named} id=${row.agentId} name=${names[row.agentId]} />
                    ${row.agentId === agentId ? html`<strong class="mark">${t('chosen')}</strong>` : null}`,
              },
              ...steps.map((/** @type {any} */ step, /** @type {number} */ place) => ({
                label: step.rule,
                cell: (/** @type {any} */ row) => html`<span lang="en">${row.cells[place]}</span>`,
              })),
            ]}
          />`
    }`
}

/** The effect of each rule on each agent; the agents that were kept longest are first. @param {any} decision */
function rowsOf({ steps, agentId: winner }) {
  /** @type {Map<number, { agentId: number, cells: string[] }>} */
  const rows = new Map()
  const rowOf = (/** @type {number} */ agentId) => {
    const row = rows.get(agentId) ?? { agentId, cells: steps.map(() => '') }
    rows.set(agentId, row)
    return row
  }
  for (const [place, step] of steps.entries()) {
    for (const { reason, agentIds } of step.dropped ?? []) for (const id of agentIds) rowOf(id).cells[place] = reason
    for (const { agentId, score } of step.scores ?? []) rowOf(agentId).cells[place] = String(Number(score.toFixed(2)))
    for (const id of step.kept) {
      const row = rowOf(id)
      row.cells[place] = row.cells[place] === '' ? `✓ ${t('kept')}` : `✓ ${row.cells[place]}`
    }
  }
  const reached = (/** @type {{ cells: string[] }} */ { cells }) => cells.filter((cell) => cell.startsWith('✓')).length
  return [...rows.values()].toSorted((a, b) =>
    a.agentId === winner ? -1 : b.agentId === winner ? 1 : reached(b) - reached(a) || a.agentId - b.agentId,
  )
}
