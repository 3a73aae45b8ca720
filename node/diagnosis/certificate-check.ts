/** Whether somebody answers for this miner, and for how long still. */

import { join } from 'node:path'
import { signingDomain } from '../../protocols/statements/struct-hash.ts'
import type { NetworkFile } from '../config/network-file.ts'
import type { Settings } from '../config/settings.ts'
import { certificateFault, readCertificate } from '../keys/certificate-file.ts'
import { Keystore } from '../keys/keystore.ts'
import { createCrypto } from '../keys/node-crypto.ts'
import { systemRandom } from '../network-node/system-random.ts'
import { systemClock } from '../roles/system-clock.ts'
import { folderFiles } from '../storage/data-folder.ts'
import { type Check, type Finding, ok, warn } from './check.ts'

/** A cold wallet is fetched in that time. */
const SOON_MS = 30 * 86_400_000
const RENEW = 'Have the owner sign another: aitbc wallet certify'

export const certificateCheck = (
  { dataFolder, owner, roles }: Pick<Settings, 'dataFolder' | 'owner' | 'roles'>,
  { chain, chainId, networkId }: Pick<NetworkFile, 'chain' | 'chainId' | 'networkId'>,
): Check => ({
  name: 'certificate',
  async run(): Promise<Finding> {
    if (!roles.includes('miner')) return ok('none needed: this node is no miner')
    const certificate = readCertificate(dataFolder)
    if (certificate === undefined) {
      if (chain.kind === 'table') return ok('none: no owner stands behind this miner')
      return warn(
        'none: no stake stands behind this miner',
        'Bind it: aitbc wallet certify, then aitbc wallet register',
      )
    }
    const crypto = await createCrypto()
    const keys = new Keystore(join(dataFolder, folderFiles.keys), { crypto, random: systemRandom, clock: systemClock })
    const operator = keys.look('operator')?.address
    if (operator === undefined) return warn('it is for an operator whose key is not here', RENEW)
    const nowMs = systemClock.nowMs()
    const domain = signingDomain({ networkId, chainId: BigInt(chainId) }, crypto)
    const why = certificateFault(domain, certificate, { operator, owner, nowMs })
    if (why !== undefined) return warn(`it does not hold: ${why}`, RENEW)
    const endMs = Number(certificate.value.notAfter) * 1_000
    const found = `the owner ${certificate.value.owner} stands behind this miner until ${new Date(endMs).toISOString().slice(0, 10)}`
    return endMs - nowMs < SOON_MS ? warn(found, RENEW) : ok(found)
  },
})
