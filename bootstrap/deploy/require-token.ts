/** Whether a token that is there already can be one of the mesh. */
import { encodeCall } from '../../contracts/binding/contract-codec.ts'
import { meshToken } from '../../contracts/generated/mesh-token.ts'
import { ContractReader } from '../../node/chain/contracts/contract-reader.ts'
import type { ChainRpc } from '../../node/chain/rpc/chain-rpc.ts'
import { MeshError } from '../../protocols/kernel/errors.ts'
import type { Address } from '../../protocols/kernel/ids.ts'
import type { Hasher } from '../../protocols/kernel/ports.ts'

/** Credits are millionths of the token's unit. */
const DECIMALS = 6n
/** Amounts of credits have 64 bits in the contracts. */
const SUPPLY_MAX = 2n ** 64n - 1n

/** @throws MeshError CONTRACT_CODE, CHAIN_* */
export async function requireToken(
  rpc: ChainRpc,
  { address, burns }: { readonly address: Address; readonly burns: boolean },
  deployer: Address,
  hasher: Pick<Hasher, 'keccak256'>,
  signal: AbortSignal,
): Promise<void> {
  const wrong = (why: string): MeshError => new MeshError('CONTRACT_CODE', { contract: 'token', address, why })
  await rpc.requireCode({ contract: 'token', address }, hasher, signal)
  const token = new ContractReader(rpc, meshToken, address)
  const read = async (name: 'decimals' | 'totalSupply'): Promise<bigint> => {
    const answer = await rpc.tryCall({ to: address, data: encodeCall(meshToken, name, []) }, 'latest', { signal })
    if (answer.kind === 'refused') throw wrong(`it has no ${name}, so it is no ERC-20`)
    return token.read(name, [], signal)
  }
  const decimals = await read('decimals')
  if (decimals !== DECIMALS) throw wrong(`it has ${decimals} decimals, and credits have ${DECIMALS}`)
  const supply = await read('totalSupply')
  if (supply > SUPPLY_MAX) throw wrong(`there are more of it than 64 bits of credits can count`)
  if (!burns) return
  const burn = { from: deployer, to: address, data: encodeCall(meshToken, 'burn', [0n]) }
  const outcome = await rpc.tryCall(burn, 'latest', { signal })
  if (outcome.kind === 'refused') throw wrong('it refuses to burn, against --token-burns')
}
