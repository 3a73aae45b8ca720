import { expect, it } from 'vitest'
import type { MeshClient } from '../../../node/client/mesh-client.ts'
import { leaseMethods } from '../../../node/control/methods/lease-methods.ts'
import type { RunningNode } from '../../../node/roles/start-node.ts'

const [one, other] = ['0xabcd01', '0xabcd02'].map((id) => id.padEnd(66, '0')) as [string, string]

function cancel(id: string): Promise<unknown> {
  const client = { leases: { list: () => [{ id: one }, { id: other }], cancel: async (given: string) => ({ given }) } }
  const { leaseCancel } = leaseMethods({} as RunningNode, () => client as unknown as MeshClient)
  return leaseCancel({ id }, { signal: new AbortController().signal, emit: async () => undefined })
}

it('a lease is named by its id or a beginning that is its own', async () => {
  expect(await cancel(one)).toEqual({ given: one })
  expect(await cancel('0xabcd02')).toEqual({ given: other })
  expect(await cancel('0xABCD02')).toEqual({ given: other })
  await expect(cancel('0xabcd03')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await expect(cancel('0xabcd0')).rejects.toMatchObject({
    code: 'USAGE',
    message: expect.stringContaining('2 leases begin with 0xabcd0'),
  })
})
