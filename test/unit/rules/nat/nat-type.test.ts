import { describe, expect, it, test } from 'vitest'
import {
  canPunch,
  filteringOf,
  isSymmetric,
  mappingOf,
  type NatFiltering,
  type NatMapping,
  type NatType,
} from '../../../../protocols/rules/nat/nat-type.ts'

const MAPPINGS: readonly NatMapping[] = [
  'none',
  'endpoint-independent',
  'address-dependent',
  'address-and-port-dependent',
]
const FILTERINGS: readonly NatFiltering[] = ['endpoint-independent', 'address-dependent', 'address-and-port-dependent']
const TYPES = MAPPINGS.flatMap((mapping) => FILTERINGS.map((filtering) => ({ mapping, filtering })))

interface Place {
  readonly ip: string
  readonly port: number
}
const placeText = ({ ip, port }: Place): string => `${ip}:${port}`

/** A router with one machine, one socket behind it, which maps and filters as its type says. */
class Router {
  readonly type: { readonly mapping: NatMapping; readonly filtering: NatFiltering }
  readonly #ip: string
  readonly #ports = new Map<string, number>()
  readonly #sentFrom = new Map<number, Place[]>()

  constructor(ip: string, type: Router['type']) {
    this.#ip = ip
    this.type = type
  }

  /** @returns where a packet to `to` comes from, as all beyond see it */
  send(to: Place): Place {
    const key = {
      none: '',
      'endpoint-independent': '',
      'address-dependent': to.ip,
      'address-and-port-dependent': placeText(to),
    }[this.type.mapping]
    const port = this.#ports.get(key) ?? 1_000 + this.#ports.size
    this.#ports.set(key, port)
    this.#sentFrom.set(port, [...(this.#sentFrom.get(port) ?? []), to])
    return { ip: this.#ip, port }
  }

  letsIn(from: Place, to: Place): boolean {
    const sentTo = to.ip === this.#ip ? this.#sentFrom.get(to.port) : undefined
    if (sentTo === undefined) return false
    switch (this.type.filtering) {
      case 'endpoint-independent':
        return true
      case 'address-dependent':
        return sentTo.some(({ ip }) => ip === from.ip)
      case 'address-and-port-dependent':
        return sentTo.some((place) => placeText(place) === placeText(from))
    }
  }
}

/** As ICE does it (RFC 8445): questions go to where the other was seen, and an answer counts that comes from where its question went. */
function comeThrough(a: Router, b: Router): boolean {
  const server: Place = { ip: 'server', port: 3478 }
  const known = new Map([
    [a, new Map([b.send(server)].map((place) => [placeText(place), place]))],
    [b, new Map([a.send(server)].map((place) => [placeText(place), place]))],
  ])
  for (let round = 0; round < 5; round++) {
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const) {
      for (const target of known.get(from)!.values()) {
        const seenFrom = from.send(target)
        if (!to.letsIn(seenFrom, target)) continue
        // Where the question came from is another place to try.
        known.get(to)!.set(placeText(seenFrom), seenFrom)
        const answeredFrom = to.send(seenFrom)
        if (placeText(answeredFrom) === placeText(target) && from.letsIn(answeredFrom, seenFrom)) return true
      }
    }
  }
  return false
}

describe('two machines behind routers', () => {
  const pairs = TYPES.flatMap((a) => TYPES.map((b) => [a, b] as const))

  const lucky = ([a, b]: (typeof pairs)[number]): boolean =>
    isSymmetric(a) && isSymmetric(b) && [a, b].some(({ filtering }) => filtering === 'endpoint-independent')

  it('come through to each other exactly where the rule says so', () => {
    const differing = pairs
      // Symmetric and open to anybody: no router is known to be, and a relay carries them all the same.
      .filter((pair) => !lucky(pair))
      .filter(([a, b]) => canPunch(a, b) !== comeThrough(new Router('a', a), new Router('b', b)))
    expect(differing).toEqual([])
    expect(pairs.filter(lucky).map(([a, b]) => canPunch(a, b))).not.toContain(true)
    // Both happen, so neither answer is given blindly.
    expect(new Set(pairs.map(([a, b]) => canPunch(a, b)))).toEqual(new Set([true, false]))
  })

  it('do so or do not, whoever of them is named first', () => {
    for (const [a, b] of pairs) expect(canPunch(a, b), JSON.stringify([a, b])).toBe(canPunch(b, a))
  })

  it('are not judged where too little is known', () => {
    const home: NatType = { mapping: 'endpoint-independent', filtering: 'address-and-port-dependent' }
    const symmetric: NatType = { mapping: 'address-and-port-dependent', filtering: 'address-and-port-dependent' }
    expect(canPunch(home, { mapping: undefined, filtering: undefined })).toBeUndefined()
    expect(canPunch(symmetric, { ...home, filtering: undefined })).toBeUndefined()
    // How it filters is of no weight where both map always alike.
    expect(canPunch(home, { ...home, filtering: undefined })).toBe(true)
  })
})

describe('what servers say of a socket', () => {
  const own = ['192.168.1.2:5000']
  const seen = (...mapped: readonly string[]) => ({
    own,
    byServer: new Map(mapped.map((text, i) => [`198.51.100.${i}`, text])),
  })

  test.each([
    ['its own address, by two', seen(own[0]!, own[0]!), 'none'],
    ['another one, alike', seen('203.0.113.9:41', '203.0.113.9:41'), 'endpoint-independent'],
    ['another one each', seen('203.0.113.9:41', '203.0.113.9:42'), 'address-and-port-dependent'],
    [
      'another one each, of which the second port says the same',
      {
        ...seen('203.0.113.9:41', '203.0.113.9:42'),
        bySecondPort: { server: '198.51.100.0', mapped: '203.0.113.9:41' },
      },
      'address-dependent',
    ],
    [
      'another one each, and each port',
      {
        ...seen('203.0.113.9:41', '203.0.113.9:42'),
        bySecondPort: { server: '198.51.100.0', mapped: '203.0.113.9:43' },
      },
      'address-and-port-dependent',
    ],
    ['another one, by one only', seen('203.0.113.9:41'), undefined],
    ['its own address, by one only', seen(own[0]!), 'none'],
    [
      'another one by each port of one only',
      { ...seen('203.0.113.9:41'), bySecondPort: { server: '198.51.100.0', mapped: '203.0.113.9:42' } },
      'address-and-port-dependent',
    ],
    [
      'the same by both ports of one only',
      { ...seen('203.0.113.9:41'), bySecondPort: { server: '198.51.100.0', mapped: '203.0.113.9:41' } },
      undefined,
    ],
    ['nothing', seen(), undefined],
    [
      'the same by two, and a lie by the third',
      seen('203.0.113.9:41', '198.18.0.1:9', '203.0.113.9:41'),
      'endpoint-independent',
    ],
  ] as const)('%s', (_, looked, mapping) => {
    expect(mappingOf(looked)).toBe(mapping)
  })

  it('one of two that lies makes a NAT look worse, never better', () => {
    const symmetric = seen('203.0.113.9:41', '203.0.113.9:42')
    for (const lie of ['203.0.113.9:42', '203.0.113.9:43', own[0]!]) {
      // It does not know what the other one saw.
      if (lie !== '203.0.113.9:42') expect(mappingOf(seen('203.0.113.9:42', lie))).toBe('address-and-port-dependent')
    }
    expect(isSymmetric({ mapping: mappingOf(symmetric), filtering: undefined })).toBe(true)
  })
})

describe('what came in unasked', () => {
  test.each([
    [true, true, 'endpoint-independent'],
    [true, undefined, 'endpoint-independent'],
    [false, true, 'address-dependent'],
    [false, false, 'address-and-port-dependent'],
    [undefined, true, undefined],
    [undefined, false, undefined],
    [false, undefined, undefined],
    [undefined, undefined, undefined],
  ] as const)('by the other server %s, by the second port %s', (fromOtherServer, fromSecondPort, filtering) => {
    expect(filteringOf({ fromOtherServer, fromSecondPort })).toBe(filtering)
  })
})
