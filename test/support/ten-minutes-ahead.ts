/** Loaded before the service: its machine's clock is ten minutes ahead. */
const now = Date.now
Date.now = () => now() + 600_000
