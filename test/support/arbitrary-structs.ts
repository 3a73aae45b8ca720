/** Random values of any struct type, for property tests and for comparing two implementations. */
import fc from 'fast-check'
import { toHex } from '../../protocols/kernel/bytes.ts'
import { type FieldType, fieldsOf, type StructType } from '../../protocols/statements/struct-type.ts'

const hex = (length: number) => fc.uint8Array({ minLength: length, maxLength: length }).map((bytes) => toHex(bytes))

const byType: Readonly<Record<FieldType, fc.Arbitrary<string | number | bigint>>> = {
  address: hex(20),
  bytes32: hex(32),
  bytes4: hex(4),
  uint8: fc.integer({ min: 1, max: 0xff }),
  uint16: fc.integer({ min: 0, max: 0xffff }),
  uint32: fc.integer({ min: 0, max: 0xffff_ffff }),
  uint64: fc.oneof(
    fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    fc.constantFrom(0n, 2n ** 32n, 2n ** 53n, 2n ** 64n - 1n),
  ),
}

export function arbitraryStruct<T>(type: StructType<T>): fc.Arbitrary<T> {
  return fc.record(
    Object.fromEntries(fieldsOf(type).map(([name, kind]) => [name, byType[kind]])),
  ) as unknown as fc.Arbitrary<T>
}
