/** Prices as people read them: each number with the reason for it. */
import type { MultiplierName } from '../../../protocols/rules/pricing/multipliers.ts'
import { namedPriceIs } from '../../../protocols/rules/pricing/price-strategies.ts'
import { unitsText } from '../screen/credit-amounts.ts'
import { amountOf, countText, UNKNOWN } from '../screen/numbers.ts'
import { printable } from '../screen/printable.ts'
import { pairs, table } from '../screen/table.ts'
import type { PriceJson } from './price-command.ts'

type Shown = PriceJson['prices'][number]
type Market = NonNullable<PriceJson['market']>

const MULTIPLIER_WORDS: Readonly<Record<MultiplierName, string>> = {
  latency: 'latency',
  capability: 'capability',
  performance: 'performance',
  demand: 'demand',
  timeOfDay: 'time of day',
  complexity: 'complexity',
}

export function pricesText(
  { prices, market }: PriceJson,
  width: number | undefined,
  dim: (text: string) => string,
): string {
  const parts = [
    ...prices.map((price) => priceText(price, width, dim)),
    ...(market === null ? [] : [marketText(market, width, dim)]),
  ]
  return parts.length === 0 ? 'This node serves no model, so it asks for none.' : parts.join('\n\n')
}

const credit = (text: string): string => unitsText(BigInt(text))

function priceText(price: Shown, width: number | undefined, dim: (text: string) => string): string {
  const { name, strategy, asked, told, classes, base, formula, isFloor, multipliers, floor, steps } = price
  const isFixed = namedPriceIs[strategy] === 'asked'
  const others =
    price.others === 0
      ? 'no other miner is known that serves it'
      : `${countText(price.cheaper)} of ${amountOf(price.others, 'other')} ask less`
  const rows: (readonly [string, string])[] = [
    ...steps.map(
      (step, i) =>
        [i === 0 ? 'strategy' : '', `${strategyText(strategy, i)}${credit(step.base)}: ${step.why}`] as const,
    ),
    ...(floor === undefined
      ? []
      : [['floor', `${credit(floor)}; no class of a job is sold for less than this covers`] as const]),
    ['market', isFixed ? 'what its formula would give, for comparison:' : 'what its formula gives:'],
    [' base', `${credit(base)} for this type of job on the reference card`],
    ...Object.entries(multipliers)
      .filter(([key]) => key !== 'latency')
      .map(([key, { factor, why }]) => [` x ${MULTIPLIER_WORDS[key as MultiplierName]}`, `${factor}: ${why}`] as const),
    [' =', `${credit(formula)}${isFloor ? ', the floor: half of base x complexity, in every class' : ''}`],
    [
      'classes',
      Object.entries(classes)
        .map(([key, amount]) => `${key} ${credit(amount)}`)
        .join(', '),
    ],
    ['others', others],
    [
      'offer',
      told === undefined ? 'not told yet' : `${credit(told.base)} until ${new Date(told.endsAtMs).toISOString()}`,
    ],
  ]
  return [
    `${name}: ${credit(asked)} for an inference in the standard class`,
    pairs(rows, { width, styleTitle: dim }),
  ].join('\n')
}

const strategyText = (strategy: string, i: number): string => (i === 0 ? `${strategy}, ` : 'then ')

function marketText({ miners, ...market }: Market, width: number | undefined, dim: (text: string) => string): string {
  const modelName = printable(market.modelName)
  if (miners.length === 0) return `No miner offers ${modelName} right now.`
  const rows = table(
    miners,
    [
      { title: 'MINER', cell: ({ miner }) => miner, mayCut: true },
      { title: 'ASKS', cell: ({ base }) => credit(base), align: 'right' },
      { title: 'STRATEGY', cell: ({ terms }) => terms?.strategy ?? UNKNOWN },
      {
        title: 'FORMULA',
        cell: ({ terms }) => (terms === undefined ? UNKNOWN : credit(terms.formula)),
        align: 'right',
      },
      {
        title: 'FLOOR',
        cell: ({ terms }) => (terms?.floor === undefined ? UNKNOWN : credit(terms.floor)),
        align: 'right',
      },
      {
        title: 'MADE OF',
        cell: ({ terms }) => (terms === undefined ? 'it says nothing of it' : factorsText(terms)),
        mayCut: true,
      },
    ],
    { width, styleTitle: dim },
  )
  return [`${modelName} in the network, for an inference in the standard class, as each miner explains it:`, rows].join(
    '\n',
  )
}

/** What is 1 says nothing. */
function factorsText({ reference, factors }: NonNullable<Market['miners'][number]['terms']>): string {
  const moving = factors.filter(({ millionths }) => millionths !== 1_000_000)
  const words = moving.map(
    ({ name, millionths }) =>
      ` x ${(millionths / 1e6).toFixed(4).replace(/\.?0+$/, '')} ${MULTIPLIER_WORDS[name as MultiplierName] ?? name}`,
  )
  return `${credit(reference)}${words.join('')}`
}
