// Generated from contracts/src by contracts/build/generate.ts; changed there.
import type { Contract } from '../binding/contract.ts'
import type { Address, Hex } from '../binding/values.ts'

export interface Account {
  readonly total: bigint
  readonly thawing: bigint
  readonly thawEnd: bigint
  readonly locked: bigint
}

export interface Lock {
  readonly owner: Address
  readonly amount: bigint
  readonly expiresAt: bigint
}

export interface Reward {
  readonly victim: Address
  readonly victimAmount: bigint
  readonly reporter: Address
  readonly reporterAmount: bigint
  readonly payableFrom: bigint
  readonly id: Hex
}

export interface SlashOrder {
  readonly id: Hex
  readonly owner: Address
  readonly shareBasisPoints: bigint
  readonly amountMin: bigint
  readonly victim: Address
  readonly victimMax: bigint
  readonly reporter: Address
}

export interface StakeVaultTypes {
  readonly create: readonly [authority: Address, token: Address, tokenBurns: boolean, thaw: bigint, evidence: bigint, bucket: bigint]
  readonly functions: {
    readonly DEAD: {
      readonly inputs: readonly []
      readonly output: Address
    }
    readonly LOCK_SECONDS_MAX: {
      readonly inputs: readonly []
      readonly output: bigint
    }
    readonly REPORTER_BASIS_POINTS: {
      readonly inputs: readonly []
      readonly output: bigint
    }
    readonly REWARDS_BASIS_POINTS: {
      readonly inputs: readonly []
      readonly output: bigint
    }
    readonly accountOf: {
      readonly inputs: readonly [owner: Address]
      readonly output: Account
    }
    readonly authority: {
      readonly inputs: readonly []
      readonly output: Address
    }
    readonly beneficiaryOf: {
      readonly inputs: readonly [owner: Address]
      readonly output: Address
    }
    readonly bucketSeconds: {
      readonly inputs: readonly []
      readonly output: bigint
    }
    readonly burn: {
      readonly inputs: readonly []
      readonly output: undefined
    }
    readonly cancelThaw: {
      readonly inputs: readonly []
      readonly output: undefined
    }
    readonly credit: {
      readonly inputs: readonly [owner: Address, amount: bigint]
      readonly output: undefined
    }
    readonly earningsOf: {
      readonly inputs: readonly [owner: Address]
      readonly output: {
        readonly withdrawable: bigint
        readonly locked: bigint
      }
    }
    readonly evidenceSeconds: {
      readonly inputs: readonly []
      readonly output: bigint
    }
    readonly isConsumingScheduledOp: {
      readonly inputs: readonly []
      readonly output: Hex
    }
    readonly lock: {
      readonly inputs: readonly [id: Hex, owner: Address, amount: bigint, seconds: bigint]
      readonly output: bigint
    }
    readonly lockOf: {
      readonly inputs: readonly [id: Hex]
      readonly output: Lock
    }
    readonly lockedEarningsOf: {
      readonly inputs: readonly [owner: Address]
      readonly output: {
        readonly amounts: readonly bigint[]
        readonly from: readonly bigint[]
      }
    }
    readonly multicall: {
      readonly inputs: readonly [data: readonly Hex[]]
      readonly output: readonly Hex[]
    }
    readonly payReward: {
      readonly inputs: readonly [reward: Reward]
      readonly output: undefined
    }
    readonly releaseLock: {
      readonly inputs: readonly [id: Hex]
      readonly output: undefined
    }
    readonly rewardIsOwed: {
      readonly inputs: readonly [reward: Reward]
      readonly output: boolean
    }
    readonly setAuthority: {
      readonly inputs: readonly [newAuthority: Address]
      readonly output: undefined
    }
    readonly setBeneficiary: {
      readonly inputs: readonly [beneficiary: Address]
      readonly output: undefined
    }
    readonly slash: {
      readonly inputs: readonly [order: SlashOrder]
      readonly output: bigint
    }
    readonly stake: {
      readonly inputs: readonly [amount: bigint]
      readonly output: undefined
    }
    readonly stakeFor: {
      readonly inputs: readonly [owner: Address, amount: bigint]
      readonly output: undefined
    }
    readonly standingOf: {
      readonly inputs: readonly [owner: Address]
      readonly output: bigint
    }
    readonly takePermit: {
      readonly inputs: readonly [value: bigint, deadline: bigint, v: bigint, r: Hex, s: Hex]
      readonly output: undefined
    }
    readonly thaw: {
      readonly inputs: readonly [amount: bigint]
      readonly output: undefined
    }
    readonly thawSeconds: {
      readonly inputs: readonly []
      readonly output: bigint
    }
    readonly token: {
      readonly inputs: readonly []
      readonly output: Address
    }
    readonly unburned: {
      readonly inputs: readonly []
      readonly output: bigint
    }
    readonly unlock: {
      readonly inputs: readonly [id: Hex]
      readonly output: undefined
    }
    readonly withdraw: {
      readonly inputs: readonly []
      readonly output: bigint
    }
    readonly withdrawEarnings: {
      readonly inputs: readonly []
      readonly output: bigint
    }
  }
  readonly events: {
    readonly AuthorityUpdated: {
      readonly authority: Address
    }
    readonly BeneficiarySet: {
      readonly owner: Address
      readonly beneficiary: Address
    }
    readonly Burned: {
      readonly amount: bigint
    }
    readonly Credited: {
      readonly owner: Address
      readonly from: Address
      readonly amount: bigint
    }
    readonly EarningsPaid: {
      readonly owner: Address
      readonly to: Address
      readonly amount: bigint
    }
    readonly Locked: {
      readonly id: Hex
      readonly owner: Address
      readonly amount: bigint
      readonly expiresAt: bigint
    }
    readonly RewardPaid: {
      readonly to: Address
      readonly amount: bigint
    }
    readonly Slashed: {
      readonly owner: Address
      readonly court: Address
      readonly taken: bigint
      readonly burned: bigint
      readonly reward: Reward
    }
    readonly Staked: {
      readonly owner: Address
      readonly from: Address
      readonly amount: bigint
    }
    readonly Thawing: {
      readonly owner: Address
      readonly thawing: bigint
      readonly thawEnd: bigint
    }
    readonly Unlocked: {
      readonly id: Hex
      readonly owner: Address
      readonly amount: bigint
    }
    readonly Withdrawn: {
      readonly owner: Address
      readonly to: Address
      readonly amount: bigint
    }
  }
}

export const stakeVault: Contract<StakeVaultTypes> = {
  name: 'StakeVault',
  abi: [
    {"inputs":[{"internalType":"address","name":"authority","type":"address"},{"internalType":"contract IERC20","name":"token_","type":"address"},{"internalType":"bool","name":"tokenBurns","type":"bool"},{"internalType":"uint48","name":"thaw_","type":"uint48"},{"internalType":"uint48","name":"evidence","type":"uint48"},{"internalType":"uint48","name":"bucket","type":"uint48"}],"stateMutability":"nonpayable","type":"constructor"},
    {"inputs":[{"internalType":"address","name":"authority","type":"address"}],"name":"AccessManagedInvalidAuthority","type":"error"},
    {"inputs":[{"internalType":"address","name":"caller","type":"address"},{"internalType":"uint32","name":"delay","type":"uint32"}],"name":"AccessManagedRequiredDelay","type":"error"},
    {"inputs":[{"internalType":"address","name":"caller","type":"address"}],"name":"AccessManagedUnauthorized","type":"error"},
    {"inputs":[{"internalType":"address","name":"target","type":"address"}],"name":"AddressEmptyCode","type":"error"},
    {"inputs":[{"internalType":"uint64","name":"asked","type":"uint64"},{"internalType":"uint64","name":"there","type":"uint64"}],"name":"AmountAbove","type":"error"},
    {"inputs":[],"name":"AmountIsZero","type":"error"},
    {"inputs":[],"name":"FailedCall","type":"error"},
    {"inputs":[{"internalType":"uint64","name":"locked","type":"uint64"}],"name":"HeldByDisputes","type":"error"},
    {"inputs":[{"internalType":"bytes32","name":"id","type":"bytes32"}],"name":"LockExists","type":"error"},
    {"inputs":[{"internalType":"bytes32","name":"id","type":"bytes32"}],"name":"LockUnknown","type":"error"},
    {"inputs":[{"internalType":"uint64","name":"expiresAt","type":"uint64"}],"name":"LockedUntil","type":"error"},
    {"inputs":[],"name":"NothingThaws","type":"error"},
    {"inputs":[],"name":"NothingToPay","type":"error"},
    {"inputs":[],"name":"ReentrancyGuardReentrantCall","type":"error"},
    {"inputs":[{"internalType":"uint64","name":"payableFrom","type":"uint64"}],"name":"RewardNotBefore","type":"error"},
    {"inputs":[{"internalType":"bytes32","name":"reward","type":"bytes32"}],"name":"RewardUnknown","type":"error"},
    {"inputs":[{"internalType":"uint8","name":"bits","type":"uint8"},{"internalType":"uint256","name":"value","type":"uint256"}],"name":"SafeCastOverflowedUintDowncast","type":"error"},
    {"inputs":[{"internalType":"address","name":"token","type":"address"}],"name":"SafeERC20FailedOperation","type":"error"},
    {"inputs":[{"internalType":"uint256","name":"supply","type":"uint256"}],"name":"SupplyAboveCredits","type":"error"},
    {"inputs":[{"internalType":"uint64","name":"thawEnd","type":"uint64"}],"name":"ThawsUntil","type":"error"},
    {"inputs":[],"name":"WindowsDoNotFit","type":"error"},
    {"anonymous":false,"inputs":[{"indexed":false,"internalType":"address","name":"authority","type":"address"}],"name":"AuthorityUpdated","type":"event"},
    {"anonymous":false,"inputs":[{"indexed":true,"internalType":"address","name":"owner","type":"address"},{"indexed":true,"internalType":"address","name":"beneficiary","type":"address"}],"name":"BeneficiarySet","type":"event"},
    {"anonymous":false,"inputs":[{"indexed":false,"internalType":"uint256","name":"amount","type":"uint256"}],"name":"Burned","type":"event"},
    {"anonymous":false,"inputs":[{"indexed":true,"internalType":"address","name":"owner","type":"address"},{"indexed":true,"internalType":"address","name":"from","type":"address"},{"indexed":false,"internalType":"uint64","name":"amount","type":"uint64"}],"name":"Credited","type":"event"},
    {"anonymous":false,"inputs":[{"indexed":true,"internalType":"address","name":"owner","type":"address"},{"indexed":true,"internalType":"address","name":"to","type":"address"},{"indexed":false,"internalType":"uint64","name":"amount","type":"uint64"}],"name":"EarningsPaid","type":"event"},
    {"anonymous":false,"inputs":[{"indexed":true,"internalType":"bytes32","name":"id","type":"bytes32"},{"indexed":true,"internalType":"address","name":"owner","type":"address"},{"indexed":false,"internalType":"uint64","name":"amount","type":"uint64"},{"indexed":false,"internalType":"uint64","name":"expiresAt","type":"uint64"}],"name":"Locked","type":"event"},
    {"anonymous":false,"inputs":[{"indexed":true,"internalType":"address","name":"to","type":"address"},{"indexed":false,"internalType":"uint64","name":"amount","type":"uint64"}],"name":"RewardPaid","type":"event"},
    {"anonymous":false,"inputs":[{"indexed":true,"internalType":"address","name":"owner","type":"address"},{"indexed":true,"internalType":"address","name":"court","type":"address"},{"indexed":false,"internalType":"uint64","name":"taken","type":"uint64"},{"indexed":false,"internalType":"uint64","name":"burned","type":"uint64"},{"components":[{"internalType":"address","name":"victim","type":"address"},{"internalType":"uint64","name":"victimAmount","type":"uint64"},{"internalType":"address","name":"reporter","type":"address"},{"internalType":"uint64","name":"reporterAmount","type":"uint64"},{"internalType":"uint48","name":"payableFrom","type":"uint48"},{"internalType":"bytes32","name":"id","type":"bytes32"}],"indexed":false,"internalType":"struct StakeVault.Reward","name":"reward","type":"tuple"}],"name":"Slashed","type":"event"},
    {"anonymous":false,"inputs":[{"indexed":true,"internalType":"address","name":"owner","type":"address"},{"indexed":true,"internalType":"address","name":"from","type":"address"},{"indexed":false,"internalType":"uint64","name":"amount","type":"uint64"}],"name":"Staked","type":"event"},
    {"anonymous":false,"inputs":[{"indexed":true,"internalType":"address","name":"owner","type":"address"},{"indexed":false,"internalType":"uint64","name":"thawing","type":"uint64"},{"indexed":false,"internalType":"uint64","name":"thawEnd","type":"uint64"}],"name":"Thawing","type":"event"},
    {"anonymous":false,"inputs":[{"indexed":true,"internalType":"bytes32","name":"id","type":"bytes32"},{"indexed":true,"internalType":"address","name":"owner","type":"address"},{"indexed":false,"internalType":"uint64","name":"amount","type":"uint64"}],"name":"Unlocked","type":"event"},
    {"anonymous":false,"inputs":[{"indexed":true,"internalType":"address","name":"owner","type":"address"},{"indexed":true,"internalType":"address","name":"to","type":"address"},{"indexed":false,"internalType":"uint64","name":"amount","type":"uint64"}],"name":"Withdrawn","type":"event"},
    {"inputs":[],"name":"DEAD","outputs":[{"internalType":"address","name":"","type":"address"}],"stateMutability":"view","type":"function"},
    {"inputs":[],"name":"LOCK_SECONDS_MAX","outputs":[{"internalType":"uint48","name":"","type":"uint48"}],"stateMutability":"view","type":"function"},
    {"inputs":[],"name":"REPORTER_BASIS_POINTS","outputs":[{"internalType":"uint256","name":"","type":"uint256"}],"stateMutability":"view","type":"function"},
    {"inputs":[],"name":"REWARDS_BASIS_POINTS","outputs":[{"internalType":"uint256","name":"","type":"uint256"}],"stateMutability":"view","type":"function"},
    {"inputs":[{"internalType":"address","name":"owner","type":"address"}],"name":"accountOf","outputs":[{"components":[{"internalType":"uint64","name":"total","type":"uint64"},{"internalType":"uint64","name":"thawing","type":"uint64"},{"internalType":"uint48","name":"thawEnd","type":"uint48"},{"internalType":"uint64","name":"locked","type":"uint64"}],"internalType":"struct StakeVault.Account","name":"","type":"tuple"}],"stateMutability":"view","type":"function"},
    {"inputs":[],"name":"authority","outputs":[{"internalType":"address","name":"","type":"address"}],"stateMutability":"view","type":"function"},
    {"inputs":[{"internalType":"address","name":"owner","type":"address"}],"name":"beneficiaryOf","outputs":[{"internalType":"address","name":"","type":"address"}],"stateMutability":"view","type":"function"},
    {"inputs":[],"name":"bucketSeconds","outputs":[{"internalType":"uint48","name":"","type":"uint48"}],"stateMutability":"view","type":"function"},
    {"inputs":[],"name":"burn","outputs":[],"stateMutability":"nonpayable","type":"function"},
    {"inputs":[],"name":"cancelThaw","outputs":[],"stateMutability":"nonpayable","type":"function"},
    {"inputs":[{"internalType":"address","name":"owner","type":"address"},{"internalType":"uint64","name":"amount","type":"uint64"}],"name":"credit","outputs":[],"stateMutability":"nonpayable","type":"function"},
    {"inputs":[{"internalType":"address","name":"owner","type":"address"}],"name":"earningsOf","outputs":[{"internalType":"uint64","name":"withdrawable","type":"uint64"},{"internalType":"uint64","name":"locked","type":"uint64"}],"stateMutability":"view","type":"function"},
    {"inputs":[],"name":"evidenceSeconds","outputs":[{"internalType":"uint48","name":"","type":"uint48"}],"stateMutability":"view","type":"function"},
    {"inputs":[],"name":"isConsumingScheduledOp","outputs":[{"internalType":"bytes4","name":"","type":"bytes4"}],"stateMutability":"view","type":"function"},
    {"inputs":[{"internalType":"bytes32","name":"id","type":"bytes32"},{"internalType":"address","name":"owner","type":"address"},{"internalType":"uint64","name":"amount","type":"uint64"},{"internalType":"uint48","name":"seconds_","type":"uint48"}],"name":"lock","outputs":[{"internalType":"uint64","name":"held","type":"uint64"}],"stateMutability":"nonpayable","type":"function"},
    {"inputs":[{"internalType":"bytes32","name":"id","type":"bytes32"}],"name":"lockOf","outputs":[{"components":[{"internalType":"address","name":"owner","type":"address"},{"internalType":"uint64","name":"amount","type":"uint64"},{"internalType":"uint48","name":"expiresAt","type":"uint48"}],"internalType":"struct StakeVault.Lock","name":"","type":"tuple"}],"stateMutability":"view","type":"function"},
    {"inputs":[{"internalType":"address","name":"owner","type":"address"}],"name":"lockedEarningsOf","outputs":[{"internalType":"uint64[]","name":"amounts","type":"uint64[]"},{"internalType":"uint64[]","name":"from","type":"uint64[]"}],"stateMutability":"view","type":"function"},
    {"inputs":[{"internalType":"bytes[]","name":"data","type":"bytes[]"}],"name":"multicall","outputs":[{"internalType":"bytes[]","name":"results","type":"bytes[]"}],"stateMutability":"nonpayable","type":"function"},
    {"inputs":[{"components":[{"internalType":"address","name":"victim","type":"address"},{"internalType":"uint64","name":"victimAmount","type":"uint64"},{"internalType":"address","name":"reporter","type":"address"},{"internalType":"uint64","name":"reporterAmount","type":"uint64"},{"internalType":"uint48","name":"payableFrom","type":"uint48"},{"internalType":"bytes32","name":"id","type":"bytes32"}],"internalType":"struct StakeVault.Reward","name":"reward","type":"tuple"}],"name":"payReward","outputs":[],"stateMutability":"nonpayable","type":"function"},
    {"inputs":[{"internalType":"bytes32","name":"id","type":"bytes32"}],"name":"releaseLock","outputs":[],"stateMutability":"nonpayable","type":"function"},
    {"inputs":[{"components":[{"internalType":"address","name":"victim","type":"address"},{"internalType":"uint64","name":"victimAmount","type":"uint64"},{"internalType":"address","name":"reporter","type":"address"},{"internalType":"uint64","name":"reporterAmount","type":"uint64"},{"internalType":"uint48","name":"payableFrom","type":"uint48"},{"internalType":"bytes32","name":"id","type":"bytes32"}],"internalType":"struct StakeVault.Reward","name":"reward","type":"tuple"}],"name":"rewardIsOwed","outputs":[{"internalType":"bool","name":"","type":"bool"}],"stateMutability":"view","type":"function"},
    {"inputs":[{"internalType":"address","name":"newAuthority","type":"address"}],"name":"setAuthority","outputs":[],"stateMutability":"nonpayable","type":"function"},
    {"inputs":[{"internalType":"address","name":"beneficiary","type":"address"}],"name":"setBeneficiary","outputs":[],"stateMutability":"nonpayable","type":"function"},
    {"inputs":[{"components":[{"internalType":"bytes32","name":"id","type":"bytes32"},{"internalType":"address","name":"owner","type":"address"},{"internalType":"uint16","name":"shareBasisPoints","type":"uint16"},{"internalType":"uint64","name":"amountMin","type":"uint64"},{"internalType":"address","name":"victim","type":"address"},{"internalType":"uint64","name":"victimMax","type":"uint64"},{"internalType":"address","name":"reporter","type":"address"}],"internalType":"struct StakeVault.SlashOrder","name":"order","type":"tuple"}],"name":"slash","outputs":[{"internalType":"uint64","name":"taken","type":"uint64"}],"stateMutability":"nonpayable","type":"function"},
    {"inputs":[{"internalType":"uint64","name":"amount","type":"uint64"}],"name":"stake","outputs":[],"stateMutability":"nonpayable","type":"function"},
    {"inputs":[{"internalType":"address","name":"owner","type":"address"},{"internalType":"uint64","name":"amount","type":"uint64"}],"name":"stakeFor","outputs":[],"stateMutability":"nonpayable","type":"function"},
    {"inputs":[{"internalType":"address","name":"owner","type":"address"}],"name":"standingOf","outputs":[{"internalType":"uint64","name":"","type":"uint64"}],"stateMutability":"view","type":"function"},
    {"inputs":[{"internalType":"uint256","name":"value","type":"uint256"},{"internalType":"uint256","name":"deadline","type":"uint256"},{"internalType":"uint8","name":"v","type":"uint8"},{"internalType":"bytes32","name":"r","type":"bytes32"},{"internalType":"bytes32","name":"s","type":"bytes32"}],"name":"takePermit","outputs":[],"stateMutability":"nonpayable","type":"function"},
    {"inputs":[{"internalType":"uint64","name":"amount","type":"uint64"}],"name":"thaw","outputs":[],"stateMutability":"nonpayable","type":"function"},
    {"inputs":[],"name":"thawSeconds","outputs":[{"internalType":"uint48","name":"","type":"uint48"}],"stateMutability":"view","type":"function"},
    {"inputs":[],"name":"token","outputs":[{"internalType":"contract IERC20","name":"","type":"address"}],"stateMutability":"view","type":"function"},
    {"inputs":[],"name":"unburned","outputs":[{"internalType":"uint256","name":"","type":"uint256"}],"stateMutability":"view","type":"function"},
    {"inputs":[{"internalType":"bytes32","name":"id","type":"bytes32"}],"name":"unlock","outputs":[],"stateMutability":"nonpayable","type":"function"},
    {"inputs":[],"name":"withdraw","outputs":[{"internalType":"uint64","name":"amount","type":"uint64"}],"stateMutability":"nonpayable","type":"function"},
    {"inputs":[],"name":"withdrawEarnings","outputs":[{"internalType":"uint64","name":"amount","type":"uint64"}],"stateMutability":"nonpayable","type":"function"},
  ],
  storage: {"_authority":0,"_consumingSchedule":0,"unburned":1,"_accounts":2,"_earnings":3,"_beneficiaries":4,"_locks":5,"_rewards":6},
  runtime: {"hash":"0x369a7dcbdd38a7792b9df363d6a19630d7621f4a1eca54883073c492a2520735","bytes":16225,"immutables":[[931,32],[1621,32],[1779,32],[1896,32],[2629,32],[3755,32],[3888,32],[3971,32],[4110,32],[4511,32],[5286,32],[6401,32],[6632,32],[7999,32],[8040,32],[8642,32],[9983,32],[10655,32],[12441,32]]},
  bytecode:
    '0x610140604052348015610010575f5ffd5b5060405161434a38038061434a83398101604081905261002f91610225565b84848761003b816101a1565b505f826001600160a01b03166318160ddd6040518163ffffffff1660e01b8152600401602060405180830381865afa158015610079573d5f5f3e3d5ffd5b505050506040513d601f19601f8201168201806040525081019061009d91906102a1565b90506001600160401b038111156100ce5760405163c1df868560e01b81526004810182905260240160405180910390fd5b506001600160a01b03909116608052151560a05265ffffffffffff8116158061010757506100fc81836102cc565b65ffffffffffff1615155b8061012d5750610119600260106102f7565b610123828461031c565b65ffffffffffff16115b8061014857508165ffffffffffff168365ffffffffffff1611155b1561016657604051634f064e3d60e11b815260040160405180910390fd5b65ffffffffffff80841660c05282811660e052811661010052610189818361031c565b65ffffffffffff166101205250610347945050505050565b5f80546001600160a01b0319166001600160a01b0383169081179091556040519081527f2f658b440c35314f52658ea8a740e05b284cdc84dc9ae01e891f21b8933e7cad9060200160405180910390a150565b6001600160a01b0381168114610208575f5ffd5b50565b805165ffffffffffff81168114610220575f5ffd5b919050565b5f5f5f5f5f5f60c0878903121561023a575f5ffd5b8651610245816101f4565b6020880151909650610256816101f4565b6040880151909550801515811461026b575f5ffd5b93506102796060880161020b565b92506102876080880161020b565b915061029560a0880161020b565b90509295509295509295565b5f602082840312156102b1575f5ffd5b5051919050565b634e487b7160e01b5f52601260045260245ffd5b5f65ffffffffffff8316806102e3576102e36102b8565b8065ffffffffffff84160691505092915050565b8181038181111561031657634e487b7160e01b5f52601160045260245ffd5b92915050565b5f65ffffffffffff831680610333576103336102b8565b8065ffffffffffff84160491505092915050565b60805160a05160c05160e0516101005161012051613f616103e95f395f81816114a6015281816119010152611f6801525f81816103a301528181611f3f01526126ff01525f8181610655015261309901525f81816106f3015261119f01525f610f3001525f818161076801528181610a4501528181610eab01528181610f830152818161100e015281816119e8015281816121c2015261299f0152613f615ff3fe608060405234801561000f575f5ffd5b5060043610610235575f3560e01c80638df08bd41161013d578063bc493e03116100b8578063e5d8314111610088578063f5ae9f3f1161006e578063f5ae9f3f14610730578063f693b58814610743578063fc0c546a14610766575f5ffd5b8063e5d8314114610715578063ec9b5b3a1461071d575f5ffd5b8063bc493e031461069d578063bf7e214f146106b0578063ca2571af146106cd578063cf9aebee146106ee575f5ffd5b8063ac9650d81161010d578063b9ec4921116100f3578063b9ec492114610650578063ba7bffd314610677578063bb2b5bed1461068a575f5ffd5b8063ac9650d814610628578063b73c6ce914610648575f5ffd5b80638df08bd4146105955780638fb36037146105c95780639848e54514610602578063a614025914610615575f5ffd5b80633a29dbae116101cd5780634b1db7c21161019d5780637a9e5e4b116101835780637a9e5e4b1461044f5780637e56f88a146104625780638086b8ba1461046b575f5ffd5b80634b1db7c214610432578063740240e51461043c575f5ffd5b80633a29dbae146104065780633ccfd60b1461041957806344df8e701461042157806345827eae14610429575f5ffd5b80631c31f710116102085780631c31f7101461038b5780631e02e17f1461039e5780632254f925146103dc5780632d1d2c13146103ef575f5ffd5b8063026d2a371461023957806303fd2a451461026a5780630556d8631461029857806308f046f7146102ad575b5f5ffd5b61024c61024736600461373e565b61078c565b60405167ffffffffffffffff90911681526020015b60405180910390f35b61027361dead81565b60405173ffffffffffffffffffffffffffffffffffffffff9091168152602001610261565b6102ab6102a6366004613788565b610a43565b005b6103416102bb3660046137d2565b60408051606080820183525f8083526020808401829052928401819052938452600582529282902082519384018352805473ffffffffffffffffffffffffffffffffffffffff8116855274010000000000000000000000000000000000000000900467ffffffffffffffff16918401919091526001015465ffffffffffff169082015290565b60408051825173ffffffffffffffffffffffffffffffffffffffff16815260208084015167ffffffffffffffff16908201529181015165ffffffffffff1690820152606001610261565b6102ab6103993660046137e9565b610b0f565b6103c57f000000000000000000000000000000000000000000000000000000000000000081565b60405165ffffffffffff9091168152602001610261565b61024c6103ea3660046137e9565b610b8a565b6103f860015481565b604051908152602001610261565b6102ab610414366004613802565b610bd9565b61024c610be6565b6102ab610f0e565b6103f861138881565b6103c562278d0081565b6102ab61044a366004613802565b61106e565b6102ab61045d3660046137e9565b611274565b6103f86107d081565b6105386104793660046137e9565b604080516080810182525f8082526020820181905291810182905260608101919091525073ffffffffffffffffffffffffffffffffffffffff165f908152600260209081526040918290208251608081018452905467ffffffffffffffff808216835268010000000000000000820481169383019390935265ffffffffffff7001000000000000000000000000000000008204169382019390935276010000000000000000000000000000000000000000000090920416606082015290565b60405161026191905f60808201905067ffffffffffffffff835116825267ffffffffffffffff602084015116602083015265ffffffffffff604084015116604083015267ffffffffffffffff606084015116606083015292915050565b6105a86105a33660046137e9565b611353565b6040805167ffffffffffffffff938416815292909116602083015201610261565b6105d1611565565b6040517fffffffff000000000000000000000000000000000000000000000000000000009091168152602001610261565b6102ab6106103660046137d2565b6115b3565b6102ab61062336600461381b565b611670565b61063b610636366004613834565b6117f5565b60405161026191906138a5565b61024c6118dc565b6103c57f000000000000000000000000000000000000000000000000000000000000000081565b6102736106853660046137e9565b611a47565b6102ab610698366004613965565b611a83565b61024c6106ab366004613996565b611a8d565b5f5473ffffffffffffffffffffffffffffffffffffffff16610273565b6106e06106db3660046137e9565b611d61565b6040516102619291906139eb565b6103c57f000000000000000000000000000000000000000000000000000000000000000081565b6102ab611ff9565b6102ab61072b3660046137d2565b6120bd565b6102ab61073e366004613965565b6120cf565b61075661075136600461381b565b612221565b6040519015158152602001610261565b7f0000000000000000000000000000000000000000000000000000000000000000610273565b5f610799335b5f36612264565b5f8581526005602052604090205473ffffffffffffffffffffffffffffffffffffffff16156107fc576040517fe1e616f8000000000000000000000000000000000000000000000000000000008152600481018690526024015b60405180910390fd5b73ffffffffffffffffffffffffffffffffffffffff84165f9081526002602052604081209061082a826123f4565b90508067ffffffffffffffff168567ffffffffffffffff161061084d578061084f565b845b92505f61088962278d0065ffffffffffff8716106108705762278d00610872565b855b6108849065ffffffffffff1642613a45565b61245c565b905060405180606001604052808873ffffffffffffffffffffffffffffffffffffffff1681526020018567ffffffffffffffff1681526020018265ffffffffffff1681525060055f8a81526020019081526020015f205f820151815f015f6101000a81548173ffffffffffffffffffffffffffffffffffffffff021916908373ffffffffffffffffffffffffffffffffffffffff1602179055506020820151815f0160146101000a81548167ffffffffffffffff021916908367ffffffffffffffff1602179055506040820151816001015f6101000a81548165ffffffffffff021916908365ffffffffffff16021790555090505083835f0160168282829054906101000a900467ffffffffffffffff166109a49190613a58565b92506101000a81548167ffffffffffffffff021916908367ffffffffffffffff1602179055508673ffffffffffffffffffffffffffffffffffffffff16887fbac5c4716610b7b953f7178235c186cd87e73f6133a1c88b2ad6cc9f797019a38684604051610a3092919067ffffffffffffffff92909216825265ffffffffffff16602082015260400190565b60405180910390a3505050949350505050565b7f00000000000000000000000000000000000000000000000000000000000000006040517fd505accf000000000000000000000000000000000000000000000000000000008152336004820152306024820152604481018790526064810186905260ff8516608482015260a4810184905260c4810183905273ffffffffffffffffffffffffffffffffffffffff919091169063d505accf9060e4015f604051808303815f87803b158015610af5575f5ffd5b505af1925050508015610b06575060015b505b5050505050565b335f8181526004602052604080822080547fffffffffffffffffffffffff00000000000000000000000000000000000000001673ffffffffffffffffffffffffffffffffffffffff861690811790915590519092917f2906d223dc4163733bb374af8641c7e9ae256e2bae53c90e0c9a2be2e611ae4491a350565b73ffffffffffffffffffffffffffffffffffffffff81165f9081526002602052604081208054610bd29067ffffffffffffffff68010000000000000000820481169116613a78565b9392505050565b610be333826124ab565b50565b5f610bef6125c7565b335f908152600260205260408120805490916801000000000000000090910467ffffffffffffffff169003610c50576040517f1325a15200000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b8054700100000000000000000000000000000000900465ffffffffffff16421015610cc75780546040517ffdf58da700000000000000000000000000000000000000000000000000000000815270010000000000000000000000000000000090910465ffffffffffff1660048201526024016107f3565b5f610cd1826123f4565b825490915067ffffffffffffffff808316680100000000000000009092041610610cfb5780610d14565b815468010000000000000000900467ffffffffffffffff165b92508267ffffffffffffffff165f03610d815781546040517fa1657e2000000000000000000000000000000000000000000000000000000000815276010000000000000000000000000000000000000000000090910467ffffffffffffffff1660048201526024016107f3565b815483908390600890610dab90849068010000000000000000900467ffffffffffffffff16613a78565b92506101000a81548167ffffffffffffffff021916908367ffffffffffffffff16021790555082825f015f8282829054906101000a900467ffffffffffffffff16610df69190613a78565b92506101000a81548167ffffffffffffffff021916908367ffffffffffffffff1602179055503373ffffffffffffffffffffffffffffffffffffffff163373ffffffffffffffffffffffffffffffffffffffff167fbaac24e87e58c882661315cdf88028ec18a57cc2e8d3a8e5e02de1cfa9f167e385604051610e89919067ffffffffffffffff91909116815260200190565b60405180910390a3610edc73ffffffffffffffffffffffffffffffffffffffff7f0000000000000000000000000000000000000000000000000000000000000000163367ffffffffffffffff8616612620565b5050610f0b61261e5f7f9b779b17422d0df92223018b32b4d1fa46e071723d6817e2486d003becc55f00612618565b90565b6001805411610f1957565b5f60018054610f289190613a98565b6001805590507f000000000000000000000000000000000000000000000000000000000000000015610ff4576040517f42966c68000000000000000000000000000000000000000000000000000000008152600481018290527f000000000000000000000000000000000000000000000000000000000000000073ffffffffffffffffffffffffffffffffffffffff16906342966c68906024015f604051808303815f87803b158015610fd9575f5ffd5b505af1158015610feb573d5f5f3e3d5ffd5b50505050611037565b61103773ffffffffffffffffffffffffffffffffffffffff7f00000000000000000000000000000000000000000000000000000000000000001661dead83612620565b6040518181527fd83c63197e8e676d80ab0122beba9a9d20f3828839e9a1d6fe81d242e9cd7e6e906020015b60405180910390a150565b8067ffffffffffffffff165f036110b1576040517f43ad20fc00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b335f90815260026020526040812080549091906110e69067ffffffffffffffff68010000000000000000820481169116613a78565b90508067ffffffffffffffff168367ffffffffffffffff16111561114a576040517f5fc9d75500000000000000000000000000000000000000000000000000000000815267ffffffffffffffff8085166004830152821660248201526044016107f3565b81548390839060089061117490849068010000000000000000900467ffffffffffffffff16613a58565b92506101000a81548167ffffffffffffffff021916908367ffffffffffffffff1602179055506111d17f000000000000000000000000000000000000000000000000000000000000000065ffffffffffff16426108849190613a45565b82547fffffffffffffffffffff000000000000ffffffffffffffffffffffffffffffff1670010000000000000000000000000000000065ffffffffffff9283168102919091178085556040805168010000000000000000830467ffffffffffffffff16815292909104909216602082015233917f94bca62911074b4a6f468e2abc672ea77482d680c58b9bcc872286f848eacec7910160405180910390a2505050565b5f54339073ffffffffffffffffffffffffffffffffffffffff1681146112de576040517f068ca9d800000000000000000000000000000000000000000000000000000000815273ffffffffffffffffffffffffffffffffffffffff821660048201526024016107f3565b8173ffffffffffffffffffffffffffffffffffffffff163b5f03611346576040517fc2f31e5e00000000000000000000000000000000000000000000000000000000815273ffffffffffffffffffffffffffffffffffffffff831660048201526024016107f3565b61134f82612680565b5050565b73ffffffffffffffffffffffffffffffffffffffff81165f9081526003602090815260408083208151608081018352815467ffffffffffffffff8082168352680100000000000000008204169482019490945270010000000000000000000000000000000090930465ffffffffffff1683830152815161020081019283905284938493909291606084019160018401906010908288855b82829054906101000a900467ffffffffffffffff1667ffffffffffffffff16815260200190600801906020826007010492830192600103820291508084116113ea5790505050505050815250509050805f01519250806020015191505f61144f6126f2565b90505f5b601081101561155d575f6010826010866040015165ffffffffffff166114799190613a45565b6114839190613a98565b61148d9190613ad8565b9050836040015165ffffffffffff168111806114fa57507f000000000000000000000000000000000000000000000000000000000000000065ffffffffffff1681856040015165ffffffffffff166114e59190613a98565b6114f79065ffffffffffff8616613a98565b11155b156115055750611555565b8360600151826010811061151b5761151b613aeb565b602002015161152a9087613a58565b95508360600151826010811061154257611542613aeb565b60200201516115519086613a78565b9450505b600101611453565b505050915091565b5f805474010000000000000000000000000000000000000000900460ff1661158c57505f90565b7f8fb36037000000000000000000000000000000000000000000000000000000005b905090565b5f818152600560205260409020805473ffffffffffffffffffffffffffffffffffffffff16611611576040517f3ee3eeb1000000000000000000000000000000000000000000000000000000008152600481018390526024016107f3565b600181015465ffffffffffff164210156116675760018101546040517ff722ba1700000000000000000000000000000000000000000000000000000000815265ffffffffffff90911660048201526024016107f3565b61134f82612725565b6116786125c7565b5f8160405160200161168a9190613b18565b60405160208183030381529060405280519060200120905060065f8281526020019081526020015f20545f036116ef576040517f78c5802c000000000000000000000000000000000000000000000000000000008152600481018290526024016107f3565b6116ff60a0830160808401613bc4565b65ffffffffffff1642101561175b5761171e60a0830160808401613bc4565b6040517f2aad377d00000000000000000000000000000000000000000000000000000000815265ffffffffffff90911660048201526024016107f3565b5f818152600660205260408120805460019290611779908490613a98565b909155506117a4905061178f60208401846137e9565b61179f6040850160208601613802565b61291b565b6117c76117b760608401604085016137e9565b61179f6080850160608601613802565b50610be361261e5f7f9b779b17422d0df92223018b32b4d1fa46e071723d6817e2486d003becc55f00612618565b604080515f8152602081019091526060908267ffffffffffffffff81111561181f5761181f613c04565b60405190808252806020026020018201604052801561185257816020015b606081526020019060019003908161183d5790505b5091505f5b838110156118d3576118ae3086868481811061187557611875613aeb565b90506020028101906118879190613c31565b8560405160200161189a93929190613c99565b6040516020818303038152906040526129d0565b8382815181106118c0576118c0613aeb565b6020908102919091010152600101611857565b50505b92915050565b5f6118e56125c7565b6119256118f06126f2565b335f908152600360205260409020907f0000000000000000000000000000000000000000000000000000000000000000612abc565b90508067ffffffffffffffff165f0361196a576040517f4d63c25200000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b5f61197433611a47565b60405167ffffffffffffffff8416815290915073ffffffffffffffffffffffffffffffffffffffff82169033907fabb6201cac594fa7a307c154dc94128aceada72b7b7ee171484c90fd47d1698e9060200160405180910390a3611a1973ffffffffffffffffffffffffffffffffffffffff7f0000000000000000000000000000000000000000000000000000000000000000168267ffffffffffffffff8516612620565b50610f0b61261e5f7f9b779b17422d0df92223018b32b4d1fa46e071723d6817e2486d003becc55f00612618565b73ffffffffffffffffffffffffffffffffffffffff8082165f908152600460205260408120549091168015611a7c5780610bd2565b5090919050565b61134f82826124ab565b5f611a9733610792565b5f600281611aab60408601602087016137e9565b73ffffffffffffffffffffffffffffffffffffffff1673ffffffffffffffffffffffffffffffffffffffff1681526020019081526020015f2090505f60035f856020016020810190611afd91906137e9565b73ffffffffffffffffffffffffffffffffffffffff1673ffffffffffffffffffffffffffffffffffffffff1681526020019081526020015f2090505f5f611b45848488612b6d565b915091508167ffffffffffffffff165f14611c025783545f90611b7390849067ffffffffffffffff16613a78565b85547fffffffffffffffffffffffffffffffffffffffffffffffff00000000000000001667ffffffffffffffff828116918217808955929350680100000000000000009092049091161115611c005784547fffffffffffffffffffffffffffffffff0000000000000000ffffffffffffffff166801000000000000000067ffffffffffffffff8316021785555b505b67ffffffffffffffff811615611c1e57611c1c8382612c7f565b505b611c288183613a58565b94505f611c358787612edf565b90505f8160600151826020015188611c4d9190613a78565b611c579190613a78565b90508067ffffffffffffffff1660015f828254611c749190613a45565b9091555050602082015167ffffffffffffffff16151580611ca25750606082015167ffffffffffffffff1615155b15611cf457600160065f84604051602001611cbd9190613cbc565b6040516020818303038152906040528051906020012081526020019081526020015f205f828254611cee9190613a45565b90915550505b33611d0560408a0160208b016137e9565b73ffffffffffffffffffffffffffffffffffffffff167fd4d98bc670cb83ccce82e468d0d8b2b89f12fe41054e35cb264d3aab4eae2503898486604051611d4e93929190613d47565b60405180910390a3505050505050919050565b73ffffffffffffffffffffffffffffffffffffffff81165f9081526003602090815260408083208151608081018352815467ffffffffffffffff8082168352680100000000000000008204169482019490945270010000000000000000000000000000000090930465ffffffffffff16838301528151610200810192839052606094859490939092918584019160018401906010908288855b82829054906101000a900467ffffffffffffffff1667ffffffffffffffff1681526020019060080190602082600701049283019260010382029150808411611dfa57505050929093525092935060109250611e53915050565b604051908082528060200260200182016040528015611e7c578160200160208202803683370190505b50604080516010808252610220820190925291945060208201610200803683370190505091505f5b601081108015611ec05750816040015165ffffffffffff168111155b15611ff2575f81836040015165ffffffffffff16611ede9190613a98565b6060840151909150611ef1601083613ad8565b60108110611f0157611f01613aeb565b6020020151858381518110611f1857611f18613aeb565b602002602001019067ffffffffffffffff16908167ffffffffffffffff1681525050611fb47f000000000000000000000000000000000000000000000000000000000000000065ffffffffffff167f000000000000000000000000000000000000000000000000000000000000000065ffffffffffff1683611f9a9190613a45565b611fa5906001613a45565b611faf9190613df3565b6130dd565b848381518110611fc657611fc6613aeb565b67ffffffffffffffff909216602092830291909101909101525080611fea81613e0a565b915050611ea4565b5050915091565b335f908152600260205260408120805490916801000000000000000090910467ffffffffffffffff16900361205a576040517f1325a15200000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b80547fffffffffffffffffffff0000000000000000000000000000ffffffffffffffff168155604080515f808252602082015233917f94bca62911074b4a6f468e2abc672ea77482d680c58b9bcc872286f848eacec7910160405180910390a250565b6120c633610792565b610be381612725565b6120d76125c7565b8067ffffffffffffffff165f0361211a576040517f43ad20fc00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b6121506121256126f2565b73ffffffffffffffffffffffffffffffffffffffff84165f908152600360205260409020908361312c565b60405167ffffffffffffffff82168152339073ffffffffffffffffffffffffffffffffffffffff8416907f870e144b5df6c209098314cae95330c316ce8f398504c44eadf6178fed6a5cab906020015b60405180910390a36121f473ffffffffffffffffffffffffffffffffffffffff7f000000000000000000000000000000000000000000000000000000000000000016333067ffffffffffffffff8516613202565b61134f61261e5f7f9b779b17422d0df92223018b32b4d1fa46e071723d6817e2486d003becc55f00612618565b5f60065f836040516020016122369190613b18565b6040516020818303038152906040528051906020012081526020019081526020015f20545f14159050919050565b5f5f6122a46122875f5473ffffffffffffffffffffffffffffffffffffffff1690565b863061229660045f898b613bdd565b61229f91613e41565b613264565b9150915081610b085763ffffffff8116156123aa575f80547fffffffffffffffffffffff00ffffffffffffffffffffffffffffffffffffffff811674010000000000000000000000000000000000000000179091556040517f94c7d7ee00000000000000000000000000000000000000000000000000000000815273ffffffffffffffffffffffffffffffffffffffff909116906394c7d7ee9061235090889088908890600401613ea6565b5f604051808303815f87803b158015612367575f5ffd5b505af1158015612379573d5f5f3e3d5ffd5b50505f80547fffffffffffffffffffffff00ffffffffffffffffffffffffffffffffffffffff16905550610b089050565b6040517f068ca9d800000000000000000000000000000000000000000000000000000000815273ffffffffffffffffffffffffffffffffffffffff861660048201526024016107f3565b80545f9067ffffffffffffffff7601000000000000000000000000000000000000000000008204811691161161242a575f6118d6565b81546118d69067ffffffffffffffff760100000000000000000000000000000000000000000000820481169116613a78565b5f65ffffffffffff8211156124a7576040517f6dfcc65000000000000000000000000000000000000000000000000000000000815260306004820152602481018390526044016107f3565b5090565b6124b36125c7565b8067ffffffffffffffff165f036124f6576040517f43ad20fc00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b73ffffffffffffffffffffffffffffffffffffffff82165f908152600260205260408120805483929061253490849067ffffffffffffffff16613a58565b92506101000a81548167ffffffffffffffff021916908367ffffffffffffffff1602179055503373ffffffffffffffffffffffffffffffffffffffff168273ffffffffffffffffffffffffffffffffffffffff167fdbac307450d9cb14051aafe20ad7278162f44a1f2a329a97c68afeea981e6854836040516121a0919067ffffffffffffffff91909116815260200190565b6125f17f9b779b17422d0df92223018b32b4d1fa46e071723d6817e2486d003becc55f005c613367565b61261e60017f9b779b17422d0df92223018b32b4d1fa46e071723d6817e2486d003becc55f005b9061339e565b565b61262d83838360016133a5565b61267b576040517f5274afe700000000000000000000000000000000000000000000000000000000815273ffffffffffffffffffffffffffffffffffffffff841660048201526024016107f3565b505050565b5f80547fffffffffffffffffffffffff00000000000000000000000000000000000000001673ffffffffffffffffffffffffffffffffffffffff83169081179091556040519081527f2f658b440c35314f52658ea8a740e05b284cdc84dc9ae01e891f21b8933e7cad90602001611063565b5f6115ae65ffffffffffff7f00000000000000000000000000000000000000000000000000000000000000001642613f0f565b5f818152600560209081526040918290208251606081018452815473ffffffffffffffffffffffffffffffffffffffff81168083527401000000000000000000000000000000000000000090910467ffffffffffffffff169382019390935260019091015465ffffffffffff16928101929092526127d2576040517f3ee3eeb1000000000000000000000000000000000000000000000000000000008152600481018390526024016107f3565b5f82815260056020908152604080832080547fffffffff0000000000000000000000000000000000000000000000000000000016815560010180547fffffffffffffffffffffffffffffffffffffffffffffffffffff00000000000016905583820151845173ffffffffffffffffffffffffffffffffffffffff1684526002909252909120805460169061288b908490760100000000000000000000000000000000000000000000900467ffffffffffffffff16613a78565b92506101000a81548167ffffffffffffffff021916908367ffffffffffffffff160217905550805f015173ffffffffffffffffffffffffffffffffffffffff16827fe315013e54715f251e6f3b9ca97a20492ecbb5762befb84d71018261d8afb9e1836020015160405161290f919067ffffffffffffffff91909116815260200190565b60405180910390a35050565b8067ffffffffffffffff165f03612930575050565b60405167ffffffffffffffff8216815273ffffffffffffffffffffffffffffffffffffffff8316907f8634ad30efdf16ecfd362f45e4eff78e0a606187110f1fcc6d39885ed5ec1d3e9060200160405180910390a261134f73ffffffffffffffffffffffffffffffffffffffff7f0000000000000000000000000000000000000000000000000000000000000000168367ffffffffffffffff8416612620565b60605f6129dd848461342d565b9050808015612a0b57505f3d1180612a0b57505f8473ffffffffffffffffffffffffffffffffffffffff163b115b15612a2057612a18613440565b9150506118d6565b8015612a70576040517f9996b31500000000000000000000000000000000000000000000000000000000815273ffffffffffffffffffffffffffffffffffffffff851660048201526024016107f3565b3d15612a8357612a7e613459565b612ab5565b6040517fd6bda27500000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b5092915050565b5f612ac78484613464565b5f612adb65ffffffffffff84166001613a45565b90505b601081108015612af657508365ffffffffffff168111155b15612b3457612b22856010612b138465ffffffffffff8916613a98565b612b1d9190613ad8565b613551565b80612b2c81613e0a565b915050612ade565b505082547fffffffffffffffffffffffffffffffffffffffffffffffff00000000000000008116909355505067ffffffffffffffff1690565b825482545f91829167ffffffffffffffff918216918391612b9d9168010000000000000000820481169116613a45565b90505f612710612bb36060880160408901613f22565b61ffff1610612bc457612710612bd9565b612bd46060870160408801613f22565b61ffff165b90505f61271082612bea8587613a45565b612bf49190613df3565b612bfe9190613f0f565b9050612c106080880160608901613802565b67ffffffffffffffff16811015612c3e57612c316080880160608901613802565b67ffffffffffffffff1690505b5f848210612c4c5784612c4e565b815b90505f612c5b8284613a98565b9050819750848110612c6d5784612c6f565b805b9650505050505050935093915050565b81545f90700100000000000000000000000000000000900465ffffffffffff1682825b601081108015612cba57508265ffffffffffff168111155b8015612ccf575067ffffffffffffffff821615155b8015612cf15750855468010000000000000000900467ffffffffffffffff1615155b15612e4d575f6010612d0b8365ffffffffffff8716613a98565b612d159190613ad8565b90505f876001018260108110612d2d57612d2d613aeb565b600491828204019190066008029054906101000a900467ffffffffffffffff1690508067ffffffffffffffff165f03612d67575050612e3b565b5f8467ffffffffffffffff168267ffffffffffffffff1610612d895784612d8b565b815b9050612d978183613a78565b896001018460108110612dac57612dac613aeb565b600491828204019190066008026101000a81548167ffffffffffffffff021916908367ffffffffffffffff16021790555080895f0160088282829054906101000a900467ffffffffffffffff16612e039190613a78565b92506101000a81548167ffffffffffffffff021916908367ffffffffffffffff1602179055508085612e359190613a78565b94505050505b80612e4581613e0a565b915050612ca2565b5084545f9067ffffffffffffffff808416911610612e6b5781612e78565b855467ffffffffffffffff165b8654909150819087905f90612e9890849067ffffffffffffffff16613a78565b92506101000a81548167ffffffffffffffff021916908367ffffffffffffffff160217905550808286612ecb9190613a78565b612ed59190613a58565b9695505050505050565b6040805160c0810182525f80825260208201819052918101829052606081018290526080810182905260a08101919091525f80612f2260e0860160c087016137e9565b73ffffffffffffffffffffffffffffffffffffffff1614612f6557612710612f566107d067ffffffffffffffff8616613df3565b612f609190613f0f565b612f67565b5f5b90505f81612710612f8461138867ffffffffffffffff8816613df3565b612f8e9190613f0f565b612f989190613a98565b90505f612fab60a08701608088016137e9565b73ffffffffffffffffffffffffffffffffffffffff1603612fcd57505f61300b565b612fdd60c0860160a08701613802565b67ffffffffffffffff1681111561300b57612ffe60c0860160a08701613802565b67ffffffffffffffff1690505b6040805160c081019091528061302760a08801608089016137e9565b73ffffffffffffffffffffffffffffffffffffffff16815267ffffffffffffffff8316602082015260400161306260e0880160c089016137e9565b73ffffffffffffffffffffffffffffffffffffffff16815267ffffffffffffffff841660208201526040016130bf65ffffffffffff7f00000000000000000000000000000000000000000000000000000000000000001642613a45565b65ffffffffffff168152602001865f01358152509250505092915050565b5f67ffffffffffffffff8211156124a757604080517f6dfcc6500000000000000000000000000000000000000000000000000000000081526004810191909152602481018390526044016107f3565b6131368383613464565b806001840161314e601065ffffffffffff8616613ad8565b6010811061315e5761315e613aeb565b600491828204019190066008028282829054906101000a900467ffffffffffffffff1661318b9190613a58565b92506101000a81548167ffffffffffffffff021916908367ffffffffffffffff16021790555080835f0160088282829054906101000a900467ffffffffffffffff166131d79190613a58565b92506101000a81548167ffffffffffffffff021916908367ffffffffffffffff160217905550505050565b613210848484846001613657565b61325e576040517f5274afe700000000000000000000000000000000000000000000000000000000815273ffffffffffffffffffffffffffffffffffffffff851660048201526024016107f3565b50505050565b60405173ffffffffffffffffffffffffffffffffffffffff8085166024830152831660448201527fffffffff00000000000000000000000000000000000000000000000000000000821660648201525f9081908190608401604080517fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0818403018152918152602080830180517bffffffffffffffffffffffffffffffffffffffffffffffffffffffff167fb7009613000000000000000000000000000000000000000000000000000000001781525f808052918290528351939450919290918a5afa1561335d575f516020805191945081901c150291505b5094509492505050565b1561261e576040517f3ee5aeb500000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b80825d5050565b6040517fa9059cbb000000000000000000000000000000000000000000000000000000005f81815273ffffffffffffffffffffffffffffffffffffffff8616600452602485905291602083604481808b5af1925060015f51148316613421578383151615613415573d5f823e3d81fd5b5f873b113d1516831692505b60405250949350505050565b5f5f5f835160208501865af49392505050565b6040513d81523d5f602083013e3d602001810160405290565b6040513d5f823e3d81fd5b815465ffffffffffff7001000000000000000000000000000000009091048116908216811061349257505050565b825468010000000000000000900467ffffffffffffffff1615613508575f6134ba8284613f43565b65ffffffffffff16905060108111156134d1575060105b60015b818111613505576134f3856010612b138465ffffffffffff8816613a45565b806134fd81613e0a565b9150506134d4565b50505b50815465ffffffffffff909116700100000000000000000000000000000000027fffffffffffffffffffff000000000000ffffffffffffffffffffffffffffffff909116179055565b5f82600101826010811061356757613567613aeb565b600491828204019190066008029054906101000a900467ffffffffffffffff1690508067ffffffffffffffff165f0361359f57505050565b5f8360010183601081106135b5576135b5613aeb565b600491828204019190066008026101000a81548167ffffffffffffffff021916908367ffffffffffffffff16021790555080835f0160088282829054906101000a900467ffffffffffffffff1661360c9190613a78565b92506101000a81548167ffffffffffffffff021916908367ffffffffffffffff16021790555080835f015f8282829054906101000a900467ffffffffffffffff166131d79190613a58565b6040517f23b872dd000000000000000000000000000000000000000000000000000000005f81815273ffffffffffffffffffffffffffffffffffffffff8781166004528616602452604485905291602083606481808c5af1925060015f511483166136d95783831516156136cd573d5f823e3d81fd5b5f883b113d1516831692505b604052505f60605295945050505050565b803573ffffffffffffffffffffffffffffffffffffffff8116811461370d575f5ffd5b919050565b803567ffffffffffffffff8116811461370d575f5ffd5b803565ffffffffffff8116811461370d575f5ffd5b5f5f5f5f60808587031215613751575f5ffd5b84359350613761602086016136ea565b925061376f60408601613712565b915061377d60608601613729565b905092959194509250565b5f5f5f5f5f60a0868803121561379c575f5ffd5b8535945060208601359350604086013560ff811681146137ba575f5ffd5b94979396509394606081013594506080013592915050565b5f602082840312156137e2575f5ffd5b5035919050565b5f602082840312156137f9575f5ffd5b610bd2826136ea565b5f60208284031215613812575f5ffd5b610bd282613712565b5f60c082840312801561382c575f5ffd5b509092915050565b5f5f60208385031215613845575f5ffd5b823567ffffffffffffffff81111561385b575f5ffd5b8301601f8101851361386b575f5ffd5b803567ffffffffffffffff811115613881575f5ffd5b8560208260051b8401011115613895575f5ffd5b6020919091019590945092505050565b5f602082016020835280845180835260408501915060408160051b8601019250602086015f5b82811015613959577fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc0878603018452815180518087528060208301602089015e5f6020828901015260207fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0601f830116880101965050506020820191506020840193506001810190506138cb565b50929695505050505050565b5f5f60408385031215613976575f5ffd5b61397f836136ea565b915061398d60208401613712565b90509250929050565b5f60e082840312801561382c575f5ffd5b5f8151808452602084019350602083015f5b828110156139e157815167ffffffffffffffff168652602095860195909101906001016139b9565b5093949350505050565b604081525f6139fd60408301856139a7565b8281036020840152613a0f81856139a7565b95945050505050565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52601160045260245ffd5b808201808211156118d6576118d6613a18565b67ffffffffffffffff81811683821601908111156118d6576118d6613a18565b67ffffffffffffffff82811682821603908111156118d6576118d6613a18565b818103818111156118d6576118d6613a18565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52601260045260245ffd5b5f82613ae657613ae6613aab565b500690565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52603260045260245ffd5b60c0810173ffffffffffffffffffffffffffffffffffffffff613b3a846136ea565b16825267ffffffffffffffff613b5260208501613712565b16602083015273ffffffffffffffffffffffffffffffffffffffff613b79604085016136ea565b16604083015267ffffffffffffffff613b9460608501613712565b16606083015265ffffffffffff613bad60808501613729565b16608083015260a092830135929091019190915290565b5f60208284031215613bd4575f5ffd5b610bd282613729565b5f5f85851115613beb575f5ffd5b83861115613bf7575f5ffd5b5050820193919092039150565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52604160045260245ffd5b5f5f83357fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe1843603018112613c64575f5ffd5b83018035915067ffffffffffffffff821115613c7e575f5ffd5b602001915036819003821315613c92575f5ffd5b9250929050565b828482375f8382015f815283518060208601835e5f910190815295945050505050565b60c081016118d6828473ffffffffffffffffffffffffffffffffffffffff815116825267ffffffffffffffff602082015116602083015273ffffffffffffffffffffffffffffffffffffffff604082015116604083015267ffffffffffffffff606082015116606083015265ffffffffffff608082015116608083015260a081015160a08301525050565b67ffffffffffffffff8481168252831660208201526101008101613deb604083018473ffffffffffffffffffffffffffffffffffffffff815116825267ffffffffffffffff602082015116602083015273ffffffffffffffffffffffffffffffffffffffff604082015116604083015267ffffffffffffffff606082015116606083015265ffffffffffff608082015116608083015260a081015160a08301525050565b949350505050565b80820281158282048414176118d6576118d6613a18565b5f7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff8203613e3a57613e3a613a18565b5060010190565b80357fffffffff000000000000000000000000000000000000000000000000000000008116906004841015612ab5577fffffffff00000000000000000000000000000000000000000000000000000000808560040360031b1b82161691505092915050565b73ffffffffffffffffffffffffffffffffffffffff8416815260406020820152816040820152818360608301375f818301606090810191909152601f9092017fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe016010192915050565b5f82613f1d57613f1d613aab565b500490565b5f60208284031215613f32575f5ffd5b813561ffff81168114610bd2575f5ffd5b65ffffffffffff82811682821603908111156118d6576118d6613a1856',
}
