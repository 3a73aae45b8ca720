/** Where a contract lies that an account made: its number says so before the chain does. */
import { getCreateAddress } from 'ethers/address'
import { type Address, address } from '../../../protocols/kernel/ids.ts'

export const createdBy = (from: Address, nonce: bigint): Address =>
  address(getCreateAddress({ from, nonce }).toLowerCase())
