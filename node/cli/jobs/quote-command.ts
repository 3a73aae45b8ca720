import type { LatencySource } from '../../../protocols/rules/coordinates/latency-estimate.ts'
import type { Reason } from '../../../protocols/rules/routing/choose-miner.ts'
import type { PolicyWeights } from '../../../protocols/rules/routing/routing-policy.ts'
import type { TermName } from '../../../protocols/rules/routing/weigh-candidate.ts'
import { argument, type Command, defineCommand, flag } from '../frame/command.ts'
import { unitsText } from '../screen/credit-amounts.ts'
import { amountOf, countText, UNKNOWN } from '../screen/numbers.ts'
import { printable } from '../screen/printable.ts'
import { table } from '../screen/table.ts'
import { latencyMaxOption, policyOption, priceMaxOption } from './budget-options.ts'
import { explainText } from './quote-explain.ts'

export interface QuoteJson {
  readonly model: string
  readonly modelName: string
  readonly latencyClass: string
  readonly weights: PolicyWeights
  readonly directories: number
  readonly offers: readonly {
    readonly miner: string
    readonly price: string
    readonly rttMs?: number
    readonly serviceMs?: number
    readonly estimatedMs: number
    readonly jobs: number
    readonly jobsMax: number
    readonly namedBy: number
    readonly fits: string
    readonly latencySource: LatencySource
    readonly score?: number
    readonly confidence: number
    readonly failures: number
    readonly chance: number
    readonly reason: Reason
    readonly cost: number
    readonly terms: Readonly<Record<TermName, number>>
    readonly weakest?: TermName
  }[]
  /** Miners that offer it and are asked nothing. */
  readonly barred: readonly string[]
  readonly closest?: string
}

export const quoteCommand: Command = defineCommand({
  name: 'quote',
  group: 'use',
  summary: 'show what a job would cost, and who would run it',
  about:
    'Asks directories and weighs their offers as a job would, without running one. The price is exactly what the miner charges for ' +
    'one inference in the latency class that the budget asks for. NEAR and TAKES are measured by the node that is asked, and ' +
    'unknown before its first job there. NAMED BY says how many of the directories that answered named the miner. With --explain ' +
    'every miner shows with which chance a job would ask it first, what it was weighed by, and why it lost: the cost is the product of ' +
    'its terms, and the least is the best.\n' +
    'With --json: {"model", "modelName", "latencyClass", "weights": {"price", "latency", "quality"}, "directories", "closest", "offers": ' +
    '[{"miner", "peer", "price", "rttMs", "serviceMs", "estimatedMs", "latencySource", "score", "confidence", "jobs", "jobsMax", "failures", ' +
    '"namedBy", "fits", "chance", "reason", "cost", "terms", "weakest"}], "barred": [miners that lied]}; amounts in credits, "chance" from 0 to ' +
    '1, "closest" where no offer fits. Exit code 1 then.',
  examples: [
    { line: 'aitbc quote characters', about: 'every offer, the first one asked first' },
    { line: 'aitbc quote characters --latency-max 50ms --price-max 0.01', about: 'what a budget would get' },
    { line: 'aitbc quote characters --explain --policy cost', about: 'who would be chosen, and why the others lose' },
  ],
  settings: ['entryPeers', 'passphraseFile'],
  arguments: { model: argument('name or id of the model') },
  options: {
    priceMax: priceMaxOption,
    latencyMax: latencyMaxOption,
    policy: policyOption,
    explain: flag('Shows how every miner was weighed.'),
  },
  async run(context) {
    const { reachMesh } = await import('../node/node-access.ts')
    const { EXIT } = await import('../../../protocols/kernel/error-projections.ts')
    await using node = await reachMesh(context)
    const { priceMax, latencyMax, policy, explain } = context.options
    const quote = await node.call<QuoteJson>('quote', {
      model: context.arguments.model,
      ...(priceMax === undefined ? {} : { priceMax: String(priceMax) }),
      ...(latencyMax === undefined ? {} : { latencyMsMax: latencyMax }),
      ...(policy === undefined ? {} : { policy }),
    })
    const { out } = context
    const texts = explain ? [quoteText, explainText] : [quoteText]
    await out.print(quote, () => texts.map((text) => text(quote, out.width, out.style.dim)).join('\n\n'))
    return quote.offers.some(({ fits }) => fits === 'yes' || fits === 'full') ? EXIT.done : EXIT.failed
  },
})

export function quoteText(quote: QuoteJson, width: number | undefined, dim: (text: string) => string): string {
  const { latencyClass, offers, directories } = quote
  const modelName = printable(quote.modelName)
  const fitting = offers.filter(({ fits }) => fits === 'yes')
  const heard = `${amountOf(directories, 'directory', 'directories')} asked`
  const left = leftOutText(quote.barred)
  if (offers.length === 0) return [`No miner offers ${modelName} right now; ${heard}.`, ...left].join('\n')
  const first = fitting[0] ?? offers.find(({ fits }) => fits === 'full')
  const head =
    first === undefined
      ? `${amountOf(offers.length, 'miner')} would run ${modelName}, none within this budget: ${quote.closest}; ${heard}.`
      : `${modelName} for ${unitsText(BigInt(first.price))} in the ${latencyClass} class; ${heard}.`
  const rows = table(
    offers,
    [
      { title: 'MINER', cell: ({ miner }) => miner, mayCut: true },
      { title: 'PRICE', cell: ({ price }) => unitsText(BigInt(price)), align: 'right' },
      { title: 'NEAR', cell: ({ rttMs }) => msText(rttMs), align: 'right' },
      { title: 'TAKES', cell: ({ serviceMs }) => msText(serviceMs), align: 'right' },
      { title: 'JOBS', cell: ({ jobs, jobsMax }) => `${countText(jobs)}/${countText(jobsMax)}`, align: 'right' },
      { title: 'NAMED BY', cell: ({ namedBy }) => `${countText(namedBy)}/${countText(directories)}`, align: 'right' },
      { title: 'FITS', cell: ({ fits }) => fits },
    ],
    { width, styleTitle: dim },
  )
  return [head, rows, ...left].join('\n')
}

/** Who is missing from the rows for what it did, and where that is told. */
const leftOutText = (barred: readonly string[]): readonly string[] =>
  barred.length === 0
    ? []
    : [`Asked nothing, for they were found to lie (aitbc audits, aitbc evidence): ${barred.join(', ')}.`]

export const msText = (ms: number | undefined): string =>
  ms === undefined ? UNKNOWN : `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`
