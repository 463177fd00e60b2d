export type Row = Readonly<Record<string, string | number>>

/** The result of a section: printed for a person, and stored as it is. */
export interface Table {
  readonly title: string
  /** The keys of the first row are the heads of the columns. */
  readonly rows: readonly Row[]
  /** Notes on the figures: goals, and the conditions that all rows share. */
  readonly notes: readonly string[]
}

/**
 * Measures one thing.
 * @param isQuick few rounds: shows that the section still runs, and gives no figures worth keeping
 * @param directory for its databases; on the disk that the project is on
 */
export type Section = (options: { isQuick: boolean; directory: string }) => Promise<Table>
