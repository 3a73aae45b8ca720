/** Cards, and the tools that see them and set their limits. */
import { type ErrorEntry, entry } from './error-entry.ts'

export const cardErrors = {
  GPU_TOOL: entry(
    210,
    'local',
    true,
    '{tool} cannot be asked about the card: {why}',
    'Run {tool} in a terminal; where it hangs or fails there too, the driver has to be installed again.',
  ),
  POWER_LIMIT: entry(245, 'local', false, '{tool} does not set the power limit of a card: {why}', '{next}'),
  CARD_HOT: entry(
    255,
    'local',
    true,
    'the card is too hot to go on: {why}',
    'The work goes on elsewhere, and here when the card has cooled; see aitbc gpu.',
  ),
  CARD_NOT_HERE: entry(
    212,
    'caller',
    false,
    'this machine has no card {card}',
    'Name one by its number or a part of its name; there are: {cards}.',
  ),
  CARD_AMBIGUOUS: entry(
    213,
    'caller',
    false,
    '{card} may be any of several cards',
    'Name one by its number, or by more of its name or key: {cards}.',
  ),
  CARD_UNKNOWN: entry(211, 'caller', false, 'no model of card {what} is in the catalogue', '{next}'),
} as const satisfies Record<string, ErrorEntry>
