/** What nvidia-smi says instead of an answer. */
import type { ToolOptions, ToolOutcome } from '../machine.ts'
import { whyOf } from '../tool-failure.ts'

/** The driver's words, and what they mean for whoever owns the machine. */
const troubles: readonly (readonly [said: RegExp, why: string])[] = [
  [/driver\/library version mismatch/i, 'the driver was updated and the one in memory is older: restart the machine'],
  [/couldn't communicate with the nvidia driver/i, 'the driver is not loaded'],
  [/insufficient permissions/i, 'this user may not ask the driver: it needs access to /dev/nvidia*'],
  [/unable to determine the device handle|gpu is lost/i, 'a card has fallen off the bus: restart the machine'],
]
const NO_CARDS = /no devices were found/i

/** Its last words are short: what follows more than this is an answer. */
const SAID_CHARS_MAX = 4_096

export const saidOf = (outcome: ToolOutcome): string =>
  outcome.kind === 'ended'
    ? `${outcome.stdout.slice(0, SAID_CHARS_MAX)}\n${outcome.stderr.slice(0, SAID_CHARS_MAX)}`
    : ''

export const saysNoCards = (outcome: ToolOutcome): boolean => NO_CARDS.test(saidOf(outcome))

export function troubleOf(outcome: ToolOutcome, options: ToolOptions): string {
  const said = saidOf(outcome)
  return troubles.find(([pattern]) => pattern.test(said))?.[1] ?? whyOf(outcome, options)
}
