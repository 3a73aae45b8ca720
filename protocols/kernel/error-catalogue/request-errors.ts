/** Any request, whoever makes it and whatever it is about. */
import { type ErrorEntry, entry } from './error-entry.ts'

export const requestErrors = {
  LIMIT: entry(16, 'caller', true, 'too much at once: {what}, at most {max}', 'Wait for running work, then try again.'),
  NOT_AUTHORISED: entry(17, 'caller', false, '{what} is not allowed for this key', 'Use the key that owns it.'),
  NOT_FOUND: entry(18, 'caller', false, 'there is no {what} {id}', 'List them first.'),
  TIMEOUT: entry(124, 'network', true, '{what} took longer than {ms} ms', 'Raise the deadline, or try later.'),
  CANCELLED: entry(180, 'caller', true, 'cancelled', 'Run it again.'),
  BUG: entry(
    200,
    'bug',
    false,
    'a rule of the program does not hold: {what}',
    'Report it with the output of aitbc --debug.',
  ),
} as const satisfies Record<string, ErrorEntry>
