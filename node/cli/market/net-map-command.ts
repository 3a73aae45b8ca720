import { defineSubcommand, flag, option, type Subcommand, severalArguments } from '../frame/command.ts'
import { usageError } from '../frame/usage-error.ts'
import type { MapJson } from './net-map-text.ts'

/** Of one question: each is looked up for itself. */
const REGIONS_MAX = 8

export const netMapCommand: Subcommand = defineSubcommand({
  name: 'map',
  summary: 'show which regions are served, and how far they are from each other',
  about:
    'Asks directories of each region for its miners, and reads the profiles of up to 16 of them, of different networks. AWAY, and each ' +
    'latency, is what this node measured (by so many networks), else the median of what at least three networks say of it, and with ~ ' +
    'an estimate: by coordinates, or by the distance where both regions lie somewhere. CARDS are those that the profiles claim which were read. ' +
    'With --from, AWAY is the way from that place, by distance.\n' +
    'With --json: {"here", "regions": [{"region", "miners", "models", "free", "networks", "cards", "profiles", "directories", "awayMs", ' +
    '"awaySource"}], "latencies": [{"from", "to", "ms", "source", "voters"}]}; "source" is own, others, coordinates or geography; null is what ' +
    'nobody knows. With --csv: from,to,ms,source,voters.',
  examples: [
    { line: 'aitbc net map', about: 'every region that somebody speaks of' },
    { line: 'aitbc net map eu-west us-east --from 52.5,13.4', about: 'two regions, seen from a place' },
    { line: 'aitbc net map --csv > latencies.csv', about: 'for a spreadsheet' },
  ],
  settings: ['entryPeers', 'passphraseFile'],
  arguments: { regions: severalArguments('regions to ask for beside those that are known') },
  options: {
    from: option({ value: 'place', about: 'A region that lies somewhere, or latitude,longitude.' }),
    csv: flag('The latencies as comma-separated values.'),
  },
  async run(context) {
    const { arguments: words, options, out, json } = context
    if (options.csv && json) throw usageError('--csv and --json are two forms of the same', 'Give one of them.')
    const { parsePlace, distancesFrom } = await import('../../../protocols/rules/geography/place.ts')
    const { reachMesh } = await import('../node/node-access.ts')
    const { mapCsv, mapText, seenFrom } = await import('./net-map-text.ts')
    const { REGION_BYTES_MAX } = await import('../../../protocols/wire/offer/offer-body.ts')
    const word = new RegExp(`^[a-z0-9-]{1,${REGION_BYTES_MAX}}$`)
    for (const region of words.regions)
      if (!word.test(region))
        throw usageError(`${region} is no region`, `Regions have up to ${REGION_BYTES_MAX} of a-z, 0-9 and -.`)
    if (words.regions.length > REGIONS_MAX) throw usageError(`more than ${REGIONS_MAX} regions`, 'Ask for fewer.')
    const place = options.from === undefined ? undefined : distancesFrom(parsePlace(options.from))
    await using node = await reachMesh(context)
    using progress = out.progress('asking the regions')
    const found = await node.call<MapJson>('map', { regions: words.regions })
    progress[Symbol.dispose]()
    requireServed(found, words.regions, await import('../../../protocols/kernel/errors.ts'))
    const map = seenFrom(found, place)
    if (options.csv) await out.write(mapCsv(map))
    else await out.print(map, () => mapText(map, out.width, out.style.dim))
  },
})

type Errors = typeof import('../../../protocols/kernel/errors.ts')

/** Who names a region wants to know that nobody serves it, by the exit code too. */
function requireServed({ regions }: MapJson, wanted: readonly string[], { MeshError }: Errors): void {
  const served = regions.filter(({ miners }) => miners > 0).map(({ region }) => region)
  const missing = wanted.find((region) => !served.includes(region))
  if (missing === undefined) return
  throw new MeshError('REGION_UNSERVED', { region: missing, regions: served.length === 0 ? 'none is known' : served })
}
