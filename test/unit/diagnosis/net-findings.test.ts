import { describe, expect, it } from 'vitest'
import { type NetJson, netFindings } from '../../../node/diagnosis/net-findings.ts'

const transport = { address: '/ip4/192.168.1.5/tcp/4011/p2p/x', kind: 'transport', isConfirmed: true, isPrivate: true }
const observed = { address: '/ip4/203.0.113.7/tcp/4011/p2p/x', kind: 'observed', isConfirmed: true, isPrivate: false }
const announced = { ...observed, kind: 'announce' }

/** A miner on the internet, which others have dialled. */
const well: NetJson = {
  network: 'mesh',
  roles: ['miner', 'router'],
  listens: ['/ip4/0.0.0.0/tcp/4011'],
  searchesLan: false,
  servesDht: true,
  addresses: [transport, observed],
  inbound: 3,
  outbound: 5,
  nearby: 0,
  relayed: 0,
  bootstrap: [{ address: '/dns4/door/tcp/1/p2p/y', tookMs: 12 }],
  others: [
    { address: 'a', tookMs: 40 },
    { address: 'b', tookMs: 90 },
    { address: 'c', why: 'no answer' },
  ],
  clock: { offsetMs: 400, voters: 7 },
  seenBy: { seen: 5, asked: 6, atMs: 1 },
  regions: [
    { region: 'us-east', latencyMs: 95, voters: 3 },
    { region: 'eu-west', latencyMs: 12, voters: 5 },
  ],
  nat: {
    mapping: 'endpoint-independent',
    filtering: 'address-and-port-dependent',
    publicIp: '203.0.113.7',
    asked: 2,
    answered: 2,
  },
  coordinates: { error: 0.12, samples: 40 },
}
const of = (name: string, facts: Partial<NetJson> = {}) => netFindings[name]!({ ...well, ...facts })
const states = (facts: Partial<NetJson> = {}) =>
  Object.fromEntries(Object.keys(netFindings).map((name) => [name, of(name, facts).state]))

describe("a node's place in the network", () => {
  it('is in order where others reach it, answer it and see its offer', () => {
    expect(new Set(Object.values(states()))).toEqual(new Set(['ok']))
    expect(of('reachability').found).toContain('others have dialled /ip4/203.0.113.7/tcp/4011; 3 connections')
    expect(of('other peers').found).toBe(
      '2 of 3 that were asked answer, after 40 ms the nearest and 90 ms the middle one',
    )
  })

  it('is told by coordinates, once they say something', () => {
    expect(of('coordinates').found).toBe('known within 12 %, after 40 round trips to peers that say where they lie')
    expect(of('coordinates', { coordinates: { error: 1.5, samples: 0 } }).found).toMatch(/^not known yet, after 0/)
  })

  it('is told by how far the regions are, the nearest first, as far as they were measured', () => {
    expect(of('regions').found).toBe('eu-west 12 ms (5 timed), us-east 95 ms (3 timed)')
    expect(of('regions', { regions: [] }).found).toContain('not known yet')
    expect(of('regions', { regions: null }).found).toContain('no miner role')
    const many = Array.from({ length: 9 }, (_, at) => ({ region: `r-${at}`, latencyMs: 9 - at, voters: 1 }))
    expect(of('regions', { regions: many }).found).toMatch(/^r-8 1 ms .*, 3 more$/)
  })

  it('is told by its NAT, and that others need a relay where each of them sees another port', () => {
    const nat = (facts: Partial<NonNullable<NetJson['nat']>>) => of('NAT', { nat: { ...well.nat!, ...facts } })
    expect(nat({})).toEqual({
      state: 'ok',
      found:
        'one port for all that it speaks with; lets only those in that it speaks with; seen as 203.0.113.7 by 2 of 2 STUN servers',
    })
    expect(nat({ mapping: 'address-and-port-dependent' })).toMatchObject({
      state: 'warn',
      found: expect.stringContaining('symmetric'),
      remedy: expect.stringContaining('over relays'),
    })
    expect(nat({ mapping: 'none', filtering: 'endpoint-independent' }).found).toMatch(/^none: /)
    expect(nat({ mapping: 'none' }).found).toMatch(/^none, but a firewall lets only those in/)
    expect(nat({ mapping: 'none', filtering: null }).found).toMatch(/^none; seen as/)
    expect(nat({ mapping: null, answered: 1 })).toMatchObject({ state: 'ok', found: expect.stringContaining('two of') })
    expect(nat({ mapping: null, publicIp: null, answered: 0 })).toMatchObject({
      state: 'warn',
      remedy: expect.stringContaining('UDP'),
    })
    expect(of('NAT', { nat: null }).found).toContain('stunServers')
  })

  it('behind a router that forwards nothing is told what to forward', () => {
    const home = { addresses: [transport, { ...observed, isConfirmed: false }], inbound: 0, servesDht: false }
    for (const name of ['reachability', 'DHT'])
      expect(of(name, home), name).toMatchObject({ state: 'warn', remedy: expect.stringContaining('Forward the port') })
    expect(of('announced', home).found).toContain('not confirmed, so not told: /ip4/203.0.113.7/tcp/4011')
  })

  it("by its owner's word is believed once somebody has come that way", () => {
    expect(of('reachability', { addresses: [announced], inbound: 0 }).state).toBe('warn')
    expect(of('reachability', { addresses: [announced], inbound: 1 })).toMatchObject({
      state: 'ok',
      found: expect.stringContaining("by its owner's word"),
    })
  })

  it('in a LAN is in order by private addresses', () => {
    expect(of('reachability', { addresses: [transport], searchesLan: true, inbound: 0 }).state).toBe('ok')
  })

  it('is nothing to worry about for a client that only dials, and the end of a miner that does', () => {
    const dials = { listens: [], addresses: [], inbound: 0, servesDht: false, seenBy: null }
    expect(new Set(Object.values(states({ ...dials, roles: ['client'] })))).toEqual(new Set(['ok']))
    expect(of('listening', { ...dials, roles: ['miner'] }).state).toBe('fail')
  })

  it('names who does not answer, a clock that is off, and an offer that nobody sees', () => {
    const away = [{ address: '/dns4/door/tcp/1/p2p/y', why: 'refused' }]
    expect(of('bootstrap peers', { bootstrap: away })).toMatchObject({
      state: 'fail',
      found: expect.stringContaining('refused'),
    })
    expect(of('other peers', { others: away }).state).toBe('warn')
    expect(of('clock', { clock: { offsetMs: -45_000, voters: 6 } })).toMatchObject({
      state: 'warn',
      found: '45.0 s ahead of 6 miners',
    })
    expect(of('clock', { clock: null }).state).toBe('ok')
    expect(of('offer seen', { seenBy: { seen: 0, asked: 6, atMs: 1 } }).state).toBe('warn')
    expect(of('offer seen', { seenBy: null }).state).toBe('warn')
  })

  it('has a remedy beside every state that is not ok', () => {
    const bad = { listens: [], addresses: [], inbound: 0, servesDht: false, seenBy: null, bootstrap: [], others: [] }
    for (const facts of [bad, { ...bad, listens: ['/x'] }, { ...bad, clock: { offsetMs: 99_999, voters: 5 } }])
      for (const name of Object.keys(netFindings)) {
        const { state, remedy } = of(name, facts)
        expect((remedy === undefined) === (state === 'ok'), name).toBe(true)
      }
  })
})
