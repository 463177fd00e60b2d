import { en } from './words/en.js'
import { uk } from './words/uk.js'

/** @typedef {keyof typeof en} Word */

const LANGUAGES = { en, uk }
const KEY = 'autoassign-language'
let current = read()

/** The language of the page: the chosen one, else the browser's if the page has it. @returns {'en' | 'uk'} */
export function language() {
  return current
}

/** @param {'en' | 'uk'} chosen */
export function setLanguage(chosen) {
  current = chosen
  localStorage.setItem(KEY, chosen)
  document.documentElement.lang = chosen
}

/**
 * @param {Word} word
 * @param {Record<string, string | number>} [values] replace `{name}` in the sentence
 */
export function t(word, values = {}) {
  return LANGUAGES[current][word].replaceAll(/\{(\w+)\}/g, (_all, name) => String(values[name] ?? ''))
}

/** @returns {'en' | 'uk'} */
function read() {
  const chosen = localStorage.getItem(KEY) ?? navigator.language.slice(0, 2)
  return chosen === 'uk' ? 'uk' : 'en'
}

document.documentElement.lang = current
