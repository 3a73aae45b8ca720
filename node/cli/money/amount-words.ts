/** Amounts and addresses as money commands take them. */
import { type Address, isAddress } from '../../../protocols/kernel/ids.ts'
import type { Credits } from '../../../protocols/kernel/money.ts'
import { type ChannelPart, STRANGERS } from '../../chain/money-desk.ts'
import { option, severalOption } from '../frame/command.ts'
import { usageError } from '../frame/usage-error.ts'
import { parseUnits } from '../jobs/price-option.ts'

/** Above zero, in the token's unit. @throws MeshError COMMAND_LINE */
export function parseSum(text: string): Credits {
  const amount = parseUnits(text)
  if (amount > 0n) return amount
  throw usageError(`${text} moves nothing`, 'Give an amount above zero.')
}

/** `0x…=2.5`. @throws MeshError COMMAND_LINE */
function parsePart(text: string): ChannelPart {
  const [given = '', amount, ...more] = text.split('=')
  const miner = given.toLowerCase()
  if (amount === undefined || more.length > 0 || !isAddress(miner) || miner === STRANGERS) {
    throw usageError(
      `${text} names no miner and amount`,
      'Give them as 0x…=2.5, with the address that aitbc peers shows.',
    )
  }
  return { miner, amount: parseSum(amount) }
}

export const partOptions = {
  miner: severalOption({
    value: 'address=amount',
    about: 'For one miner; as often as there are miners, all in one transaction.',
    parse: parsePart,
  }),
  strangers: option({
    value: 'amount',
    about: 'For miners without an own part: each of the first 64 is assured a 64th.',
    parse: parseSum,
  }),
}

/** What the contract takes in one call within a block's gas, with room: a client works with some eight miners. */
const PARTS_MAX = 64

/** @throws MeshError COMMAND_LINE for a miner that is named twice */
export function partsOf(miners: readonly ChannelPart[], strangers: Credits | undefined): readonly ChannelPart[] {
  const parts = [...miners, ...(strangers === undefined ? [] : [{ miner: STRANGERS, amount: strangers }])]
  if (parts.length > PARTS_MAX) throw usageError(`more than ${PARTS_MAX} parts at once`, 'Name fewer.')
  const seen = new Set<Address>()
  for (const { miner } of parts) {
    if (seen.has(miner)) throw usageError(`the miner ${miner} is named twice`, 'Name it once, with the sum.')
    seen.add(miner)
  }
  return parts
}
