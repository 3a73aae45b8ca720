/** What the facts of a node's place in the network mean, and what to do where they are not as they should be. */

import { OFF_MS } from '../../protocols/rules/clock/clock-standing.ts'
import { latenciesText } from '../../protocols/rules/line/latencies-text.ts'
import type { AsJson } from '../control/as-json.ts'
import type { NetFacts } from '../control/methods/net-method.ts'
import { bareAddress } from '../network/peers/bare-address.ts'
import { type Finding, fail, ok, warn } from './check.ts'
import { natFinding } from './nat-finding.ts'
import { type Dialled, findingOf } from './network-checks.ts'

/** The answer of the method `net`. */
export type NetJson = AsJson<NetFacts>
type Judge = (facts: NetJson) => Finding

const list = (addresses: readonly { readonly address: string }[]): string =>
  addresses.map(({ address }) => bareAddress(address)).join(', ')

/** Of a node that runs; a light peer listens on nothing. */
export const netFindings: Readonly<Record<string, Judge>> = {
  listening({ listens, roles }) {
    if (listens.length > 0) return ok(`on ${listens.join(', ')}`)
    if (!roles.includes('miner')) return ok('on nothing: this node only dials')
    return fail(
      'on nothing, and nobody can bring a job to a miner that only dials',
      'Remove --listen "", or say on which address with aitbc config set listen 0.0.0.0, then restart.',
    )
  },

  announced({ addresses, listens }) {
    const told = addresses.filter(({ isConfirmed }) => isConfirmed)
    const waiting = addresses.filter(({ isConfirmed }) => !isConfirmed)
    const more = waiting.length > 0 ? `; not confirmed, so not told: ${list(waiting)}` : ''
    if (told.length > 0) return ok(`${list(told)}${more}`)
    return listens.length === 0 ? ok('nothing: it only dials') : warn(`nothing yet${more}`, FORWARD)
  },

  reachability({ addresses, inbound, listens, servesDht }) {
    if (listens.length === 0) return ok('not wanted: it only dials')
    const came = inbound > 0 ? `${inbound} connections were opened from outside` : 'nobody has connected to it yet'
    const told = addresses.filter(({ isConfirmed }) => isConfirmed)
    const outside = told.filter(({ isPrivate }) => !isPrivate)
    if (outside.some(({ kind }) => kind !== 'announce')) return ok(`others have dialled ${list(outside)}; ${came}`)
    if (outside.length > 0) {
      const said = `${list(outside)} by its owner's word; ${came}`
      return inbound > 0 ? ok(said) : warn(said, 'See from another network whether that address and port answer.')
    }
    // In networks of one machine or one LAN private addresses count, and the node serves the DHT by them.
    if (told.length > 0 && (inbound > 0 || servesDht)) return ok(`by private addresses; ${came}`)
    return warn(`nobody outside has reached this node: ${came}`, FORWARD)
  },

  'bootstrap peers': ({ bootstrap, network }) =>
    bootstrap.length === 0 ? ok(`${network} names none`) : findingOf(network, bootstrap as readonly Dialled[]),

  'other peers'({ others }) {
    const times = others.flatMap((each) => ('tookMs' in each ? [each.tookMs] : [])).sort((a, b) => a - b)
    if (others.length === 0) return ok('none is connected, and none of an earlier run is known')
    const found = `${times.length} of ${others.length} that were asked answer`
    if (times.length === 0) {
      return warn(found, 'Where bootstrap peers answer this may pass; otherwise check the line of this machine.')
    }
    const middle = times[Math.floor(times.length / 2)]!
    return ok(`${found}, after ${Math.round(times[0]!)} ms the nearest and ${Math.round(middle)} ms the middle one`)
  },

  regions({ regions }) {
    if (regions === null) return ok('not measured: this node has no miner role')
    return ok(regions.length === 0 ? 'not known yet: a few peers a minute are timed' : latenciesText(regions))
  },

  coordinates({ coordinates: { error, samples } }) {
    const after = `after ${samples} round trips to peers that say where they lie`
    return ok(error < 1 ? `known within ${Math.round(100 * error)} %, ${after}` : `not known yet, ${after}`)
  },

  NAT: ({ nat }) => natFinding(nat),

  relay({ addresses, relayed }) {
    const own = addresses.filter(({ address }) => address.includes('/p2p-circuit'))
    if (own.length === 0 && relayed === 0) return ok('none is used')
    return ok(`${own.length} addresses by relays, ${relayed} connections carried by one`)
  },

  LAN: ({ searchesLan, nearby }) =>
    searchesLan
      ? ok(`looks for others by multicast DNS; ${nearby} connections to private addresses`)
      : ok(`does not look for others; ${nearby} connections to private addresses`),

  DHT({ servesDht, listens }) {
    if (servesDht) return ok('answers lookups')
    if (listens.length === 0) return ok('asks only, for it cannot be reached')
    return warn('asks only, until it is confirmed that others can reach this node', FORWARD)
  },

  clock({ clock }) {
    if (clock === null) return ok('not known: too few miners were heard to tell')
    const { offsetMs, voters } = clock
    const found = `${(Math.abs(offsetMs) / 1_000).toFixed(1)} s ${offsetMs > 0 ? 'behind' : 'ahead of'} ${voters} miners`
    return Math.abs(offsetMs) <= OFF_MS ? ok(found) : warn(found, 'Set the clock of this machine (NTP).')
  },

  'offer seen'({ roles, seenBy }) {
    if (!roles.includes('miner')) return ok('there is none: this node has no miner role')
    if (seenBy === null) return warn('no other peer answered whether it knows it', 'Try again in a minute.')
    const found = `by ${seenBy.seen} of ${seenBy.asked} peers that were asked`
    return seenBy.seen > 0 ? ok(found) : warn(found, 'A new offer takes a minute; then see aitbc logs --level warn.')
  },
}

const FORWARD =
  'Forward the port (4011 unless set) on the router to this machine and let it through the firewall, or say the public address: aitbc config set announce /ip4/<address>/tcp/4011'
