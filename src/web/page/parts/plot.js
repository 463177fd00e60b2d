import { useEffect, useRef, useState } from '../vendor/hooks.js'
import uPlot from '../vendor/uplot.js'
import { html } from '../html.js'

const HEIGHT = 200
/** More values than this are drawn as a course over time. */
const FEW = 40

/**
 * Bars for some values and a line for others; the table below has the same numbers.
 * @param {{
 *   label: string, names: readonly string[], ticks?: readonly number[],
 *   bars: { label: string, values: readonly number[] }, line: { label: string, values: readonly number[] },
 * }} props
 */
export function Plot({ label, names, bars, line, ticks }) {
  const place = useRef(/** @type {HTMLDivElement | null} */ (null))
  const isDark = useDark()
  const content = JSON.stringify([names, bars, line, isDark])
  useEffect(() => {
    const element = place.current
    if (element === null) return undefined
    const color = (/** @type {string} */ name) => colorOf(element, name)
    const axis = { stroke: color('--text'), grid: { stroke: color('--line'), width: 1 }, ticks: { show: false } }
    const isFine = names.length > FEW
    const at = ticks ?? names.map((_name, index) => index)
    const plot = new uPlot(
      {
        width: element.clientWidth,
        height: HEIGHT,
        legend: { show: true, live: false },
        cursor: { show: false },
        scales: {
          x: { time: false, range: [-0.6, names.length - 0.4] },
          y: { range: (_plot, _min, max) => [0, max * 1.1 || 1] },
        },
        axes: [
          { ...axis, splits: () => [...at], values: (_plot, splits) => splits.map((split) => names[split] ?? '') },
          axis,
        ],
        series: [
          {},
          {
            label: bars.label,
            fill: color('--accent'),
            stroke: color('--accent'),
            paths: /** @type {any} */ (uPlot.paths.bars)({ size: [0.7, 60] }),
            points: { show: false },
          },
          {
            label: line.label,
            stroke: color('--strong'),
            width: 2,
            // Between single names there are no values, so no line is drawn.
            paths: isFine ? /** @type {any} */ (uPlot.paths.stepped)({ align: 1 }) : () => null,
            points: { show: !isFine, size: 9 },
          },
        ],
      },
      [names.map((_name, index) => index), [...bars.values], [...line.values]],
      element,
    )
    const follow = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT }))
    follow.observe(element)
    return () => {
      follow.disconnect()
      plot.destroy()
    }
  }, [content])
  return html`<figure class="plot" aria-label=${label}>
    <figcaption>${label}</figcaption>
    <div ref=${place} aria-hidden="true"></div>
  </figure>`
}

/**
 * A canvas accepts no CSS variables, so the browser computes the present value.
 * @param {HTMLElement} element
 * @param {string} name
 */
function colorOf(element, name) {
  const before = element.style.color
  element.style.color = `var(${name})`
  const { color } = getComputedStyle(element)
  element.style.color = before
  return color
}

function useDark() {
  const [isDark, setIsDark] = useState(DARK.matches)
  useEffect(() => {
    const follow = () => setIsDark(DARK.matches)
    DARK.addEventListener('change', follow)
    return () => DARK.removeEventListener('change', follow)
  }, [])
  return isDark
}

const DARK = matchMedia('(prefers-color-scheme: dark)')
