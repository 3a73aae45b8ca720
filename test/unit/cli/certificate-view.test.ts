import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { certificateOf } from '../../../node/cli/wallet/certificate-view.ts'
import { loadConfig } from '../../../node/config/load-config.ts'
import { certificateFiles, writeCertificate } from '../../../node/keys/certificate-file.ts'
import { signKeyCert } from '../../../protocols/statements/key-cert.ts'
import { NETWORKS } from '../../support/run-words.ts'
import { cast, domain } from '../../support/statement-vectors/cast.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const operator = cast.operator.signer
const keys = [{ kind: 'operator' as const, address: operator.address, sealed: false, createdAt: '', path: '' }]

function set(signal: AbortSignal = new AbortController().signal) {
  const dataFolder = temporaryFolder()
  const config = async () => loadConfig({ networksFolder: NETWORKS, flags: { dataFolder } })
  return { dataFolder, shown: () => certificateOf({ config, signal }, keys) }
}

describe('the certificate in the list of keys', () => {
  it('is absent where there is none, and said to be damaged where it is', async () => {
    const { dataFolder, shown } = set()
    expect(await shown()).toBeUndefined()
    writeFileSync(join(dataFolder, certificateFiles.signed), 'none')
    expect(await shown()).toEqual({ fault: expect.stringContaining('damaged') })
  })

  it('is not said to be wrong because the command was told to stop', async () => {
    const { dataFolder, shown } = set(AbortSignal.abort())
    const value = { owner: cast.owner.signer.address, operator: operator.address, notBefore: 0n, notAfter: 9n }
    writeCertificate(dataFolder, signKeyCert(domain, value, cast.owner.signer, operator))
    await expect(shown()).rejects.toMatchObject({ code: 'CANCELLED' })
  })
})
