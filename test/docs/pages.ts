import { globSync, readFileSync } from 'node:fs'

/** Every page that people read, by its path from the project's root. */
export const PAGES = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...globSync('docs/**/*.md').toSorted()]

export function read(page: string): string {
  return readFileSync(page, 'utf8')
}

/** The targets of the page's links and pictures, without those to other sites. */
export function linksOf(page: string): string[] {
  const prose = read(page).replaceAll(/^```.*?^```/gms, '')
  return Array.from(prose.matchAll(/\]\(([^)\s]+)\)/g), ([, target = '']) => target).filter(
    (target) => !/^https?:/.test(target),
  )
}

/** The anchors of the page's headings, as GitHub and others make them. */
export function anchorsOf(page: string): string[] {
  return Array.from(read(page).matchAll(/^#+ (.+)$/gm), ([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\- _]/gu, '')
      .replaceAll(' ', '-'),
  )
}

/** The commands in the page's blocks of shell code, in their order; one that goes over several lines is one. */
export function commandsOf(page: string): string[] {
  return Array.from(read(page).matchAll(/^ *```sh\n(.*?)^ *```$/gms), ([, block = '']) => block).flatMap((block) =>
    block
      .replaceAll(/ *\\\n */g, ' ')
      .replaceAll(/<<'end'\n.*?\nend\n/gs, (text) => text.replaceAll('\n', '␤'))
      .split('\n')
      .map((line) => line.replaceAll('␤', '\n').trim())
      .filter((line) => line !== ''),
  )
}
