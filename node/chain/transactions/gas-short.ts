/** An account has less of the chain's coin than something costs. */
import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { Address } from '../../../protocols/kernel/ids.ts'
import { coins } from './coins.ts'

export interface GasNeed {
  readonly address: Address
  readonly purpose: string
  readonly chainId: bigint | number
  readonly haveWei: bigint
  readonly needWei: bigint
}

export const gasShort = ({ haveWei, needWei, ...about }: GasNeed): MeshError =>
  new MeshError('GAS_SHORT', { ...about, have: coins(haveWei), need: coins(needWei) })
