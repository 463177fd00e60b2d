/** The limits of plug-ins, in one place: docs/security.md lists them. */

/** For one question to all rules of a module. A thousand agents take some 10 ms; the rest is for a machine that is busy. */
export const DEADLINE_MS = 250
/** Until a module is loaded. */
export const LOAD_DEADLINE_MS = 10_000
/** A module that was stopped is not asked for so long. */
export const REST_MS = 60_000
/** A process that was killed is waited for so long when the service closes. */
export const STOP_DEADLINE_MS = 2000
/** Questions that one module is asked at the same time; beyond these its rules are skipped. */
export const MAX_QUESTIONS = 32
export const MAX_HEAP_MB = 64
/** With its buffers, and with what Node itself takes, some 50 MB. */
export const MAX_PROCESS_MB = 256
export const MAX_WATCHED_FILES = 100
/** So often a module's failures are logged at most. */
export const REPORT_EVERY_MS = 60_000
/** So often its files are looked at. */
export const LOOK_EVERY_MS = 1000
