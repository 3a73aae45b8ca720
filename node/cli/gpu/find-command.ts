import type { AsJson } from '../../control/as-json.ts'
import type { GpusFound } from '../../control/methods/find-gpus-method.ts'
import { argument, defineSubcommand, option, type Subcommand } from '../frame/command.ts'
import { latencyMaxOption, policyOption, priceMaxOption } from '../jobs/budget-options.ts'
import { chanceText, reasonText, sourceText } from '../jobs/quote-explain.ts'
import { unitsText } from '../screen/credit-amounts.ts'
import { UNKNOWN } from '../screen/numbers.ts'
import { type Column, table } from '../screen/table.ts'

type GpusJson = AsJson<GpusFound>
type GpuJson = GpusJson['gpus'][number]

const COLUMNS: readonly Column<GpuJson>[] = [
  { title: 'MINER', cell: ({ miner }) => miner, mayCut: true },
  { title: 'REGION', cell: ({ region }) => region },
  { title: 'CLASS', cell: ({ gpuClass }) => gpuClass },
  { title: 'PRICE', cell: ({ price }) => unitsText(BigInt(price)), align: 'right' },
  {
    title: 'ABOUT',
    cell: ({ estimatedMs, latencySource }) => `${Math.round(estimatedMs)} ms ${sourceText[latencySource]}`,
    align: 'right',
  },
  { title: 'SCORE', cell: ({ score }) => (score == null ? UNKNOWN : score.toFixed(2)), align: 'right' },
  { title: 'CHANCE', cell: ({ chance }) => chanceText(chance), align: 'right' },
  { title: 'WHY', cell: ({ reason }) => reasonText[reason] },
]

export const findCommand: Subcommand = defineSubcommand({
  name: 'find',
  summary: 'find the GPUs of the network that serve a model within a latency budget',
  about:
    'Asks directories of this region, or of another one, and shows whose answers would be there within the budget, a tenth of a second unless ' +
    'given: the way there and back, the work and the wait together. ABOUT says where that comes from: measured here, by coordinates, or by the ' +
    'map. With --from it is the way from that place, by the map alone. CHANCE is that a job would ask it first. Where none fits it says what came ' +
    'closest, with exit code 1.\n' +
    'With --json: {"modelName", "gpus": [{"miner", "peer", "region", "gpuClass", "price", "estimatedMs", "latencySource", "score", "chance", ' +
    '"reason"}]}, the best first; prices in credits.',
  examples: [
    { line: 'aitbc gpu find characters', about: 'within 100 ms of here' },
    {
      line: 'aitbc gpu find characters --latency-max 300ms --region us-east --from 52.5,13.4',
      about: 'seen from Berlin',
    },
  ],
  settings: ['entryPeers', 'passphraseFile'],
  arguments: { model: argument('name or id of the model') },
  options: {
    latencyMax: latencyMaxOption,
    priceMax: priceMaxOption,
    policy: policyOption,
    region: option({ value: 'region', about: 'Only GPUs of this region.' }),
    from: option({ value: 'place', about: 'A region that lies somewhere, or latitude,longitude.' }),
  },
  async run({ arguments: { model }, options, out, ...context }) {
    const { reachMesh } = await import('../node/node-access.ts')
    await using node = await reachMesh({ ...context, out })
    const { latencyMax, priceMax, policy, region, from } = options
    const found = await node.call<GpusJson>('find-gpus', {
      model,
      ...(latencyMax === undefined ? {} : { latencyMsMax: latencyMax }),
      ...(priceMax === undefined ? {} : { priceMax: String(priceMax) }),
      ...(policy === undefined ? {} : { policy }),
      ...(region === undefined ? {} : { region }),
      ...(from === undefined ? {} : { from }),
    })
    await out.print(found, () => table(found.gpus, COLUMNS, { width: out.width, styleTitle: out.style.dim }))
  },
})
