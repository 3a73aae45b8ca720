import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { purse } from '../../../node/client/paying/purse.ts'
import { parseVoucherFile, voucherFileText } from '../../../node/work/redemption/voucher-file.ts'
import { address, ZERO_HASH } from '../../../protocols/kernel/ids.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import { signStruct } from '../../../protocols/statements/signed.ts'
import { sessionGrantType } from '../../../protocols/statements/struct-types.ts'
import { newSigner } from '../../support/nodes/test-client.ts'
import { marketDomain } from '../../support/virtual/virtual-market.ts'
import '../../support/property-seed.ts'

const NETWORK = { networkId: 'market', chainId: 31_337 }
const [ESCROW, MINER] = [address(`0x${'e5'.repeat(20)}`), address(`0x${'ab'.repeat(20)}`)]
const [payer, session, stranger] = [newSigner(), newSigner(), newSigner()]
const grantOf = (nonce: bigint, by = payer) =>
  signStruct(
    marketDomain,
    sessionGrantType,
    {
      ...{ payer: by.address, session: session.address, escrow: ESCROW, collectionsHash: ZERO_HASH },
      ...{ maxTotal: credits(1_000), maxPerMiner: credits(1_000), notAfter: 4_000_000_000n, nonce },
    },
    by,
  )
const granted = purse(marketDomain, ESCROW, session, grantOf(1n))
const held = (cumulative: bigint, from = granted) => ({
  voucher: from.sign(MINER, credits(cumulative), ZERO_HASH),
  grant: from.grant,
})
const parse = (text: string) => parseVoucherFile(text, 'v.json', NETWORK, marketDomain)
const changed = (change: (file: { vouchers: { voucher: string; grant: string | null }[] }) => object): string =>
  JSON.stringify(change(JSON.parse(voucherFileText(NETWORK, [held(5n)]))))

test('what is written is read, whoever signed it, and of one counter the highest alone', () => {
  const own = purse(marketDomain, ESCROW, stranger)
  const vouchers = [held(5n), held(9n), held(7n), held(2n, own)]
  const read = parse(voucherFileText(NETWORK, vouchers))
  expect(read.map(({ value }) => value.cumulative)).toEqual([9n, 2n])
  expect(read[0]).toMatchObject({ voucher: vouchers[1]!.voucher, grant: granted.grant })
  expect(read[1]?.grant).toBeUndefined()
})

describe('a file is refused, and what is wrong with it named,', () => {
  test.each<[string, string, RegExp]>([
    ['that is empty', '', /no JSON/],
    ['of another kind', '{"kind":"offers"}', /no file of vouchers/],
    ['of another network', voucherFileText({ ...NETWORK, networkId: 'other' }, []), /of the network other/],
    ['of another chain', voucherFileText({ ...NETWORK, chainId: 1 }, []), /on the chain 1/],
    ['with more in it', changed((file) => ({ ...file, more: 1 })), /no file of vouchers/],
    [
      'with bytes that are no voucher',
      changed((file) => ({ ...file, vouchers: [{ voucher: '0x00', grant: null }] })),
      /its voucher 1/,
    ],
    [
      'without its grant',
      changed((file) => ({ ...file, vouchers: [{ ...file.vouchers[0], grant: null }] })),
      /its grant is missing/,
    ],
    [
      'with another grant',
      voucherFileText(NETWORK, [{ ...held(5n), grant: purse(marketDomain, ESCROW, session, grantOf(2n)).grant }]),
      /another grant/,
    ],
    [
      'with endless digits',
      changed((file) => ({ ...file, vouchers: [{ ...file.vouchers[0], grant: `0x${'00'.repeat(3_000)}` }] })),
      /no file of vouchers/,
    ],
  ])('%s', (_, text, why) => {
    expect(() => parse(text)).toThrow(
      expect.objectContaining({ code: 'MALFORMED', message: expect.stringMatching(why) }),
    )
  })

  test('where any bit of a voucher was changed', () => {
    const good = held(5n)
    fc.assert(
      fc.property(fc.nat(good.voucher.length * 8 - 1), (bit) => {
        const bad = good.voucher.slice()
        bad[bit >> 3]! ^= 1 << (bit & 7)
        expect(() => parse(voucherFileText(NETWORK, [{ ...good, voucher: bad }]))).toThrow(
          expect.objectContaining({ code: 'MALFORMED' }),
        )
      }),
      { numRuns: 200 },
    )
  })

  test('whatever JSON it is', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(() => parse(text)).toThrow(expect.objectContaining({ code: 'MALFORMED' }))
      }),
    )
  })
})
