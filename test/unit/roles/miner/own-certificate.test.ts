import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import {
  certificateFiles,
  readCertificateRequest,
  writeCertificate,
  writeCertificateRequest,
} from '../../../../node/keys/certificate-file.ts'
import { ownCertificate } from '../../../../node/roles/miner/own-certificate.ts'
import type { MeshError } from '../../../../protocols/kernel/errors.ts'
import type { Address } from '../../../../protocols/kernel/ids.ts'
import { signKeyCert } from '../../../../protocols/statements/key-cert.ts'
import { cast, domain, otherNetwork } from '../../../support/statement-vectors/cast.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'
import { ManualClock } from '../../../support/virtual/manual-clock.ts'

const NOW_S = 1_800_000_000n
const owner = cast.owner.signer
const operator = cast.operator.signer
const value = { owner: owner.address, operator: operator.address, notBefore: NOW_S, notAfter: NOW_S + 100n }
const certificate = signKeyCert(domain, value, owner, operator)

let folder: string
let clock: ManualClock
let faults: string[]
beforeEach(() => {
  folder = temporaryFolder()
  clock = new ManualClock(Number(NOW_S) * 1_000)
  faults = []
})
const shown = (more: { readonly owner?: Address } = {}) =>
  ownCertificate({
    domain,
    clock,
    dataFolder: folder,
    operator: operator.address,
    owner: more.owner,
    onFault: (error: MeshError) => faults.push(error.message),
  })

describe("the owner's certificate", () => {
  test('is shown while it holds, also a renewed one without a new start, and not a second longer', () => {
    const show = shown({ owner: owner.address })
    expect(show()).toBeUndefined()
    expect(faults).toEqual([])
    writeCertificate(folder, certificate)
    expect(show()).toEqual(certificate)
    clock.advance(100_999)
    expect(show()).toEqual(certificate)
    clock.advance(1)
    expect(show()).toBeUndefined()
    expect(show()).toBeUndefined()
    expect(faults).toEqual([expect.stringContaining('it has ended')])
    const renewed = signKeyCert(domain, { ...value, notAfter: NOW_S + 1_000n }, owner, operator)
    writeCertificate(folder, renewed)
    expect(show()).toEqual(renewed)
  })

  test('is left out where readers would refuse the profile for it, and its owner is told why', () => {
    const stranger = cast.stranger.signer
    for (const [false_, why] of [
      [signKeyCert(domain, { ...value, operator: stranger.address }, owner, stranger), 'for the operator'],
      [signKeyCert(domain, { ...value, notBefore: NOW_S + 1n }, owner, operator), 'has not begun'],
      [signKeyCert(otherNetwork, value, owner, operator), 'another network'],
      [{ ...certificate, ownerSignature: certificate.operatorSignature }, 'false-owner-signature'],
    ] as const) {
      writeCertificate(folder, false_)
      expect(shown()()).toBeUndefined()
      expect(faults.at(-1)).toContain(why)
    }
    writeCertificate(folder, certificate)
    expect(shown({ owner: stranger.address })()).toBeUndefined()
    expect(faults.at(-1)).toContain('the settings name')
    for (const bytes of [new Uint8Array(), new Uint8Array(5_000), Uint8Array.of(0x88, 1)]) {
      writeFileSync(join(folder, certificateFiles.signed), bytes)
      expect(shown()()).toBeUndefined()
    }
    expect(faults).toHaveLength(8)
  })
})

describe('a request for a certificate', () => {
  test('waits for its signature as it was handed out, and goes with the certificate', () => {
    expect(readCertificateRequest(folder)).toBeUndefined()
    writeCertificateRequest(folder, value)
    expect(readCertificateRequest(folder)).toEqual(value)
    expect(statSync(join(folder, certificateFiles.request)).mode & 0o777).toBe(0o600)
    writeCertificate(folder, certificate)
    expect(readCertificateRequest(folder)).toBeUndefined()
  })

  test('that cannot be read is none', () => {
    for (const text of ['', '{', '[]', '{"owner": 1}', 'x'.repeat(5_000)]) {
      writeFileSync(join(folder, certificateFiles.request), text)
      expect(readCertificateRequest(folder)).toBeUndefined()
    }
  })
})
