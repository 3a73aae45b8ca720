import { argument, type Command, defineCommand, defineSubcommand, option } from '../frame/command.ts'
import { usageError } from '../frame/usage-error.ts'
import { parseUnits } from '../jobs/price-option.ts'
import { yesOption } from '../prompts/confirm.ts'
import { unitsText } from '../screen/credit-amounts.ts'
import { parseDuration } from '../screen/durations.ts'
import { shortHex } from '../screen/short-hex.ts'
import { table } from '../screen/table.ts'

interface LeaseJson {
  readonly id: string
  readonly miner: string
  /** Unix seconds as text, and credits. */
  readonly startsAt: string
  readonly endsAt: string
  readonly price: string
  readonly pricePerHour: string
  readonly steps: number
  readonly stepsPaid: number
  readonly stepSeconds: string
  readonly state: 'asked' | 'ahead' | 'running' | 'leaving' | 'ended'
  readonly end?: { readonly how: string; readonly at: string; readonly owed: string }
}

interface GivenJson {
  readonly id: string
  readonly payer: string
  readonly startsAt: string
  readonly endsAt: string
  readonly stepsPaid: number
  /** Of rests that are over, as text. */
  readonly restedSeconds: string
  readonly ended?: string
}

interface QuoteJson {
  readonly startsAt: string
  readonly endsAt: string
  readonly price: string
  readonly card: { readonly pricePerHour: string; readonly stepSeconds: string }
  readonly settles: boolean
}

const FIELDS =
  '{"id", "miner", "startsAt", "endsAt", "price", "pricePerHour", "steps", "stepsPaid", "stepSeconds", "state", "end": {"how", "at", ' +
  '"owed"}}; amounts in credits, times in Unix seconds, both as text; state is asked, ahead, running, leaving or ended'

const forOption = option({ value: 'duration', about: 'How long: a minute to a week, like 2h.', parse: parseDuration })

const book = defineSubcommand({
  name: 'book',
  summary: 'lease the card of a miner for a time',
  about:
    'From its start to its end the card runs jobs of this node alone, and they cost nothing more. The price is shown first; it is paid in ' +
    'steps, each before it begins, by the node that runs here. While it is down nothing is paid: back before the paid steps are over it ' +
    'goes on with the lease, later the lease has ended. For time in which the card rested nothing is owed in the end; a rest of five ' +
    'minutes ends the lease.\n' +
    `With --json: ${FIELDS}. Exit code 5 where no node runs, 1 where the card is taken.`,
  examples: [
    { line: 'aitbc lease book 0x9a1d… --for 2h', about: 'two hours from now' },
    {
      line: 'aitbc lease book 0x9a1d… --for 1h --in 30min --price-max 0.5 --yes',
      about: 'later, and within a budget an hour',
    },
  ],
  arguments: { miner: argument('address of the miner, as aitbc quote and aitbc peers show it') },
  options: {
    for: forOption,
    in: option({
      value: 'duration',
      about: 'It begins after this; a day at most. Now where absent.',
      parse: parseDuration,
    }),
    from: option({ value: 'time', about: 'It begins then, like 2026-11-27T08:00:00Z.', parse: parseTime }),
    priceMax: option({ value: 'amount', about: 'The most that an hour may cost, in token units.', parse: parseUnits }),
    ...yesOption,
  },
  async run(context) {
    const { options, arguments: given, out } = context
    if (options.for === undefined) throw usageError('it is not said for how long', 'Say it with --for, like --for 1h.')
    const { reachNode } = await import('../node/node-access.ts')
    const { confirm } = await import('../prompts/confirm.ts')
    await using node = await reachNode(context)
    const startsAtMs = options.from ?? (options.in === undefined ? undefined : Date.now() + options.in)
    const wish = {
      miner: given.miner.toLowerCase(),
      seconds: Math.round(options.for / 1_000),
      ...(startsAtMs === undefined ? {} : { startsAt: Math.floor(startsAtMs / 1_000) }),
    }
    const ceiling = options.priceMax === undefined ? {} : { pricePerHourMax: String(options.priceMax) }
    const quote = await node.call<QuoteJson>('leaseQuote', { ...wish, ...ceiling })
    out.say(quoteText(quote))
    await confirm(context, 'Lease it?', options.yes)
    // No dearer than what was shown.
    const lease = await node.call<LeaseJson>('leaseBook', { ...wish, pricePerHourMax: quote.card.pricePerHour })
    await out.print(lease, () => leasedText(lease))
  },
})

const extend = defineSubcommand({
  name: 'extend',
  summary: 'lease on from where a lease ends',
  about: `It is a lease of its own, at the price an hour of the first. With --json: ${FIELDS}.`,
  examples: [{ line: 'aitbc lease extend 0x3f81c2 --for 1h', about: 'an hour more' }],
  arguments: { id: argument('id of the lease, or its first characters') },
  options: { for: forOption, ...yesOption },
  async run(context) {
    const { options, arguments: given, out } = context
    if (options.for === undefined) throw usageError('it is not said for how long', 'Say it with --for, like --for 1h.')
    const { reachNode } = await import('../node/node-access.ts')
    const { confirm } = await import('../prompts/confirm.ts')
    await using node = await reachNode(context)
    const { leased } = await node.call<{ readonly leased: readonly LeaseJson[] }>('leases')
    const lease = leased.find(({ id }) => id.startsWith(given.id))
    if (lease !== undefined)
      out.say(`At ${unitsText(BigInt(lease.pricePerHour))} an hour, from ${utc(lease.endsAt)} on.`)
    await confirm(context, 'Lease on?', options.yes)
    const longer = await node.call<LeaseJson>('leaseExtend', { id: given.id, seconds: Math.round(options.for / 1_000) })
    await out.print(longer, () => leasedText(longer))
  },
})

const cancel = defineSubcommand({
  name: 'cancel',
  summary: 'give a leased card back',
  about:
    'What was paid is owed: the step that runs, and the next where it was paid already. The miner leases what is left of the time to ' +
    `nobody, and runs jobs of everybody in it. With --json: ${FIELDS}.`,
  examples: [{ line: 'aitbc lease cancel 0x3f81c2 --yes', about: 'without asking' }],
  arguments: { id: argument('id of the lease, or its first characters') },
  options: yesOption,
  async run(context) {
    const { reachNode } = await import('../node/node-access.ts')
    const { confirm } = await import('../prompts/confirm.ts')
    await using node = await reachNode(context)
    await confirm(context, 'Give it back? What was paid stays paid.', context.options.yes)
    const lease = await node.call<LeaseJson>('leaseCancel', { id: context.arguments.id })
    await context.out.print(lease, () =>
      lease.state === 'leaving'
        ? `${shortHex(lease.id)} is paid no further, and given back as soon as its miner hears of it.`
        : `Given back: ${shortHex(lease.id)}.`,
    )
  },
})

const list = defineSubcommand({
  name: 'list',
  summary: 'list leases of this node, and of its own card',
  about:
    `With --json: {"leased": [${FIELDS.split(';')[0]}], "given": [{"id", "payer", "startsAt", "endsAt", "stepsPaid", "restedSeconds", "ended"}]}; given are ` +
    "those of this node's own card whose time is not over. Exit code 5 where no node runs.",
  examples: [{ line: 'aitbc lease list', about: 'what runs, and how far it is paid' }],
  async run(context) {
    const { reachNode } = await import('../node/node-access.ts')
    await using node = await reachNode(context)
    const { out } = context
    const found = await node.call<{ readonly leased: readonly LeaseJson[]; readonly given: readonly GivenJson[] }>(
      'leases',
    )
    await out.print(found, () => listText(found.leased, found.given, out.width, out.style.dim))
  },
})

export const leaseCommand: Command = defineCommand({
  name: 'lease',
  group: 'use',
  summary: "lease a miner's card for a time, for this node alone",
  about:
    'A leased card serves its lessee alone from the start of the lease to its end, and is paid by the hour instead of by the job. A miner ' +
    'leases its card where its owner has set leasePrice. What it signs is exclusive: a second lease of the same time costs it its stake.',
  examples: [
    { line: 'aitbc lease book 0x9a1d… --for 2h', about: 'two hours from now' },
    { line: 'aitbc lease list', about: 'what runs, and how far it is paid' },
  ],
  commands: [book, extend, cancel, list],
})

/** Unix milliseconds. @throws MeshError COMMAND_LINE */
function parseTime(text: string): number {
  const ms = Date.parse(text)
  if (Number.isFinite(ms)) return ms
  throw usageError(`${text} is no time`, 'Give one like 2026-11-27T08:00:00Z.')
}

function quoteText({ startsAt, endsAt, price, card, settles }: QuoteJson): string {
  const money = `${unitsText(BigInt(price))} in all, ${unitsText(BigInt(card.pricePerHour))} an hour`
  return `From ${utc(startsAt)} to ${utc(endsAt)}: ${money}, paid every ${card.stepSeconds} s${settles ? '' : ' (UNSETTLED)'}.`
}

const leasedText = ({ id, startsAt, endsAt, price }: LeaseJson): string =>
  `Leased from ${utc(startsAt)} to ${utc(endsAt)} for ${unitsText(BigInt(price))}: ${shortHex(id)}. Keep this node up: it pays each step.`

function listText(
  leased: readonly LeaseJson[],
  given: readonly GivenJson[],
  width: number | undefined,
  dim: (text: string) => string,
): string {
  if (leased.length === 0 && given.length === 0) return 'No leases.'
  const ours = table(
    leased,
    [
      { title: 'LEASE', cell: ({ id }) => shortHex(id) },
      { title: 'MINER', cell: ({ miner }) => miner, mayCut: true },
      { title: 'FROM', cell: ({ startsAt }) => utc(startsAt) },
      { title: 'TO', cell: ({ endsAt }) => utc(endsAt) },
      { title: 'PRICE', cell: ({ price }) => unitsText(BigInt(price)), align: 'right' },
      { title: 'PAID', cell: ({ steps, stepsPaid }) => `${stepsPaid}/${steps}`, align: 'right' },
      { title: 'STATE', cell: ({ state, end }) => (end === undefined ? state : (endTexts[end.how] ?? state)) },
      { title: 'OWED', cell: ({ end }) => (end === undefined ? '-' : unitsText(BigInt(end.owed))), align: 'right' },
    ],
    { width, styleTitle: dim },
  )
  const own = table(
    given,
    [
      { title: 'OF THIS CARD', cell: ({ id }) => shortHex(id) },
      { title: 'PAYER', cell: ({ payer }) => payer, mayCut: true },
      { title: 'FROM', cell: ({ startsAt }) => utc(startsAt) },
      { title: 'TO', cell: ({ endsAt }) => utc(endsAt) },
      { title: 'RESTED', cell: ({ restedSeconds }) => `${restedSeconds} s`, align: 'right' },
      { title: 'ENDED', cell: ({ ended }) => ended ?? 'no' },
    ],
    { width, styleTitle: dim },
  )
  return [...(leased.length > 0 ? [ours] : []), ...(given.length > 0 ? [own] : [])].join('\n\n')
}

const endTexts: Readonly<Record<string, string>> = {
  expired: 'ended',
  unpaid: 'ended: not paid on',
  lessee: 'given back',
  miner: 'ended by its miner',
  unbooked: 'never booked',
}

/** @param seconds Unix, as text */
const utc = (seconds: string): string => new Date(Number(seconds) * 1_000).toISOString().replace('.000Z', 'Z')
