/** `aitbc price`: what this miner asks and why, what others ask, and the owner's word about it. */
import { isMeshError } from '../../../protocols/kernel/errors.ts'
import { formatCredits, parseCredits } from '../../../protocols/kernel/money.ts'
import { namedPriceIs, priceStrategies } from '../../../protocols/rules/pricing/price-strategies.ts'
import type { AsJson } from '../../control/as-json.ts'
import type { PriceReport } from '../../control/methods/price-method.ts'
import {
  argument,
  type Command,
  type CommandContext,
  defineCommand,
  defineSubcommand,
  option,
  optionalArgument,
} from '../frame/command.ts'
import { usageError } from '../frame/usage-error.ts'
import { parseUnits } from '../jobs/price-option.ts'
import { pricesText } from './price-text.ts'

export type PriceJson = AsJson<PriceReport>

type Context = Pick<CommandContext, 'config' | 'dataFolder' | 'signal' | 'out' | 'mayAsk'>

const JSON_ABOUT =
  'With --json: {"prices": [{"model", "name", "strategy", "asked", "told": {"base", "endsAtMs"}, "classes": {"realtime", "fast", "standard", ' +
  '"economy"}, "base", "formula", "isFloor", "multipliers": {"latency", "capability", "performance", "demand", "timeOfDay", "complexity"}, ' +
  'each {"factor", "why"}, "floor", "bound", "steps": [{"base", "why"}], "others", "cheaper"}], "market": {"model", "modelName", "miners": ' +
  '[{"miner", "base", "endsAtMs", "jobs", "jobsMax", "classes", "terms": {"strategy", "reference", "formula", "factors": [{"name", ' +
  '"millionths"}], "floor", "bound"}}]}}; "market" is null where no model is named; amounts in credits.'

const show = defineSubcommand({
  name: 'show',
  summary: 'show what is asked for a model, and why',
  about:
    'Of a miner its own prices: the base of the type of job, every multiplier with its reason, the floor, what the strategy made of it, ' +
    'and how many others ask less. Of a model that is named also what miners of the network ask, with what they say it is made of; a ' +
    `job is charged what the offer says. ${JSON_ABOUT}`,
  examples: [
    { line: 'aitbc price show', about: 'of all that this miner serves' },
    { line: 'aitbc price show characters', about: 'and what others ask for it' },
  ],
  settings: ['entryPeers', 'passphraseFile'],
  arguments: { model: optionalArgument('name or id of the model') },
  run: ({ arguments: { model }, ...context }) => shown(context, model),
})

const NONE = 'none'
const boundOption = (which: string) =>
  option({
    value: 'amount',
    about: `The ${which} that a moving price may ask; none takes it away.`,
    parse: (text: string) => (text === NONE ? NONE : formatCredits(parseUnits(text))),
  })

/** By their names; `fixed` is an amount. */
const STRATEGIES = priceStrategies.filter((each) => namedPriceIs[each] !== 'asked')

const set = defineSubcommand({
  name: 'set',
  summary: 'name a price, or say how it moves',
  about:
    'An amount is asked as it is named. market asks what the market takes the work to be worth, undercut a hundredth less than the cheapest ' +
    'other, demand begins with the price that was named and follows how busy this node is, 2 % a minute at most. It is written to the ' +
    'file of this node, and a running miner goes by it at once: others are told within a minute, and what was told before is kept for ' +
    `as long as its offer lasts, five minutes at most. ${JSON_ABOUT}`,
  examples: [
    { line: 'aitbc price set 0.002', about: 'for one inference in the standard class' },
    { line: 'aitbc price set market', about: 'what such work is worth' },
    { line: 'aitbc price set demand --from 0.002 --max 0.01', about: 'dearer while everybody comes' },
  ],
  arguments: { price: argument(`an amount in token units, or ${STRATEGIES.join(', ')}`, { offers: () => STRATEGIES }) },
  options: {
    from: option({
      value: 'amount',
      about: 'Where demand begins.',
      parse: (text: string) => formatCredits(parseUnits(text)),
    }),
    min: boundOption('least'),
    max: boundOption('most'),
  },
  async run({ arguments: { price }, options: { from, min, max }, ...context }) {
    const strategy = STRATEGIES.find((each) => each === price)
    const part = strategy === undefined ? 'asked' : namedPriceIs[strategy]
    if (from !== undefined && part !== 'first') {
      throw usageError('--from is where demand begins', 'Use it as in aitbc price set demand --from 0.002.')
    }
    await change(context, {
      ...(strategy === undefined
        ? { basePrice: formatCredits(parseUnits(price)), priceStrategy: undefined }
        : { priceStrategy: strategy, ...(part === 'first' ? {} : { basePrice: undefined }) }),
      ...(from === undefined ? {} : { basePrice: from }),
      ...boundChange('basePriceMin', min),
      ...boundChange('basePriceMax', max),
    })
  },
})

export const priceCommand: Command = defineCommand({
  name: 'price',
  group: 'earn',
  summary: 'show or say what this miner asks, and why',
  about: `Asks the running node, as aitbc price show does. ${JSON_ABOUT}`,
  examples: [
    { line: 'aitbc price', about: 'of all that this miner serves' },
    { line: 'aitbc price set market', about: 'follow what such work is worth' },
  ],
  commands: [show, set],
  run: (context) => shown(context, undefined),
})

const boundChange = (key: string, value: string | undefined): Record<string, string | undefined> =>
  value === undefined ? {} : { [key]: value === NONE ? undefined : value }

async function shown(context: Context, model: string | undefined): Promise<void> {
  const { reachMesh, reachNode } = await import('../node/node-access.ts')
  await using node = await (model === undefined ? reachNode(context) : reachMesh(context))
  await print(context, await node.call<PriceJson>('price', model === undefined ? {} : { model }))
}

const PRICE_KEYS = ['basePrice', 'priceStrategy', 'basePriceMin', 'basePriceMax'] as const

/** @throws MeshError CONFIG_INVALID, DATA_FOLDER_READ_ONLY, DISK_FULL */
async function change(context: Context, changes: Readonly<Record<string, string | undefined>>): Promise<void> {
  const { out } = context
  const { changeUserSettings } = await import('../../config/change-config.ts')
  const { describeOrigin } = await import('../../config/config-errors.ts')
  const { userConfigPath } = await import('../../config/system-paths.ts')
  const { settings: table } = await import('../../config/settings.ts')
  const { priceWish } = await import('../../pricing/price-wish.ts')
  const path = userConfigPath(await context.dataFolder())
  const { readSettingsFile } = await import('../../config/json-file.ts')
  checkBounds({ ...readSettingsFile(path, { kind: 'user', path }), ...changes })
  changeUserSettings(path, changes)
  // Another source may be stronger than the file; the node goes by what a start would go by.
  const { settings, origin } = await context.config()
  for (const key of PRICE_KEYS) {
    const isStronger = changes[key] !== undefined && origin(key).kind !== 'user'
    if (isStronger) out.warn(`The file has this ${key}, but ${describeOrigin(origin(key))} is stronger.`)
  }
  const wish = Object.fromEntries(PRICE_KEYS.map((key) => [key, table[key].kind.show(settings[key] as never)]))
  try {
    const { reachNode } = await import('../node/node-access.ts')
    await using node = await reachNode(context)
    await print(context, await node.call<PriceJson>('price', { change: wish }))
  } catch (error) {
    // Without a miner that runs there is only the file.
    if (!isMeshError(error, 'NODE_NOT_RUNNING', 'ROLE_MISSING')) throw error
    const { strategy, price } = priceWish(settings)
    const amount = { asked: ` ${formatCredits(price)}`, first: ` from ${formatCredits(price)}`, unused: '' }[
      namedPriceIs[strategy]
    ]
    await out.print({ prices: [], market: null }, () => `At the next start of a miner here: ${strategy}${amount}.`)
  }
}

/** Before anything is written: no price lies between such bounds. What is wrong in the file itself is told of by who reads it. */
function checkBounds({ basePriceMin, basePriceMax }: Readonly<Record<string, unknown>>): void {
  const [min, max] = [basePriceMin, basePriceMax].map((value) => parseCredits(String(value)))
  if (min === undefined || max === undefined || min <= max) return
  throw usageError(
    `the least price, ${formatCredits(min)}, is above the most, ${formatCredits(max)}`,
    'Give --min and --max so that a price lies between them; nothing was changed.',
  )
}

const print = ({ out }: Pick<Context, 'out'>, report: PriceJson): Promise<void> =>
  out.print(report, () => pricesText(report, out.width, out.style.dim))
