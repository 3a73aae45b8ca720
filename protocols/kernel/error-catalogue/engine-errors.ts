/** What runs models. */
import { type ErrorEntry, entry } from './error-entry.ts'

export const engineErrors = {
  ENGINE_CRASHED: entry(
    49,
    'local',
    true,
    'the engine process ended ({how}) while it ran {model}',
    'Try again; if it happens again the model does not run on this machine.',
  ),
  ENGINE_MEMORY: entry(
    50,
    'local',
    false,
    '{model} needs more than {max} bytes of memory',
    'Use a smaller batch or a machine with more memory.',
  ),
  ENGINE_DEADLINE: entry(
    51,
    'local',
    true,
    'the inference took longer than {max} ms and was stopped',
    'Raise the deadline, or use a smaller input.',
  ),
  ENGINE_FAILED: entry(
    52,
    'local',
    false,
    'the engine refused the input: {why}',
    'Check the values of the inputs against the model.',
  ),
  ENGINE_KERNELS: entry(
    235,
    'local',
    true,
    'models cannot run on {kernels} here: {why}',
    'Look at the cards of this machine with aitbc gpu; until one of them can, models run on the processor.',
  ),
  ENGINE_WRONG: entry(
    240,
    'local',
    false,
    'the engine {engine} is not used: {why}',
    'Bring the driver of the card up to date, then run aitbc gpu measure.',
  ),
} as const satisfies Record<string, ErrorEntry>
