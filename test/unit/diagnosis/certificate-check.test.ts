import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { certificateCheck } from '../../../node/diagnosis/certificate-check.ts'
import { writeCertificate } from '../../../node/keys/certificate-file.ts'
import { Keystore } from '../../../node/keys/keystore.ts'
import { systemRandom } from '../../../node/network-node/system-random.ts'
import { systemClock } from '../../../node/roles/system-clock.ts'
import { signKeyCert } from '../../../protocols/statements/key-cert.ts'
import { cast, crypto, domain } from '../../support/statement-vectors/cast.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const DAY = 86_400

/** What is found of a miner whose certificate ends so many days from now; of one without where absent. */
function found(days?: number, { roles = ['miner'], kind = 'table' }: { roles?: string[]; kind?: string } = {}) {
  const dataFolder = temporaryFolder()
  const keys = new Keystore(join(dataFolder, 'keys'), { crypto, random: systemRandom, clock: systemClock })
  const { signer } = keys.create('operator')
  if (days !== undefined) {
    const nowS = BigInt(Math.floor(Date.now() / 1_000))
    const value = {
      owner: cast.owner.signer.address,
      operator: signer.address,
      notBefore: 0n,
      notAfter: nowS + BigInt(days * DAY),
    }
    writeCertificate(dataFolder, signKeyCert(domain, value, cast.owner.signer, signer))
  }
  const network = { ...domain.network, chainId: Number(domain.network.chainId), chain: { kind } }
  const check = certificateCheck({ dataFolder, roles, owner: undefined } as never, network as never)
  return check.run(new AbortController().signal)
}

describe('the check of the certificate', () => {
  test('is content with one that lasts, and asks for another in good time', async () => {
    expect(await found(365)).toMatchObject({ state: 'ok', found: expect.stringContaining(cast.owner.signer.address) })
    expect(await found(29)).toMatchObject({ state: 'warn', remedy: expect.stringContaining('aitbc wallet certify') })
    expect(await found(-1)).toMatchObject({ state: 'warn', found: expect.stringContaining('it has ended') })
  })

  test('wants one of a miner where stake counts, and of nobody else', async () => {
    expect(await found(undefined, { kind: 'rpc' })).toMatchObject({
      state: 'warn',
      remedy: expect.stringContaining('aitbc wallet register'),
    })
    expect(await found()).toMatchObject({ state: 'ok' })
    expect(await found(undefined, { kind: 'rpc', roles: ['client'] })).toMatchObject({ state: 'ok' })
  })
})
