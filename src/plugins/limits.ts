/** The limits of plug-ins, in one place: docs/security.md lists them. */

/** For one question to all rules of a module. A thousand agents take about 10 ms; the rest is for a busy machine. */
export const DEADLINE_MS = 250
/** For loading a module. */
export const LOAD_DEADLINE_MS = 10_000
/** How long a module that was stopped is not asked. */
export const REST_MS = 60_000
/** How long the closing service waits for a killed process to end. */
export const STOP_DEADLINE_MS = 2000
/** The most questions to one module at the same time; beyond these its rules are skipped. */
export const MAX_QUESTIONS = 32
export const MAX_HEAP_MB = 64
/** Includes buffers and about 50 MB for Node itself. */
export const MAX_PROCESS_MB = 256
export const MAX_WATCHED_FILES = 100
/** The shortest time between two log lines about a module's failures. */
export const REPORT_EVERY_MS = 60_000
/** How often a module's files are polled. */
export const LOOK_EVERY_MS = 1000
