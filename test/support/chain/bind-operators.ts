/** Operators of one owner, bound by certificates that somebody brings to the chain. */
import type { EthersDeployer } from '../../../bootstrap/deploy/ethers-deployer.ts'
import type { Testnet } from '../../../bootstrap/localnet/create-testnet.ts'
import type { Hex } from '../../../contracts/binding/values.ts'
import { identityRegistry } from '../../../contracts/generated/identity-registry.ts'
import { signature } from '../../../node/chain/money/action-calls.ts'
import type { Address } from '../../../protocols/kernel/ids.ts'
import { signKeyCert } from '../../../protocols/statements/key-cert.ts'
import { domainOf, newSigner } from '../nodes/test-client.ts'

const LIFETIME_S = 86_400n

/** @param relay sends the transactions, one for each */
export async function bindOperators(
  net: Testnet,
  relay: EthersDeployer,
  count: number,
): Promise<{ readonly owner: Address; readonly operators: readonly Address[] }> {
  const domain = domainOf(net)
  const owner = newSigner()
  const notAfter = BigInt(Math.floor(Date.now() / 1_000)) + LIFETIME_S
  const at = net.settlement!.contracts.identityRegistry as Hex
  const operators: Address[] = []
  for (let i = 0; i < count; i++) {
    const operator = newSigner()
    const value = { owner: owner.address, operator: operator.address, notBefore: 0n, notAfter }
    const { ownerSignature, operatorSignature } = signKeyCert(domain, value, owner, operator)
    const signatures = [signature(ownerSignature), signature(operatorSignature)] as const
    await relay.call(identityRegistry, at, 'authorise', [value, ...signatures])
    operators.push(operator.address)
  }
  return { owner: owner.address, operators }
}
