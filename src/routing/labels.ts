import type { ChatFacts } from '../domain.ts'
import type { RoutingFile } from './file-schema.ts'

type Label = NonNullable<RoutingFile['labels']>[string]

/**
 * The names of the labels whose conditions all hold. Texts are searched for phrases, not patterns, in a text that was cut:
 * no message can make it slow.
 */
export function labelsOf(labels: RoutingFile['labels'], facts: ChatFacts): string[] {
  const text = fold(facts.text)
  return Object.entries(labels ?? {}).flatMap(([name, label]) => (holds(label, facts, text) ? [name] : []))
}

function holds(label: Label, facts: ChatFacts, text: string): boolean {
  const { channel, application, language, tags, attributes } = label
  return (
    (channel === undefined || channel.includes(facts.channel)) &&
    (application === undefined || application.includes(facts.applicationId ?? 0)) &&
    (language === undefined || isAnyOf(language, [facts.language ?? ''])) &&
    (tags === undefined || isAnyOf(tags, facts.tags)) &&
    (label.text === undefined || label.text.some((phrase) => text.includes(fold(phrase)))) &&
    Object.entries(attributes ?? {}).every(([name, values]) => isAnyOf(values, [facts.attributes[name] ?? '']))
  )
}

function isAnyOf(wanted: readonly string[], found: readonly string[]): boolean {
  return wanted.some((each) => found.some((other) => fold(each) === fold(other)))
}

function fold(text: string): string {
  return text.normalize('NFC').toLowerCase()
}
