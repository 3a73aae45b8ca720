// Generated from contracts/src by contracts/build/generate.ts; changed there.
import type { Contract } from '../binding/contract.ts'
import type { Address, Hex } from '../binding/values.ts'

export interface AccessManagerTypes {
  readonly create: readonly [initialAdmin: Address]
  readonly functions: {
    readonly ADMIN_ROLE: {
      readonly inputs: readonly []
      readonly output: bigint
    }
    readonly PUBLIC_ROLE: {
      readonly inputs: readonly []
      readonly output: bigint
    }
    readonly canCall: {
      readonly inputs: readonly [caller: Address, target: Address, selector: Hex]
      readonly output: {
        readonly immediate: boolean
        readonly delay: bigint
      }
    }
    readonly cancel: {
      readonly inputs: readonly [caller: Address, target: Address, data: Hex]
      readonly output: bigint
    }
    readonly consumeScheduledOp: {
      readonly inputs: readonly [caller: Address, data: Hex]
      readonly output: undefined
    }
    readonly execute: {
      readonly inputs: readonly [target: Address, data: Hex]
      readonly output: bigint
    }
    readonly expiration: {
      readonly inputs: readonly []
      readonly output: bigint
    }
    readonly getAccess: {
      readonly inputs: readonly [roleId: bigint, account: Address]
      readonly output: {
        readonly since: bigint
        readonly currentDelay: bigint
        readonly pendingDelay: bigint
        readonly effect: bigint
      }
    }
    readonly getNonce: {
      readonly inputs: readonly [id: Hex]
      readonly output: bigint
    }
    readonly getRoleAdmin: {
      readonly inputs: readonly [roleId: bigint]
      readonly output: bigint
    }
    readonly getRoleGrantDelay: {
      readonly inputs: readonly [roleId: bigint]
      readonly output: bigint
    }
    readonly getRoleGuardian: {
      readonly inputs: readonly [roleId: bigint]
      readonly output: bigint
    }
    readonly getSchedule: {
      readonly inputs: readonly [id: Hex]
      readonly output: bigint
    }
    readonly getTargetAdminDelay: {
      readonly inputs: readonly [target: Address]
      readonly output: bigint
    }
    readonly getTargetFunctionRole: {
      readonly inputs: readonly [target: Address, selector: Hex]
      readonly output: bigint
    }
    readonly grantRole: {
      readonly inputs: readonly [roleId: bigint, account: Address, executionDelay: bigint]
      readonly output: undefined
    }
    readonly hasRole: {
      readonly inputs: readonly [roleId: bigint, account: Address]
      readonly output: {
        readonly isMember: boolean
        readonly executionDelay: bigint
      }
    }
    readonly hashOperation: {
      readonly inputs: readonly [caller: Address, target: Address, data: Hex]
      readonly output: Hex
    }
    readonly isTargetClosed: {
      readonly inputs: readonly [target: Address]
      readonly output: boolean
    }
    readonly labelRole: {
      readonly inputs: readonly [roleId: bigint, label: string]
      readonly output: undefined
    }
    readonly minSetback: {
      readonly inputs: readonly []
      readonly output: bigint
    }
    readonly multicall: {
      readonly inputs: readonly [data: readonly Hex[]]
      readonly output: readonly Hex[]
    }
    readonly renounceRole: {
      readonly inputs: readonly [roleId: bigint, callerConfirmation: Address]
      readonly output: undefined
    }
    readonly revokeRole: {
      readonly inputs: readonly [roleId: bigint, account: Address]
      readonly output: undefined
    }
    readonly schedule: {
      readonly inputs: readonly [target: Address, data: Hex, when: bigint]
      readonly output: {
        readonly operationId: Hex
        readonly nonce: bigint
      }
    }
    readonly setGrantDelay: {
      readonly inputs: readonly [roleId: bigint, newDelay: bigint]
      readonly output: undefined
    }
    readonly setRoleAdmin: {
      readonly inputs: readonly [roleId: bigint, admin: bigint]
      readonly output: undefined
    }
    readonly setRoleGuardian: {
      readonly inputs: readonly [roleId: bigint, guardian: bigint]
      readonly output: undefined
    }
    readonly setTargetAdminDelay: {
      readonly inputs: readonly [target: Address, newDelay: bigint]
      readonly output: undefined
    }
    readonly setTargetClosed: {
      readonly inputs: readonly [target: Address, closed: boolean]
      readonly output: undefined
    }
    readonly setTargetFunctionRole: {
      readonly inputs: readonly [target: Address, selectors: readonly Hex[], roleId: bigint]
      readonly output: undefined
    }
    readonly updateAuthority: {
      readonly inputs: readonly [target: Address, newAuthority: Address]
      readonly output: undefined
    }
  }
  readonly events: {
    readonly OperationCanceled: {
      readonly operationId: Hex
      readonly nonce: bigint
    }
    readonly OperationExecuted: {
      readonly operationId: Hex
      readonly nonce: bigint
    }
    readonly OperationScheduled: {
      readonly operationId: Hex
      readonly nonce: bigint
      readonly schedule: bigint
      readonly caller: Address
      readonly target: Address
      readonly data: Hex
    }
    readonly RoleAdminChanged: {
      readonly roleId: bigint
      readonly admin: bigint
    }
    readonly RoleGrantDelayChanged: {
      readonly roleId: bigint
      readonly delay: bigint
      readonly since: bigint
    }
    readonly RoleGranted: {
      readonly roleId: bigint
      readonly account: Address
      readonly delay: bigint
      readonly since: bigint
      readonly newMember: boolean
    }
    readonly RoleGuardianChanged: {
      readonly roleId: bigint
      readonly guardian: bigint
    }
    readonly RoleLabel: {
      readonly roleId: bigint
      readonly label: string
    }
    readonly RoleRevoked: {
      readonly roleId: bigint
      readonly account: Address
    }
    readonly TargetAdminDelayUpdated: {
      readonly target: Address
      readonly delay: bigint
      readonly since: bigint
    }
    readonly TargetClosed: {
      readonly target: Address
      readonly closed: boolean
    }
    readonly TargetFunctionRoleUpdated: {
      readonly target: Address
      readonly selector: Hex
      readonly roleId: bigint
    }
  }
}

export const accessManager: Contract<AccessManagerTypes> = {
  name: 'AccessManager',
  abi: [
    {"inputs":[{"internalType":"address","name":"initialAdmin","type":"address"}],"stateMutability":"nonpayable","type":"constructor"},
    {"inputs":[{"internalType":"bytes32","name":"operationId","type":"bytes32"}],"name":"AccessManagerAlreadyScheduled","type":"error"},
    {"inputs":[],"name":"AccessManagerBadConfirmation","type":"error"},
    {"inputs":[{"internalType":"bytes32","name":"operationId","type":"bytes32"}],"name":"AccessManagerExpired","type":"error"},
    {"inputs":[{"internalType":"address","name":"initialAdmin","type":"address"}],"name":"AccessManagerInvalidInitialAdmin","type":"error"},
    {"inputs":[{"internalType":"bytes4","name":"selector","type":"bytes4"}],"name":"AccessManagerLockedFunction","type":"error"},
    {"inputs":[{"internalType":"uint64","name":"roleId","type":"uint64"}],"name":"AccessManagerLockedRole","type":"error"},
    {"inputs":[{"internalType":"bytes32","name":"operationId","type":"bytes32"}],"name":"AccessManagerNotReady","type":"error"},
    {"inputs":[{"internalType":"bytes32","name":"operationId","type":"bytes32"}],"name":"AccessManagerNotScheduled","type":"error"},
    {"inputs":[{"internalType":"address","name":"msgsender","type":"address"},{"internalType":"uint64","name":"roleId","type":"uint64"}],"name":"AccessManagerUnauthorizedAccount","type":"error"},
    {"inputs":[{"internalType":"address","name":"caller","type":"address"},{"internalType":"address","name":"target","type":"address"},{"internalType":"bytes4","name":"selector","type":"bytes4"}],"name":"AccessManagerUnauthorizedCall","type":"error"},
    {"inputs":[{"internalType":"address","name":"msgsender","type":"address"},{"internalType":"address","name":"caller","type":"address"},{"internalType":"address","name":"target","type":"address"},{"internalType":"bytes4","name":"selector","type":"bytes4"}],"name":"AccessManagerUnauthorizedCancel","type":"error"},
    {"inputs":[{"internalType":"address","name":"target","type":"address"}],"name":"AccessManagerUnauthorizedConsume","type":"error"},
    {"inputs":[{"internalType":"address","name":"target","type":"address"}],"name":"AddressEmptyCode","type":"error"},
    {"inputs":[],"name":"FailedCall","type":"error"},
    {"inputs":[{"internalType":"uint256","name":"balance","type":"uint256"},{"internalType":"uint256","name":"needed","type":"uint256"}],"name":"InsufficientBalance","type":"error"},
    {"inputs":[{"internalType":"uint8","name":"bits","type":"uint8"},{"internalType":"uint256","name":"value","type":"uint256"}],"name":"SafeCastOverflowedUintDowncast","type":"error"},
    {"anonymous":false,"inputs":[{"indexed":true,"internalType":"bytes32","name":"operationId","type":"bytes32"},{"indexed":true,"internalType":"uint32","name":"nonce","type":"uint32"}],"name":"OperationCanceled","type":"event"},
    {"anonymous":false,"inputs":[{"indexed":true,"internalType":"bytes32","name":"operationId","type":"bytes32"},{"indexed":true,"internalType":"uint32","name":"nonce","type":"uint32"}],"name":"OperationExecuted","type":"event"},
    {"anonymous":false,"inputs":[{"indexed":true,"internalType":"bytes32","name":"operationId","type":"bytes32"},{"indexed":true,"internalType":"uint32","name":"nonce","type":"uint32"},{"indexed":false,"internalType":"uint48","name":"schedule","type":"uint48"},{"indexed":false,"internalType":"address","name":"caller","type":"address"},{"indexed":false,"internalType":"address","name":"target","type":"address"},{"indexed":false,"internalType":"bytes","name":"data","type":"bytes"}],"name":"OperationScheduled","type":"event"},
    {"anonymous":false,"inputs":[{"indexed":true,"internalType":"uint64","name":"roleId","type":"uint64"},{"indexed":true,"internalType":"uint64","name":"admin","type":"uint64"}],"name":"RoleAdminChanged","type":"event"},
    {"anonymous":false,"inputs":[{"indexed":true,"internalType":"uint64","name":"roleId","type":"uint64"},{"indexed":false,"internalType":"uint32","name":"delay","type":"uint32"},{"indexed":false,"internalType":"uint48","name":"since","type":"uint48"}],"name":"RoleGrantDelayChanged","type":"event"},
    {"anonymous":false,"inputs":[{"indexed":true,"internalType":"uint64","name":"roleId","type":"uint64"},{"indexed":true,"internalType":"address","name":"account","type":"address"},{"indexed":false,"internalType":"uint32","name":"delay","type":"uint32"},{"indexed":false,"internalType":"uint48","name":"since","type":"uint48"},{"indexed":false,"internalType":"bool","name":"newMember","type":"bool"}],"name":"RoleGranted","type":"event"},
    {"anonymous":false,"inputs":[{"indexed":true,"internalType":"uint64","name":"roleId","type":"uint64"},{"indexed":true,"internalType":"uint64","name":"guardian","type":"uint64"}],"name":"RoleGuardianChanged","type":"event"},
    {"anonymous":false,"inputs":[{"indexed":true,"internalType":"uint64","name":"roleId","type":"uint64"},{"indexed":false,"internalType":"string","name":"label","type":"string"}],"name":"RoleLabel","type":"event"},
    {"anonymous":false,"inputs":[{"indexed":true,"internalType":"uint64","name":"roleId","type":"uint64"},{"indexed":true,"internalType":"address","name":"account","type":"address"}],"name":"RoleRevoked","type":"event"},
    {"anonymous":false,"inputs":[{"indexed":true,"internalType":"address","name":"target","type":"address"},{"indexed":false,"internalType":"uint32","name":"delay","type":"uint32"},{"indexed":false,"internalType":"uint48","name":"since","type":"uint48"}],"name":"TargetAdminDelayUpdated","type":"event"},
    {"anonymous":false,"inputs":[{"indexed":true,"internalType":"address","name":"target","type":"address"},{"indexed":false,"internalType":"bool","name":"closed","type":"bool"}],"name":"TargetClosed","type":"event"},
    {"anonymous":false,"inputs":[{"indexed":true,"internalType":"address","name":"target","type":"address"},{"indexed":false,"internalType":"bytes4","name":"selector","type":"bytes4"},{"indexed":true,"internalType":"uint64","name":"roleId","type":"uint64"}],"name":"TargetFunctionRoleUpdated","type":"event"},
    {"inputs":[],"name":"ADMIN_ROLE","outputs":[{"internalType":"uint64","name":"","type":"uint64"}],"stateMutability":"view","type":"function"},
    {"inputs":[],"name":"PUBLIC_ROLE","outputs":[{"internalType":"uint64","name":"","type":"uint64"}],"stateMutability":"view","type":"function"},
    {"inputs":[{"internalType":"address","name":"caller","type":"address"},{"internalType":"address","name":"target","type":"address"},{"internalType":"bytes4","name":"selector","type":"bytes4"}],"name":"canCall","outputs":[{"internalType":"bool","name":"immediate","type":"bool"},{"internalType":"uint32","name":"delay","type":"uint32"}],"stateMutability":"view","type":"function"},
    {"inputs":[{"internalType":"address","name":"caller","type":"address"},{"internalType":"address","name":"target","type":"address"},{"internalType":"bytes","name":"data","type":"bytes"}],"name":"cancel","outputs":[{"internalType":"uint32","name":"","type":"uint32"}],"stateMutability":"nonpayable","type":"function"},
    {"inputs":[{"internalType":"address","name":"caller","type":"address"},{"internalType":"bytes","name":"data","type":"bytes"}],"name":"consumeScheduledOp","outputs":[],"stateMutability":"nonpayable","type":"function"},
    {"inputs":[{"internalType":"address","name":"target","type":"address"},{"internalType":"bytes","name":"data","type":"bytes"}],"name":"execute","outputs":[{"internalType":"uint32","name":"","type":"uint32"}],"stateMutability":"payable","type":"function"},
    {"inputs":[],"name":"expiration","outputs":[{"internalType":"uint32","name":"","type":"uint32"}],"stateMutability":"view","type":"function"},
    {"inputs":[{"internalType":"uint64","name":"roleId","type":"uint64"},{"internalType":"address","name":"account","type":"address"}],"name":"getAccess","outputs":[{"internalType":"uint48","name":"since","type":"uint48"},{"internalType":"uint32","name":"currentDelay","type":"uint32"},{"internalType":"uint32","name":"pendingDelay","type":"uint32"},{"internalType":"uint48","name":"effect","type":"uint48"}],"stateMutability":"view","type":"function"},
    {"inputs":[{"internalType":"bytes32","name":"id","type":"bytes32"}],"name":"getNonce","outputs":[{"internalType":"uint32","name":"","type":"uint32"}],"stateMutability":"view","type":"function"},
    {"inputs":[{"internalType":"uint64","name":"roleId","type":"uint64"}],"name":"getRoleAdmin","outputs":[{"internalType":"uint64","name":"","type":"uint64"}],"stateMutability":"view","type":"function"},
    {"inputs":[{"internalType":"uint64","name":"roleId","type":"uint64"}],"name":"getRoleGrantDelay","outputs":[{"internalType":"uint32","name":"","type":"uint32"}],"stateMutability":"view","type":"function"},
    {"inputs":[{"internalType":"uint64","name":"roleId","type":"uint64"}],"name":"getRoleGuardian","outputs":[{"internalType":"uint64","name":"","type":"uint64"}],"stateMutability":"view","type":"function"},
    {"inputs":[{"internalType":"bytes32","name":"id","type":"bytes32"}],"name":"getSchedule","outputs":[{"internalType":"uint48","name":"","type":"uint48"}],"stateMutability":"view","type":"function"},
    {"inputs":[{"internalType":"address","name":"target","type":"address"}],"name":"getTargetAdminDelay","outputs":[{"internalType":"uint32","name":"","type":"uint32"}],"stateMutability":"view","type":"function"},
    {"inputs":[{"internalType":"address","name":"target","type":"address"},{"internalType":"bytes4","name":"selector","type":"bytes4"}],"name":"getTargetFunctionRole","outputs":[{"internalType":"uint64","name":"","type":"uint64"}],"stateMutability":"view","type":"function"},
    {"inputs":[{"internalType":"uint64","name":"roleId","type":"uint64"},{"internalType":"address","name":"account","type":"address"},{"internalType":"uint32","name":"executionDelay","type":"uint32"}],"name":"grantRole","outputs":[],"stateMutability":"nonpayable","type":"function"},
    {"inputs":[{"internalType":"uint64","name":"roleId","type":"uint64"},{"internalType":"address","name":"account","type":"address"}],"name":"hasRole","outputs":[{"internalType":"bool","name":"isMember","type":"bool"},{"internalType":"uint32","name":"executionDelay","type":"uint32"}],"stateMutability":"view","type":"function"},
    {"inputs":[{"internalType":"address","name":"caller","type":"address"},{"internalType":"address","name":"target","type":"address"},{"internalType":"bytes","name":"data","type":"bytes"}],"name":"hashOperation","outputs":[{"internalType":"bytes32","name":"","type":"bytes32"}],"stateMutability":"view","type":"function"},
    {"inputs":[{"internalType":"address","name":"target","type":"address"}],"name":"isTargetClosed","outputs":[{"internalType":"bool","name":"","type":"bool"}],"stateMutability":"view","type":"function"},
    {"inputs":[{"internalType":"uint64","name":"roleId","type":"uint64"},{"internalType":"string","name":"label","type":"string"}],"name":"labelRole","outputs":[],"stateMutability":"nonpayable","type":"function"},
    {"inputs":[],"name":"minSetback","outputs":[{"internalType":"uint32","name":"","type":"uint32"}],"stateMutability":"view","type":"function"},
    {"inputs":[{"internalType":"bytes[]","name":"data","type":"bytes[]"}],"name":"multicall","outputs":[{"internalType":"bytes[]","name":"results","type":"bytes[]"}],"stateMutability":"nonpayable","type":"function"},
    {"inputs":[{"internalType":"uint64","name":"roleId","type":"uint64"},{"internalType":"address","name":"callerConfirmation","type":"address"}],"name":"renounceRole","outputs":[],"stateMutability":"nonpayable","type":"function"},
    {"inputs":[{"internalType":"uint64","name":"roleId","type":"uint64"},{"internalType":"address","name":"account","type":"address"}],"name":"revokeRole","outputs":[],"stateMutability":"nonpayable","type":"function"},
    {"inputs":[{"internalType":"address","name":"target","type":"address"},{"internalType":"bytes","name":"data","type":"bytes"},{"internalType":"uint48","name":"when","type":"uint48"}],"name":"schedule","outputs":[{"internalType":"bytes32","name":"operationId","type":"bytes32"},{"internalType":"uint32","name":"nonce","type":"uint32"}],"stateMutability":"nonpayable","type":"function"},
    {"inputs":[{"internalType":"uint64","name":"roleId","type":"uint64"},{"internalType":"uint32","name":"newDelay","type":"uint32"}],"name":"setGrantDelay","outputs":[],"stateMutability":"nonpayable","type":"function"},
    {"inputs":[{"internalType":"uint64","name":"roleId","type":"uint64"},{"internalType":"uint64","name":"admin","type":"uint64"}],"name":"setRoleAdmin","outputs":[],"stateMutability":"nonpayable","type":"function"},
    {"inputs":[{"internalType":"uint64","name":"roleId","type":"uint64"},{"internalType":"uint64","name":"guardian","type":"uint64"}],"name":"setRoleGuardian","outputs":[],"stateMutability":"nonpayable","type":"function"},
    {"inputs":[{"internalType":"address","name":"target","type":"address"},{"internalType":"uint32","name":"newDelay","type":"uint32"}],"name":"setTargetAdminDelay","outputs":[],"stateMutability":"nonpayable","type":"function"},
    {"inputs":[{"internalType":"address","name":"target","type":"address"},{"internalType":"bool","name":"closed","type":"bool"}],"name":"setTargetClosed","outputs":[],"stateMutability":"nonpayable","type":"function"},
    {"inputs":[{"internalType":"address","name":"target","type":"address"},{"internalType":"bytes4[]","name":"selectors","type":"bytes4[]"},{"internalType":"uint64","name":"roleId","type":"uint64"}],"name":"setTargetFunctionRole","outputs":[],"stateMutability":"nonpayable","type":"function"},
    {"inputs":[{"internalType":"address","name":"target","type":"address"},{"internalType":"address","name":"newAuthority","type":"address"}],"name":"updateAuthority","outputs":[],"stateMutability":"nonpayable","type":"function"},
  ],
  storage: {"_targets":0,"_roles":1,"_schedules":2,"_executionId":3},
  runtime: {"hash":"0x2dc62a500d3a0bed72f6a1a7918bcd48610136cd49eac8e952ca856555a646dd","bytes":13329,"immutables":[]},
  bytecode:
    '0x608060405234801561000f575f5ffd5b506040516138da3803806138da83398101604081905261002e91610441565b6001600160a01b03811661005c57604051630409d6d160e11b81525f60048201526024015b60405180910390fd5b6100685f82818061006f565b50506104bc565b5f6002600160401b03196001600160401b038616016100ac5760405163061c6a4360e21b81526001600160401b0386166004820152602401610053565b6001600160401b0385165f9081526001602090815260408083206001600160a01b038816845290915281205465ffffffffffff16159081156101a15763ffffffff85166100f76102b5565b6101019190610482565b905060405180604001604052808265ffffffffffff1681526020016101318663ffffffff166102c460201b60201c565b6001600160701b039081169091526001600160401b0389165f9081526001602090815260408083206001600160a01b038c16845282529091208351815494909201519092166601000000000000026001600160a01b031990931665ffffffffffff90911617919091179055610247565b6001600160401b0387165f9081526001602090815260408083206001600160a01b038a1684529091528120546101ed9166010000000000009091046001600160701b03169086906102cd565b6001600160401b0389165f9081526001602090815260408083206001600160a01b038c168452909152902080546001600160701b03909316660100000000000002600160301b600160a01b03199093169290921790915590505b6040805163ffffffff8616815265ffffffffffff831660208201528315158183015290516001600160a01b038816916001600160401b038a16917ff98448b987f1428e0e230e1f3c6e2ce15b5693eaf31827fbd0b1ec4b424ae7cf9181900360600190a35095945050505050565b5f6102bf42610373565b905090565b63ffffffff1690565b5f80806102e26001600160701b0387166103a9565b90505f61031d8563ffffffff168763ffffffff168463ffffffff1611610308575f610312565b61031288856104a0565b63ffffffff166103c7565b905063ffffffff811661032e6102b5565b6103389190610482565b925063ffffffff8616602083901b67ffffffff0000000016604085901b6dffffffffffff000000000000000016171793505050935093915050565b5f65ffffffffffff8211156103a5576040516306dfcc6560e41b81526030600482015260248101839052604401610053565b5090565b5f806103bd6001600160701b0384166103d7565b5090949350505050565b8082118183180281185b92915050565b5f80806103eb846103e66102b5565b6103f8565b9250925092509193909250565b6001600160501b03602083901c166001600160701b03831665ffffffffffff604085901c811690841681111561043057828282610434565b815f5f5b9250925092509250925092565b5f60208284031215610451575f5ffd5b81516001600160a01b0381168114610467575f5ffd5b9392505050565b634e487b7160e01b5f52601160045260245ffd5b65ffffffffffff81811683821601908111156103d1576103d161046e565b63ffffffff82811682821603908111156103d1576103d161046e565b613411806104c95f395ff3fe6080604052600436106101db575f3560e01c80636d5115bd116100fd578063b700961311610092578063d22b598911610062578063d22b5989146106d7578063d6bb62c6146106f6578063f801a69814610715578063fe0776f51461074e575f5ffd5b8063b700961314610649578063b7d2b16214610684578063cc1b6c81146106a3578063d1f856ee146106b8575f5ffd5b8063a166aa89116100cd578063a166aa8914610568578063a64d95ce146105d1578063abd9bd2a146105f0578063ac9650d81461061d575f5ffd5b80636d5115bd1461049d57806375b238fc14610517578063853551b81461052a57806394c7d7ee14610549575f5ffd5b806330cae187116101735780634665096d116101435780634665096d1461040e5780634c1da1e2146104235780635296295214610442578063530dd45614610461575f5ffd5b806330cae187146103635780633adc277a146103825780633ca7c02a146103b85780634136a33c146103d3575f5ffd5b806318ff183c116101ae57806318ff183c146102b95780631cff79cd146102d857806325c471a0146102eb5780633078f1141461030a575f5ffd5b806308d6122d146101df5780630b0a93ba1461020057806312be872714610266578063167bd3951461029a575b5f5ffd5b3480156101ea575f5ffd5b506101fe6101f9366004612be5565b61076d565b005b34801561020b575f5ffd5b5061024861021a366004612c48565b67ffffffffffffffff9081165f90815260016020819052604090912001546801000000000000000090041690565b60405167ffffffffffffffff90911681526020015b60405180910390f35b348015610271575f5ffd5b50610285610280366004612c48565b6107bf565b60405163ffffffff909116815260200161025d565b3480156102a5575f5ffd5b506101fe6102b4366004612c61565b61080e565b3480156102c4575f5ffd5b506101fe6102d3366004612c9c565b610824565b6102856102e6366004612d06565b6108ac565b3480156102f6575f5ffd5b506101fe610305366004612d6a565b610a16565b348015610315575f5ffd5b50610329610324366004612dac565b610a38565b60405161025d949392919065ffffffffffff948516815263ffffffff93841660208201529190921660408201529116606082015260800190565b34801561036e575f5ffd5b506101fe61037d366004612dc6565b610ab4565b34801561038d575f5ffd5b506103a161039c366004612df7565b610ac6565b60405165ffffffffffff909116815260200161025d565b3480156103c3575f5ffd5b5061024867ffffffffffffffff81565b3480156103de575f5ffd5b506102856103ed366004612df7565b5f908152600260205260409020546601000000000000900463ffffffff1690565b348015610419575f5ffd5b5062093a80610285565b34801561042e575f5ffd5b5061028561043d366004612e0e565b610af7565b34801561044d575f5ffd5b506101fe61045c366004612dc6565b610b38565b34801561046c575f5ffd5b5061024861047b366004612c48565b67ffffffffffffffff9081165f90815260016020819052604090912001541690565b3480156104a8575f5ffd5b506102486104b7366004612e56565b73ffffffffffffffffffffffffffffffffffffffff82165f908152602081815260408083207fffffffff000000000000000000000000000000000000000000000000000000008516845290915290205467ffffffffffffffff1692915050565b348015610522575f5ffd5b506102485f81565b348015610535575f5ffd5b506101fe610544366004612e82565b610b4a565b348015610554575f5ffd5b506101fe610563366004612d06565b610bfe565b348015610573575f5ffd5b506105c1610582366004612e0e565b73ffffffffffffffffffffffffffffffffffffffff165f908152602081905260409020600101546e010000000000000000000000000000900460ff1690565b604051901515815260200161025d565b3480156105dc575f5ffd5b506101fe6105eb366004612e9d565b610cff565b3480156105fb575f5ffd5b5061060f61060a366004612ec5565b610d11565b60405190815260200161025d565b348015610628575f5ffd5b5061063c610637366004612f26565b610d4a565b60405161025d9190612f65565b348015610654575f5ffd5b50610668610663366004613025565b610e30565b60408051921515835263ffffffff90911660208301520161025d565b34801561068f575f5ffd5b506101fe61069e366004612dac565b610fe0565b3480156106ae575f5ffd5b5062069780610285565b3480156106c3575f5ffd5b506106686106d2366004612dac565b610ff7565b3480156106e2575f5ffd5b506101fe6106f136600461306d565b611088565b348015610701575f5ffd5b50610285610710366004612ec5565b61109a565b348015610720575f5ffd5b5061073461072f366004613089565b61121b565b6040805192835263ffffffff90911660208301520161025d565b348015610759575f5ffd5b506101fe610768366004612dac565b611374565b6107756113c3565b5f5b828110156107b8576107b085858584818110610795576107956130f7565b90506020020160208101906107aa9190613124565b84611461565b600101610777565b5050505050565b67ffffffffffffffff81165f908152600160208190526040822001546108089070010000000000000000000000000000000090046dffffffffffffffffffffffffffff166115be565b92915050565b6108166113c3565b61082082826115e3565b5050565b61082c6113c3565b6040517f7a9e5e4b00000000000000000000000000000000000000000000000000000000815273ffffffffffffffffffffffffffffffffffffffff8281166004830152831690637a9e5e4b906024015f604051808303815f87803b158015610892575f5ffd5b505af11580156108a4573d5f5f3e3d5ffd5b505050505050565b5f3381806108bc83888888611687565b91509150811580156108d2575063ffffffff8116155b156109635782876108e388886116e5565b6040517f81c6f24b00000000000000000000000000000000000000000000000000000000815273ffffffffffffffffffffffffffffffffffffffff93841660048201529290911660248301527fffffffff000000000000000000000000000000000000000000000000000000001660448201526064015b60405180910390fd5b5f61097084898989610d11565b90505f63ffffffff8316151580610996575061098b82610ac6565b65ffffffffffff1615155b156109a7576109a4826116fc565b90505b6003546109bd8a6109b88b8b6116e5565b611861565b600381905550610a048a8a8a8080601f0160208091040260200160405190810160405280939291908181526020018383808284375f920191909152503492506118ab915050565b506003559450505050505b9392505050565b610a1e6113c3565b610a328383610a2c866107bf565b846119dc565b50505050565b67ffffffffffffffff82165f90815260016020908152604080832073ffffffffffffffffffffffffffffffffffffffff851684529091528120805465ffffffffffff811692918291829190610aa690660100000000000090046dffffffffffffffffffffffffffff16611cdb565b969991985096509350505050565b610abc6113c3565b6108208282611cfc565b5f8181526002602052604081205465ffffffffffff16610ae581611dd3565b610aef5780610a0f565b5f9392505050565b73ffffffffffffffffffffffffffffffffffffffff81165f90815260208190526040812060010154610808906dffffffffffffffffffffffffffff166115be565b610b406113c3565b6108208282611e01565b610b526113c3565b67ffffffffffffffff83161580610b72575067ffffffffffffffff838116145b15610bb5576040517f1871a90c00000000000000000000000000000000000000000000000000000000815267ffffffffffffffff8416600482015260240161095a565b8267ffffffffffffffff167f1256f5b5ecb89caec12db449738f2fbcd1ba5806cf38f35413f4e5c15bf6a4508383604051610bf1929190613186565b60405180910390a2505050565b604080517f8fb360370000000000000000000000000000000000000000000000000000000080825291513392918391638fb36037916004808201926020929091908290030181865afa158015610c56573d5f5f3e3d5ffd5b505050506040513d601f19601f82011682018060405250810190610c7a9190613199565b7fffffffff000000000000000000000000000000000000000000000000000000001614610ceb576040517f320ff74800000000000000000000000000000000000000000000000000000000815273ffffffffffffffffffffffffffffffffffffffff8216600482015260240161095a565b6107b8610cfa85838686610d11565b6116fc565b610d076113c3565b6108208282611ee3565b5f84848484604051602001610d2994939291906131b4565b6040516020818303038152906040528051906020012090505b949350505050565b604080515f8152602081019091526060908267ffffffffffffffff811115610d7457610d7461325d565b604051908082528060200260200182016040528015610da757816020015b6060815260200190600190039081610d925790505b5091505f5b83811015610e2857610e0330868684818110610dca57610dca6130f7565b9050602002810190610ddc919061328a565b85604051602001610def939291906132eb565b60405160208183030381529060405261205c565b838281518110610e1557610e156130f7565b6020908102919091010152600101610dac565b505092915050565b73ffffffffffffffffffffffffffffffffffffffff82165f9081526020819052604081206001015481906e010000000000000000000000000000900460ff1615610e7e57505f905080610fd8565b3073ffffffffffffffffffffffffffffffffffffffff861603610eaf57610ea58484612111565b5f91509150610fd8565b7f8561a1b5000000000000000000000000000000000000000000000000000000007fffffffff00000000000000000000000000000000000000000000000000000000841601610f50575f5f610f045f88610ff7565b915091505f610f1287610af7565b90505f610f2b8363ffffffff168363ffffffff16612127565b905083610f39575f5f610f43565b63ffffffff811615815b9550955050505050610fd8565b73ffffffffffffffffffffffffffffffffffffffff84165f908152602081815260408083207fffffffff000000000000000000000000000000000000000000000000000000008716845290915281205467ffffffffffffffff169080610fb68389610ff7565b9150915081610fc6575f5f610fd0565b63ffffffff811615815b945094505050505b935093915050565b610fe86113c3565b610ff28282612136565b505050565b5f807fffffffffffffffffffffffffffffffffffffffffffffffff000000000000000167ffffffffffffffff8516016110355750600190505f611081565b5f5f6110418686610a38565b5050915091508165ffffffffffff165f141580156110765750611062612285565b65ffffffffffff168265ffffffffffff1611155b935091506110819050565b9250929050565b6110906113c3565b6108208282612294565b5f33816110a785856116e5565b90505f6110b688888888610d11565b5f8181526002602052604081205491925065ffffffffffff909116900361110c576040517f60a299b00000000000000000000000000000000000000000000000000000000081526004810182905260240161095a565b61111888888888612388565b61119e576040517f3fe2751c00000000000000000000000000000000000000000000000000000000815273ffffffffffffffffffffffffffffffffffffffff8085166004830152808a166024830152881660448201527fffffffff000000000000000000000000000000000000000000000000000000008316606482015260840161095a565b5f8181526002602052604080822080547fffffffffffffffffffffffffffffffffffffffffffffffffffff00000000000016908190559051660100000000000090910463ffffffff1691829184917fbd9ac67a6e2f6463b80927326310338bcbb4bdb7936ce1365ea3e01067e7b9f791a398975050505050505050565b5f80338161122b82898989611687565b9150505f8163ffffffff1661123e612285565b611248919061330e565b905063ffffffff8216158061127e57505f8665ffffffffffff1611801561127e57508065ffffffffffff168665ffffffffffff16105b1561128f5782896108e38a8a6116e5565b6112a98665ffffffffffff168265ffffffffffff16612127565b95506112b7838a8a8a610d11565b94506112c28561246b565b5f8581526002602052604090819020805465ffffffffffff89167fffffffffffffffffffffffffffffffffffffffffffff0000000000000000000082161766010000000000009182900463ffffffff90811660010190811692830291909117909255915190955086907f82a2da5dee54ea8021c6545b4444620291e07ee83be6dd57edb175062715f3b490611360908a9088908f908f908f9061332c565b60405180910390a350505094509492505050565b73ffffffffffffffffffffffffffffffffffffffff81163314610fe8576040517f5f159e6300000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b335f806113d18382366124d0565b9150915081610ff2578063ffffffff165f03611452575f6113f281366125bf565b506040517ff07e038f00000000000000000000000000000000000000000000000000000000815273ffffffffffffffffffffffffffffffffffffffff8716600482015267ffffffffffffffff82166024820152909250604401905061095a565b610a32610cfa84305f36610d11565b7f8561a1b5000000000000000000000000000000000000000000000000000000007fffffffff00000000000000000000000000000000000000000000000000000000831601611500576040517ff4744e4a0000000000000000000000000000000000000000000000000000000081527fffffffff000000000000000000000000000000000000000000000000000000008316600482015260240161095a565b73ffffffffffffffffffffffffffffffffffffffff83165f818152602081815260408083207fffffffff0000000000000000000000000000000000000000000000000000000087168085529083529281902080547fffffffffffffffffffffffffffffffffffffffffffffffff00000000000000001667ffffffffffffffff8716908117909155905192835292917f9ea6790c7dadfd01c9f8b9762b3682607af2c7e79e05a9f9fdf5580dde949151910160405180910390a3505050565b5f5f6115d9836dffffffffffffffffffffffffffff16611cdb565b5090949350505050565b73ffffffffffffffffffffffffffffffffffffffff82165f818152602081905260409081902060010180548415156e010000000000000000000000000000027fffffffffffffffffffffffffffffffffff00ffffffffffffffffffffffffffff909116179055517f90d4e7bb7e5d933792b3562e1741306f8be94837e1348dacef9b6f1df56eb1389061167b90841515815260200190565b60405180910390a25050565b5f803073ffffffffffffffffffffffffffffffffffffffff8616036116ba576116b18685856124d0565b915091506116dc565b600483106116d6576116d1868661066387876116e5565b6116b1565b505f9050805b94509492505050565b5f6116f36004828486613236565b610a0f91613390565b5f8181526002602052604081205465ffffffffffff8116906601000000000000900463ffffffff16818303611760576040517f60a299b00000000000000000000000000000000000000000000000000000000081526004810185905260240161095a565b611768612285565b65ffffffffffff168265ffffffffffff1611156117b4576040517f18cb6b7a0000000000000000000000000000000000000000000000000000000081526004810185905260240161095a565b6117bd82611dd3565b156117f7576040517f78a5d6e40000000000000000000000000000000000000000000000000000000081526004810185905260240161095a565b5f8481526002602052604080822080547fffffffffffffffffffffffffffffffffffffffffffffffffffff0000000000001690555163ffffffff83169186917f76a2a46953689d4861a5d3f6ed883ad7e6af674a21f8e162707159fc9dde614d9190a39392505050565b73ffffffffffffffffffffffffffffffffffffffff82165f9081527fffffffff00000000000000000000000000000000000000000000000000000000821660205260408120610a0f565b6060814710156118f0576040517fcf4791810000000000000000000000000000000000000000000000000000000081524760048201526024810183905260440161095a565b5f6118fc8584866129c9565b905080801561192a57505f3d118061192a57505f8573ffffffffffffffffffffffffffffffffffffffff163b115b1561193f576119376129de565b915050610a0f565b801561198f576040517f9996b31500000000000000000000000000000000000000000000000000000000815273ffffffffffffffffffffffffffffffffffffffff8616600482015260240161095a565b3d156119a25761199d6129f7565b6119d4565b6040517fd6bda27500000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b509392505050565b5f7fffffffffffffffffffffffffffffffffffffffffffffffff000000000000000167ffffffffffffffff861601611a4c576040517f1871a90c00000000000000000000000000000000000000000000000000000000815267ffffffffffffffff8616600482015260240161095a565b67ffffffffffffffff85165f90815260016020908152604080832073ffffffffffffffffffffffffffffffffffffffff8816845290915281205465ffffffffffff1615908115611b7a578463ffffffff16611aa5612285565b611aaf919061330e565b905060405180604001604052808265ffffffffffff168152602001611add8663ffffffff1663ffffffff1690565b6dffffffffffffffffffffffffffff90811690915267ffffffffffffffff89165f90815260016020908152604080832073ffffffffffffffffffffffffffffffffffffffff8c16845282529091208351815494909201519092166601000000000000027fffffffffffffffffffffffff000000000000000000000000000000000000000090931665ffffffffffff90911617919091179055611c5f565b67ffffffffffffffff87165f90815260016020908152604080832073ffffffffffffffffffffffffffffffffffffffff8a168452909152812054611bdb9166010000000000009091046dffffffffffffffffffffffffffff16908690612a02565b67ffffffffffffffff89165f90815260016020908152604080832073ffffffffffffffffffffffffffffffffffffffff8c168452909152902080546dffffffffffffffffffffffffffff9093166601000000000000027fffffffffffffffffffffffff0000000000000000000000000000ffffffffffff9093169290921790915590505b6040805163ffffffff8616815265ffffffffffff8316602082015283151581830152905173ffffffffffffffffffffffffffffffffffffffff88169167ffffffffffffffff8a16917ff98448b987f1428e0e230e1f3c6e2ce15b5693eaf31827fbd0b1ec4b424ae7cf9181900360600190a35095945050505050565b5f5f5f611cef84611cea612285565b612aaf565b9250925092509193909250565b67ffffffffffffffff82161580611d1c575067ffffffffffffffff828116145b15611d5f576040517f1871a90c00000000000000000000000000000000000000000000000000000000815267ffffffffffffffff8316600482015260240161095a565b67ffffffffffffffff8281165f81815260016020819052604080832090910180547fffffffffffffffffffffffffffffffffffffffffffffffff0000000000000000169486169485179055517f1fd6dd7631312dfac2205b52913f99de03b4d7e381d5d27d3dbfe0713e6e63409190a35050565b5f611ddc612285565b65ffffffffffff16611df162093a808461330e565b65ffffffffffff16111592915050565b67ffffffffffffffff82161580611e21575067ffffffffffffffff828116145b15611e64576040517f1871a90c00000000000000000000000000000000000000000000000000000000815267ffffffffffffffff8316600482015260240161095a565b67ffffffffffffffff8281165f81815260016020819052604080832090910180547fffffffffffffffffffffffffffffffff0000000000000000ffffffffffffffff1668010000000000000000958716958602179055517f7a8059630b897b5de4c08ade69f8b90c3ead1f8596d62d10b6c4d14a0afb4ae29190a35050565b7fffffffffffffffffffffffffffffffffffffffffffffffff000000000000000167ffffffffffffffff831601611f52576040517f1871a90c00000000000000000000000000000000000000000000000000000000815267ffffffffffffffff8316600482015260240161095a565b67ffffffffffffffff82165f90815260016020819052604082200154611fa09070010000000000000000000000000000000090046dffffffffffffffffffffffffffff168362069780612a02565b67ffffffffffffffff85165f818152600160208190526040918290200180546dffffffffffffffffffffffffffff909516700100000000000000000000000000000000027fffff0000000000000000000000000000ffffffffffffffffffffffffffffffff9095169490941790935591519092507ffeb69018ee8b8fd50ea86348f1267d07673379f72cffdeccec63853ee8ce8b4890610bf1908590859063ffffffff92909216825265ffffffffffff16602082015260400190565b60605f6120698484612b02565b905080801561209757505f3d118061209757505f8473ffffffffffffffffffffffffffffffffffffffff163b115b156120ac576120a46129de565b915050610808565b80156120fc576040517f9996b31500000000000000000000000000000000000000000000000000000000815273ffffffffffffffffffffffffffffffffffffffff8516600482015260240161095a565b3d156119a25761210a6129f7565b5092915050565b5f61211c8383611861565b600354149392505050565b5f828218828411028218610a0f565b5f7fffffffffffffffffffffffffffffffffffffffffffffffff000000000000000167ffffffffffffffff8416016121a6576040517f1871a90c00000000000000000000000000000000000000000000000000000000815267ffffffffffffffff8416600482015260240161095a565b67ffffffffffffffff83165f90815260016020908152604080832073ffffffffffffffffffffffffffffffffffffffff8616845290915281205465ffffffffffff1690036121f557505f610808565b67ffffffffffffffff83165f81815260016020908152604080832073ffffffffffffffffffffffffffffffffffffffff8716808552925280832080547fffffffffffffffffffffffff0000000000000000000000000000000000000000169055519092917ff229baa593af28c41b1d16b748cd7688f0c83aaf92d4be41c44005defe84c16691a350600192915050565b5f61228f42612b15565b905090565b73ffffffffffffffffffffffffffffffffffffffff82165f908152602081905260408120600101546122da906dffffffffffffffffffffffffffff168362069780612a02565b73ffffffffffffffffffffffffffffffffffffffff85165f818152602081815260409182902060010180547fffffffffffffffffffffffffffffffffffff0000000000000000000000000000166dffffffffffffffffffffffffffff9690961695909517909455805163ffffffff8716815265ffffffffffff841694810194909452919350917fa56b76017453f399ec2327ba00375dbfb1fd070ff854341ad6191e6a2e2de19c9101610bf1565b5f3373ffffffffffffffffffffffffffffffffffffffff86168190036123b2576001915050610d42565b5f6123bd5f83610ff7565b5090505f6123db6123d561021a896104b78a8a6116e5565b84610ff7565b50905081806123e75750805b156123f85760019350505050610d42565b3073ffffffffffffffffffffffffffffffffffffffff88160361245e575f5f61242188886125bf565b509150915081801561243c575067ffffffffffffffff811615155b1561245b575f61244c8287610ff7565b509650610d4295505050505050565b50505b505f979650505050505050565b5f8181526002602052604090205465ffffffffffff168015801590612496575061249481611dd3565b155b15610820576040517f813e94590000000000000000000000000000000000000000000000000000000081526004810183905260240161095a565b5f8060048310156124e557505f905080610fd8565b3073ffffffffffffffffffffffffffffffffffffffff86160361251557610ea53061251086866116e5565b612111565b5f5f5f61252287876125bf565b925092509250821580156125595750305f908152602081905260409020600101546e010000000000000000000000000000900460ff165b1561256c575f5f94509450505050610fd8565b5f5f612578848b610ff7565b9150915081612591575f5f965096505050505050610fd8565b6125a78363ffffffff168263ffffffff16612127565b63ffffffff8116159b909a5098505050505050505050565b5f808060048410156125d857505f9150819050806129c2565b5f6125e386866116e5565b90507fffffffff0000000000000000000000000000000000000000000000000000000081167f853551b800000000000000000000000000000000000000000000000000000000148061267657507fffffffff0000000000000000000000000000000000000000000000000000000081167f30cae18700000000000000000000000000000000000000000000000000000000145b806126c257507fffffffff0000000000000000000000000000000000000000000000000000000081167f5296295200000000000000000000000000000000000000000000000000000000145b8061270e57507fffffffff0000000000000000000000000000000000000000000000000000000081167fa64d95ce00000000000000000000000000000000000000000000000000000000145b8061275a57507fffffffff0000000000000000000000000000000000000000000000000000000081167fd22b598900000000000000000000000000000000000000000000000000000000145b1561276f5760015f5f935093509350506129c2565b7fffffffff0000000000000000000000000000000000000000000000000000000081167f18ff183c00000000000000000000000000000000000000000000000000000000148061280057507fffffffff0000000000000000000000000000000000000000000000000000000081167f167bd39500000000000000000000000000000000000000000000000000000000145b8061284c57507fffffffff0000000000000000000000000000000000000000000000000000000081167f08d6122d00000000000000000000000000000000000000000000000000000000145b1561288b575f61286060246004888a613236565b81019061286d9190612e0e565b90505f61287982610af7565b600196505f955093506129c292505050565b7fffffffff0000000000000000000000000000000000000000000000000000000081167f25c471a000000000000000000000000000000000000000000000000000000000148061291c57507fffffffff0000000000000000000000000000000000000000000000000000000081167fb7d2b16200000000000000000000000000000000000000000000000000000000145b15612975575f61293060246004888a613236565b81019061293d9190612c48565b905060016129678267ffffffffffffffff9081165f90815260016020819052604090912001541690565b5f94509450945050506129c2565b305f908152602081815260408083207fffffffff000000000000000000000000000000000000000000000000000000008516845290915281205467ffffffffffffffff165f935093509350505b9250925092565b5f5f5f83516020850186885af1949350505050565b6040513d81523d5f602083013e3d602001810160405290565b6040513d5f823e3d81fd5b5f5f5f612a1e866dffffffffffffffffffffffffffff166115be565b90505f612a598563ffffffff168763ffffffff168463ffffffff1611612a44575f612a4e565b612a4e88856133f5565b63ffffffff16612127565b90508063ffffffff16612a6a612285565b612a74919061330e565b925063ffffffff8616602083901b67ffffffff0000000016604085901b6dffffffffffff000000000000000016171793505050935093915050565b69ffffffffffffffffffff602083901c166dffffffffffffffffffffffffffff831665ffffffffffff604085901c8116908416811115612af157828282612af5565b815f5f5b9250925092509250925092565b5f5f5f835160208501865af49392505050565b5f65ffffffffffff821115612b60576040517f6dfcc650000000000000000000000000000000000000000000000000000000008152603060048201526024810183905260440161095a565b5090565b73ffffffffffffffffffffffffffffffffffffffff81168114612b85575f5ffd5b50565b5f5f83601f840112612b98575f5ffd5b50813567ffffffffffffffff811115612baf575f5ffd5b6020830191508360208260051b8501011115611081575f5ffd5b803567ffffffffffffffff81168114612be0575f5ffd5b919050565b5f5f5f5f60608587031215612bf8575f5ffd5b8435612c0381612b64565b9350602085013567ffffffffffffffff811115612c1e575f5ffd5b612c2a87828801612b88565b9094509250612c3d905060408601612bc9565b905092959194509250565b5f60208284031215612c58575f5ffd5b610a0f82612bc9565b5f5f60408385031215612c72575f5ffd5b8235612c7d81612b64565b915060208301358015158114612c91575f5ffd5b809150509250929050565b5f5f60408385031215612cad575f5ffd5b8235612cb881612b64565b91506020830135612c9181612b64565b5f5f83601f840112612cd8575f5ffd5b50813567ffffffffffffffff811115612cef575f5ffd5b602083019150836020828501011115611081575f5ffd5b5f5f5f60408486031215612d18575f5ffd5b8335612d2381612b64565b9250602084013567ffffffffffffffff811115612d3e575f5ffd5b612d4a86828701612cc8565b9497909650939450505050565b803563ffffffff81168114612be0575f5ffd5b5f5f5f60608486031215612d7c575f5ffd5b612d8584612bc9565b92506020840135612d9581612b64565b9150612da360408501612d57565b90509250925092565b5f5f60408385031215612dbd575f5ffd5b612cb883612bc9565b5f5f60408385031215612dd7575f5ffd5b612de083612bc9565b9150612dee60208401612bc9565b90509250929050565b5f60208284031215612e07575f5ffd5b5035919050565b5f60208284031215612e1e575f5ffd5b8135610a0f81612b64565b7fffffffff0000000000000000000000000000000000000000000000000000000081168114612b85575f5ffd5b5f5f60408385031215612e67575f5ffd5b8235612e7281612b64565b91506020830135612c9181612e29565b5f5f5f60408486031215612e94575f5ffd5b612d2384612bc9565b5f5f60408385031215612eae575f5ffd5b612eb783612bc9565b9150612dee60208401612d57565b5f5f5f5f60608587031215612ed8575f5ffd5b8435612ee381612b64565b93506020850135612ef381612b64565b9250604085013567ffffffffffffffff811115612f0e575f5ffd5b612f1a87828801612cc8565b95989497509550505050565b5f5f60208385031215612f37575f5ffd5b823567ffffffffffffffff811115612f4d575f5ffd5b612f5985828601612b88565b90969095509350505050565b5f602082016020835280845180835260408501915060408160051b8601019250602086015f5b82811015613019577fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc0878603018452815180518087528060208301602089015e5f6020828901015260207fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0601f83011688010196505050602082019150602084019350600181019050612f8b565b50929695505050505050565b5f5f5f60608486031215613037575f5ffd5b833561304281612b64565b9250602084013561305281612b64565b9150604084013561306281612e29565b809150509250925092565b5f5f6040838503121561307e575f5ffd5b8235612eb781612b64565b5f5f5f5f6060858703121561309c575f5ffd5b84356130a781612b64565b9350602085013567ffffffffffffffff8111156130c2575f5ffd5b6130ce87828801612cc8565b909450925050604085013565ffffffffffff811681146130ec575f5ffd5b939692955090935050565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52603260045260245ffd5b5f60208284031215613134575f5ffd5b8135610a0f81612e29565b81835281816020850137505f602082840101525f60207fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0601f840116840101905092915050565b602081525f610d4260208301848661313f565b5f602082840312156131a9575f5ffd5b8151610a0f81612e29565b73ffffffffffffffffffffffffffffffffffffffff8516815273ffffffffffffffffffffffffffffffffffffffff84166020820152606060408201525f6131ff60608301848661313f565b9695505050505050565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52601160045260245ffd5b5f5f85851115613244575f5ffd5b83861115613250575f5ffd5b5050820193919092039150565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52604160045260245ffd5b5f5f83357fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe18436030181126132bd575f5ffd5b83018035915067ffffffffffffffff8211156132d7575f5ffd5b602001915036819003821315611081575f5ffd5b828482375f8382015f815283518060208601835e5f910190815295945050505050565b65ffffffffffff818116838216019081111561080857610808613209565b65ffffffffffff8616815273ffffffffffffffffffffffffffffffffffffffff8516602082015273ffffffffffffffffffffffffffffffffffffffff84166040820152608060608201525f61338560808301848661313f565b979650505050505050565b80357fffffffff00000000000000000000000000000000000000000000000000000000811690600484101561210a577fffffffff00000000000000000000000000000000000000000000000000000000808560040360031b1b82161691505092915050565b63ffffffff82811682821603908111156108085761080861320956',
}
