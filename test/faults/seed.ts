/** Every run prints its seed with its name; the same seed makes the same choices: `SEED=123 npm run test:faults`. */
export const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 1e6))
