import { html } from '../html.js'

/**
 * A table whose rows keep their place when cells change. On a narrow screen each row is a block; the roles keep it a
 * table for a screen reader.
 * @param {{
 *   caption: string,
 *   columns: readonly { label: string, cell: (row: any) => any, isNumber?: boolean, isHead?: boolean }[],
 *   rows: readonly any[], keyOf: (row: any) => string | number, classOf?: (row: any) => string,
 * }} props
 */
export function Table({ caption, columns, rows, keyOf, classOf = () => '' }) {
  return html`<div class="table">
    <table role="table">
      <caption class="hidden">
        ${caption}
      </caption>
      <thead role="rowgroup">
        <tr role="row">
          ${columns.map(
            ({ label, isNumber }) =>
              html`<th key=${label} role="columnheader" scope="col" class=${isNumber === true ? 'number' : ''}>
                ${label}
              </th>`,
          )}
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${rows.map(
          (row) =>
            html`<tr key=${keyOf(row)} role="row" class=${classOf(row)}>
              ${columns.map(({ label, cell, isNumber, isHead }) => {
                const className = isNumber === true ? 'number' : ''
                const content = html`<span class="label" aria-hidden="true">${label}</span
                  ><span class="value">${cell(row)}</span>`
                return isHead === true
                  ? html`<th key=${label} role="rowheader" scope="row" class=${className}>${content}</th>`
                  : html`<td key=${label} role="cell" class=${className}>${content}</td>`
              })}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`
}
