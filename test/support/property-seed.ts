/**
 * Imported by property tests of the quick ring: one seed, so that a run that passed passes again. `FC_SEED=<number>` explores
 * others; a failure prints the seed it came from.
 */
import fc from 'fast-check'

const given = process.env.FC_SEED
fc.configureGlobal({ seed: given === undefined ? 20_260_101 : Number(given) })
