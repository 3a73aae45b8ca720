/** What a machine finds out about the NAT that it is behind, behind routers that are really there. */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { NatLook } from '../../node/network-node/stun/look-at-nat.ts'
import { canPunch } from '../../protocols/rules/nat/nat-type.ts'
import { type Home, NatLab, SERVERS } from '../support/nat/nat-lab.ts'
import { noLaboratory } from '../support/nat/network-namespace.ts'

const PORT = '3478'
const program = (name: string): string => fileURLToPath(new URL(`../support/nat/${name}.ts`, import.meta.url))

async function textOf(child: ChildProcess): Promise<string> {
  let text = ''
  child.stdout!.setEncoding('utf8').on('data', (data: string) => {
    text += data
  })
  await once(child, 'close')
  return text
}

async function lookFrom({ machine }: Home): Promise<NatLook> {
  return JSON.parse(await textOf(machine.node([program('look-at-nat'), PORT, ...SERVERS])))
}

describe.skipIf(noLaboratory !== undefined)(
  `behind a router${noLaboratory === undefined ? '' : ` (${noLaboratory})`}`,
  () => {
    const kinds = ['open', 'fullCone', 'restrictedCone', 'home', 'symmetric', 'provider'] as const
    let lab: NatLab
    let homes: ReadonlyMap<string, Home>
    let looks: ReadonlyMap<string, NatLook>
    beforeAll(async () => {
      lab = new NatLab()
      homes = new Map(
        kinds.map((kind) => [
          kind,
          kind === 'open' ? lab.open() : kind === 'provider' ? lab.home('home', 'symmetric') : lab.home(kind),
        ]),
      )
      const servers = lab.internet.node([program('serve-stun'), PORT, ...SERVERS])
      await once(servers.stdout!, 'data')
      looks = new Map(await Promise.all([...homes].map(async ([kind, home]) => [kind, await lookFrom(home)] as const)))
    })
    afterAll(() => lab?.[Symbol.dispose]())

    test.each([
      ['open', { mapping: 'none', filtering: 'endpoint-independent' }],
      ['fullCone', { mapping: 'endpoint-independent', filtering: 'endpoint-independent' }],
      ['restrictedCone', { mapping: 'endpoint-independent', filtering: 'address-dependent' }],
      ['home', { mapping: 'endpoint-independent', filtering: 'address-and-port-dependent' }],
      ['symmetric', { mapping: 'address-and-port-dependent', filtering: 'address-and-port-dependent' }],
      ['provider', { mapping: 'address-and-port-dependent', filtering: 'address-and-port-dependent' }],
    ] as const)('%s a machine finds out what it is', (kind, type) => {
      expect(looks.get(kind)).toEqual({ ...type, publicIp: homes.get(kind)!.publicIp, answered: SERVERS.length })
    })

    test('two machines come to the same answer, whether they can do without a relay', () => {
      const pair = (a: string, b: string) => canPunch(looks.get(a)!, looks.get(b)!)
      expect([pair('home', 'home'), pair('fullCone', 'symmetric'), pair('restrictedCone', 'symmetric')]).toEqual([
        true,
        true,
        true,
      ])
      expect([pair('home', 'symmetric'), pair('symmetric', 'symmetric'), pair('home', 'provider')]).toEqual([
        false,
        false,
        false,
      ])
    })
  },
)
